"""A real RQ worker as a process that tests can kill."""

import os
import signal
from pathlib import Path

from practice.services import processtable
from practice.services.netbox import NetBox
from practice.services.process import Process, stop_all

__all__ = ("Worker",)

READY = "Listening on"
SECONDS = 60


class Worker:
    """One worker of NETBOX's queues. It runs after ``start``; ``stop`` asks it to end, ``kill`` does not ask."""

    def __init__(self, netbox: NetBox, log: Path) -> None:
        self.netbox = netbox
        self.log = log
        self.process: Process | None = None

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.running()

    def start(self, *queues: str) -> None:
        """Start it and return once it listens."""
        self.log.unlink(missing_ok=True)
        self.process = self.netbox.worker(self.log, *queues)
        self.process.wait_until(lambda: READY in self.log.read_text(errors="replace"), SECONDS)

    def stop(self) -> None:
        """As an administrator stops it: it ends its job, or is told once more."""
        if self.process is not None:
            stop_all([self.process])
            self.process = None

    def kill(self) -> None:
        """SIGKILL to the worker and the process of its job, at once: a power cut."""
        if self.process is not None:
            self.process.kill()
            self.process = None

    def kill_job(self) -> None:
        """SIGKILL to the process of the running job alone; the worker lives on."""
        for pid in self.process_ids():
            if self.process is not None and pid != self.process.pid:
                os.kill(pid, signal.SIGKILL)

    def process_ids(self) -> list[int]:
        """The worker's process, its scheduler's and its job's."""
        return [] if self.process is None else processtable.session(self.process.pid)
