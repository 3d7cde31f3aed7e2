"""A private PostgreSQL server on loopback, its data in a directory of ours."""

import os
import shutil
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from practice.services.account import Account
from practice.services.ports import LOOPBACK, free_port
from practice.services.problem import Problem
from practice.services.process import Process, stop_all

__all__ = ("PostgreSQL",)

SUPERUSER = "netbox"
MEMORY_LINE, READY_LINE = 6, 7  # of postmaster.pid: key and number of the shared memory; the server's status
LEFTOVER_SECONDS = 20
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgreSQL:
    """One server: ``create`` its data directory once, then ``start`` and ``stop`` it as often as you like.

    DURABLE False trades safety at a power cut for speed: right for tests, wrong for anything to be kept.
    """

    def __init__(
        self, programs: Path, directory: Path, account: Account, password: str, *, durable: bool = True
    ) -> None:
        self.programs = programs
        self.directory = directory
        self.account = account
        self.password = password
        self.durable = durable
        self.port = 0
        self.process: Process | None = None

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def create(self, log: Path) -> None:
        """Make the data directory where there is none yet; one that is half made does not count."""
        if (self.data / "PG_VERSION").exists():
            return
        making = self.directory / "data.new"
        shutil.rmtree(making, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.directory, delete_on_close=False) as secret:
            secret.write(self.password)
            secret.close()
            self.account.give(Path(secret.name))
            command = [self.programs / "initdb", "-D", making, "-U", SUPERUSER, "-A", "scram-sha-256", "-E", "UTF8"]
            command += ["--pwfile", secret.name, "--locale=C", "--no-sync", "--no-instructions"]
            options = {"log": log, "environment": _environment(), "directory": self.directory, "account": self.account}
            Process("initdb", command, **options).finish(120)
        making.rename(self.data)

    def start(self, log: Path) -> Process:
        """Start the server on a free port; ``wait`` before you use it."""
        self._clear_lock()
        self.port = free_port(self.port)
        settings = [
            f"listen_addresses={LOOPBACK}",
            f"port={self.port}",
            "unix_socket_directories=",
            "max_connections=80",
        ]
        settings += [
            "shared_buffers=64MB",
            "wal_level=minimal",
            "max_wal_senders=0",
            "log_min_messages=warning",
            "jit=off",
        ]
        settings += [] if self.durable else FAST
        command = [self.programs / "postgres", "-D", self.data]
        for setting in settings:
            command += ["-c", setting]
        options = {"log": log, "environment": _environment(), "directory": self.directory, "account": self.account}
        # SIGINT asks for a "fast" stop: sessions are ended, a checkpoint is written. SIGQUIT, for slow disks: the next
        # start reads the write-ahead log, nothing is lost.
        self.process = Process("PostgreSQL", command, stop_signal=signal.SIGINT, firm_signal=signal.SIGQUIT, **options)
        return self.process

    def wait(self, seconds: float = 60) -> None:
        """Return once the server answers; raise Problem where it does not come up (its log says why)."""
        if self.process is None:
            raise Problem("PostgreSQL has not been started.")
        self.process.wait_until(self._ready, seconds)

    def stop(self) -> None:
        if self.process is not None:
            stop_all([self.process], polite=2, firm=2)
            self.process = None

    def address(self, database: str) -> dict[str, str | int]:
        """DATABASE's entry for Django's DATABASES."""
        return {
            "NAME": database,
            "USER": SUPERUSER,
            "PASSWORD": self.password,
            "HOST": LOOPBACK,
            "PORT": self.port,
            "CONN_MAX_AGE": 300,
        }

    def _clear_lock(self) -> None:
        """Remove the lock file of a server that was killed; whoever calls has seen to it that none is running.

        Its children notice a moment later. Until then they hold its shared memory, and no new server may start.
        """
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        deadline = time.monotonic() + LEFTOVER_SECONDS
        segments = lock.read_text().splitlines()[MEMORY_LINE : MEMORY_LINE + 1]
        while segments and _attached(segments[0].split()[-1:]) and time.monotonic() < deadline:
            time.sleep(0.1)
        lock.unlink(missing_ok=True)

    def _ready(self) -> bool:
        with suppress(FileNotFoundError, IndexError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return lines[READY_LINE].strip() == "ready"
        return False


def _attached(segment: list[str]) -> bool:
    """Whether a process still uses the System V shared memory SEGMENT (where the system does not tell: no)."""
    table = Path("/proc/sysvipc/shm")
    if not table.exists():
        return False
    rows = (line.split() for line in table.read_text().splitlines()[1:])
    return any(row[1:2] == segment and row[6] != "0" for row in rows)


def _environment() -> dict[str, str]:
    """No PG* variable of the caller's shell reaches the server, and its messages are in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
