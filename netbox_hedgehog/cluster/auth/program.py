"""Running a program for what it prints, within its time."""

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
    """``status`` is None where the program had to be ended."""

    status: int | None
    output: bytes
    errors: bytes


def run(command: Sequence[str], env: Mapping[str, str], timeout: float) -> Ended:
    """Run ``command`` (its first word a path) with ``env`` and nothing to read, for ``timeout`` seconds at the most.

    What it starts itself is ended with it when the time is over, and nobody waits for what it leaves running: hence
    files
    and no pipes, which those would hold open. Raises OSError, or ValueError for arguments that no program can be given.
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
