"""A private Redis server on loopback."""

import socket
from pathlib import Path

from practice.services.ports import LOOPBACK, free_port
from practice.services.problem import Problem
from practice.services.process import Process, stop_all

__all__ = ("Redis",)


class Redis:
    """One server. With KEEP its data stays in DIRECTORY, so that queued and scheduled jobs survive a restart."""

    def __init__(self, program: Path, directory: Path, password: str, *, keep: bool) -> None:
        self.program = program
        self.directory = directory
        self.password = password
        self.keep = keep
        self.port = 0
        self.process: Process | None = None

    def start(self, log: Path) -> Process:
        """Start the server on a free port; ``wait`` before you use it."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.port = free_port(self.port)
        configuration = self.directory / "redis.conf"
        configuration.touch(mode=0o600)
        # The password stands in a file of ours alone: a command line can be read by every user of the machine.
        lines = [f"bind {LOOPBACK}", f"port {self.port}", f"requirepass {self.password}", f'dir "{self.directory}"']
        lines += [
            "daemonize no",
            'save ""',
            f"appendonly {'yes' if self.keep else 'no'}",
            "maxmemory-policy noeviction",
        ]
        configuration.write_text("\n".join([*lines, ""]))
        self.process = Process("Redis", [self.program, configuration], log=log, directory=self.directory)
        return self.process

    def wait(self, seconds: float = 20) -> None:
        """Return once the server answers; raise Problem where it does not come up."""
        if self.process is None:
            raise Problem("Redis has not been started.")
        self.process.wait_until(self._ready, seconds)

    def stop(self) -> None:
        if self.process is not None:
            stop_all([self.process])
            self.process = None

    def address(self) -> dict[str, dict[str, str | int | bool]]:
        """The entry for NetBox's REDIS: jobs in database 0, the cache in database 1."""
        common = {"HOST": LOOPBACK, "PORT": self.port, "PASSWORD": self.password, "SSL": False}
        return {"tasks": {**common, "DATABASE": 0}, "caching": {**common, "DATABASE": 1}}

    def _ready(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\nQUIT\r\n".encode())
                with connection.makefile("rb") as answers:
                    return b"+PONG\r\n" in answers.read()
        except OSError:
            return False
