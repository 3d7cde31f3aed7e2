"""Runs a program for its output, within a time limit."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

__all__ = ("Ended", "run")

LARGEST = 1024 * 1024  # bytes that are read of what it prints


class Ended(NamedTuple):
    """How a program ended.

    Attributes:
        status: Its exit status; None if it was killed because its time was over.
        output: What it wrote to stdout, at most ``LARGEST`` bytes.
        errors: What it wrote to stderr, likewise.
    """

    status: int | None
    output: bytes
    errors: bytes


def run(command: Sequence[str], env: Mapping[str, str], timeout: float) -> Ended:
    """Run a program with an empty stdin.

    Its output goes to files: a pipe would be held open by programs that it leaves running. When its time is over, its
    process group is killed.

    Args:
        command: The program's path and its arguments.
        env: Its environment.
        timeout: Seconds.

    Raises:
        OSError: It cannot be started.
        ValueError: No program can be given such arguments.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        # Run only where NetBox's administrator turned on exec credentials; no shell is involved.
        started = subprocess.Popen(  # noqa: S603
            list(command), env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True
        )
        status: int | None
        try:
            status = started.wait(timeout)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            if started.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(started.pid, signal.SIGKILL)
                started.wait()
        output.seek(0)
        errors.seek(0)
        return Ended(status, output.read(LARGEST), errors.read(LARGEST))
