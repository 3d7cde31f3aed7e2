"""A NetBox whose processes are forks; for who starts and stops them they are like any other."""

import json
import os
import select
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from practice.services.netbox import CHECKOUT, NetBox
from practice.services.process import Process

__all__ = ("ForkedNetBox",)

LOADING_SECONDS = 120


class ForkedNetBox(NetBox):
    """As NetBox, but it loads once, when first asked to run something. ``close`` it after its last process."""

    loader: "Loader | None" = None

    def run(self, name: str, *arguments: str | Path, log: Path) -> Process:
        """A process in which NetBox is loaded already. ARGUMENTS are those of Python: ``-m``, a module, and its own."""
        if self.loader is None:
            self.loader = Loader(self)
        log.touch()
        return Fork(name, self.loader.fork(self.environment(), log, list(map(str, arguments))), log)

    def close(self) -> None:
        """End the process that the others are forked from, and with it those that still run."""
        if self.loader is not None:
            self.loader.close()
            self.loader = None


class Loader:
    """The process that has loaded NetBox, and what it has told of its children."""

    def __init__(self, netbox: NetBox) -> None:
        self.log = netbox.root / "loader.log"
        self.channel, theirs = socket.socketpair()
        self.lock = threading.Lock()
        self.unread = b""
        self.started: list[int] = []
        self.ended: dict[int, int] = {}
        number = theirs.fileno()
        command = [str(netbox.python), "-m", "tests.forks.loader", str(number)]
        with self.log.open("ab") as output, theirs:
            where: dict[str, Any] = {"cwd": CHECKOUT, "env": netbox.environment(), "start_new_session": True}
            # It ends when the channel does, so with us, however we end.
            self.process = subprocess.Popen(command, stdout=output, stderr=output, pass_fds=[number], **where)

    def fork(self, environment: dict[str, str], log: Path, arguments: list[str]) -> "Child":
        request = {"arguments": arguments, "environment": environment, "directory": str(CHECKOUT), "log": str(log)}
        deadline = time.monotonic() + LOADING_SECONDS
        with self.lock:
            self.channel.sendall(json.dumps(request).encode() + b"\n")
            while not self.started:
                in_time = self.process.poll() is None and time.monotonic() < deadline
                assert in_time, f"NetBox could not be loaded:\n{self.log.read_text()}"
                self._read(0.2)
            return Child(self, self.started.pop())

    def code(self, pid: int, seconds: float) -> int | None:
        """The exit code of child PID, a signal's number below zero; None where it runs on after SECONDS."""
        deadline = time.monotonic() + seconds
        with self.lock:
            while True:
                if self.process.poll() is not None:  # and so are its children
                    return self.ended.get(pid, -signal.SIGTERM)
                self._read(max(0.0, deadline - time.monotonic()))
                if pid in self.ended or time.monotonic() >= deadline:
                    return self.ended.get(pid)

    def close(self) -> None:
        self.channel.shutdown(socket.SHUT_WR)
        self.process.wait()
        self.channel.close()

    def _read(self, seconds: float) -> None:
        """Note what the loader has told, waiting for it up to SECONDS."""
        if not select.select([self.channel], [], [], seconds)[0]:
            return
        *lines, self.unread = (self.unread + self.channel.recv(65536)).split(b"\n")
        for answer in map(json.loads, lines):
            if "started" in answer:
                self.started.append(answer["started"])
            else:
                self.ended[answer["ended"]] = answer["code"]


class Child:
    """A child of the loader, with as much of subprocess.Popen as a Process uses."""

    def __init__(self, loader: Loader, pid: int) -> None:
        self.loader = loader
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self.loader.code(self.pid, 0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            self.returncode = self.loader.code(self.pid, LOADING_SECONDS if timeout is None else timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or LOADING_SECONDS)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


class Fork(Process):
    """A Process that is a child of the loader."""

    def __init__(self, name: str, child: Child, log: Path) -> None:
        self.name = name
        self.log = log
        self.stop_signal = self.firm_signal = signal.SIGTERM
        self.popen = child  # type: ignore[assignment]
