"""Child processes that end when we say so, and with us."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from practice.services import processtable
from practice.services.account import Account
from practice.services.problem import Problem

__all__ = ("Process", "end_with_parent", "stop_all")

PR_SET_PDEATHSIG = 1
TAIL_LINES = 15
LINE_BYTES = 2000  # more than any line that a person is to read
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Process:
    """One child in a session of its own (a Ctrl-C in the terminal reaches us alone), its output in a log file.

    Start it from the main thread: on Linux the kernel ends it should the thread that started it die.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
        account: Account | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        firm_signal: signal.Signals | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self.stop_signal = stop_signal
        self.firm_signal = firm_signal or stop_signal
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if environment is None else dict(environment),
                cwd=directory,
                start_new_session=True,
                preexec_fn=end_with_parent(stop_signal),
                **(account or Account()).options(),
            )

    @property
    def pid(self) -> int:
        return self.popen.pid

    def running(self) -> bool:
        return self.popen.poll() is None

    def tail(self) -> str:
        """The last lines of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:])

    def last_line(self) -> str:
        """The last line of the log that is not empty, or nothing."""
        with self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LINE_BYTES))
            lines = [line.strip() for line in log.read().decode(errors="replace").splitlines()]
        return next(filter(None, reversed(lines)), "")

    def check(self) -> None:
        """Raise Problem with the log's last lines where the process has ended."""
        if not self.running():
            code = self.popen.returncode
            raise Problem(f"{self.name} ended by itself (exit code {code}). The end of {self.log}:\n{self.tail()}")

    def wait_until(self, ready: Callable[[], bool], seconds: float, *, poll: float = 0.05) -> None:
        """Return once READY() is true; raise Problem where the process ends or SECONDS pass before."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise Problem(f"{self.name} was not ready after {seconds:.0f} s. The end of {self.log}:\n{self.tail()}")
            time.sleep(poll)

    def finish(self, seconds: float, tell: Callable[[str], None] | None = None) -> None:
        """Wait for the end of a process that is to end by itself; TELL gets the last line of its log now and then.

        Raises:
            Problem: it failed, or did not end within SECONDS.
        """
        deadline = time.monotonic() + seconds
        while self.popen.poll() is None:
            if time.monotonic() > deadline:
                stop_all([self])
                raise Problem(f"{self.name} did not end within {seconds:.0f} s. The end of {self.log}:\n{self.tail()}")
            if tell and (line := self.last_line()):
                tell(line)
            time.sleep(0.05)
        if code := self.popen.returncode:
            raise Problem(f"{self.name} failed (exit code {code}). The end of {self.log}:\n{self.tail()}")

    def signal(self, number: signal.Signals) -> None:
        if self.running():
            self.popen.send_signal(number)

    def kill(self) -> None:
        """SIGKILL to the process and its whole session (an RQ worker's job is in a group of its own), and reap it."""
        processtable.kill_session(self.pid)
        self.popen.wait()


def stop_all(processes: Sequence[Process], *, polite: float = 1.2, firm: float = 1.3) -> None:
    """Ask PROCESSES to stop, ask again after POLITE seconds, kill after FIRM more what is still there."""
    for seconds, firmly in ((polite, False), (firm, True)):
        for process in processes:
            process.signal(process.firm_signal if firmly else process.stop_signal)
        deadline = time.monotonic() + seconds
        while any(process.running() for process in processes) and time.monotonic() < deadline:
            time.sleep(0.02)
    for process in processes:
        process.kill()


def end_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child of this process calls to get signal NUMBER when this process ends; None where it is not Linux."""
    if _libc is None:
        return None
    parent = os.getpid()

    def ask_kernel() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel
