"""What a demo keeps in ``.demo/``: secrets and ports for the next start, and the access file while it runs."""

import fcntl
import json
import os
import secrets
import shutil
import string
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from practice.services.problem import Problem

__all__ = ("Keys", "State", "write_private")

ALPHABET = string.ascii_letters + string.digits
TOKEN_KEY_LENGTH = 12  # NetBox's users.constants
TOKEN_LENGTH = 40


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


@dataclass
class Keys:
    """The secrets of one demo, made once at random."""

    password: str = field(default_factory=lambda: _random(16) + "aA1")  # NetBox wants both cases and a digit
    token_key: str = field(default_factory=lambda: _random(TOKEN_KEY_LENGTH))
    token_secret: str = field(default_factory=lambda: _random(TOKEN_LENGTH))
    database: str = field(default_factory=lambda: _random(32))
    redis: str = field(default_factory=lambda: _random(32))
    secret_key: str = field(default_factory=lambda: _random(64))
    pepper: str = field(default_factory=lambda: _random(64))

    @property
    def api_token(self) -> str:
        """What a REST client sends as a bearer token."""
        return f"nbt_{self.token_key}.{self.token_secret}"


class State:
    """The directory of one demo. Only one demo at a time may run in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.logs = directory / "logs"
        self.access = directory / "access.json"
        self.processes = directory / "processes.json"
        self.pids = directory / "pids"  # a file a process, with its number
        self._lock: IO[str] | None = None

    def open(self) -> None:
        """Make the directory and take its lock; raise Problem where a demo runs here already."""
        self.logs.mkdir(parents=True, exist_ok=True)
        self._lock = (self.directory / "lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            pid = self._lock.read().strip()
            raise Problem(
                f"A demo is running in {self.directory} already (process {pid}). Stop that one first."
            ) from None
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()}\n")
        self._lock.flush()
        self.access.unlink(missing_ok=True)
        shutil.rmtree(self.pids, ignore_errors=True)  # of a demo that was killed
        for log in self.logs.glob("*.log"):
            log.unlink()

    def keys(self) -> Keys:
        path = self.directory / "keys.json"
        if path.exists():
            return Keys(**json.loads(path.read_text()))
        keys = Keys()
        write_private(path, asdict(keys))
        return keys

    def port(self, name: str) -> int | None:
        """The port that NAME had at the last start, so that bookmarks keep working."""
        path = self.directory / "ports.json"
        return json.loads(path.read_text()).get(name) if path.exists() else None

    def keep_port(self, name: str, port: int) -> None:
        path = self.directory / "ports.json"
        ports = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps(ports | {name: port}))


def write_private(path: Path, value: Any) -> None:
    """Write VALUE as JSON, readable by its owner only, whole or not at all."""
    making = path.with_name(path.name + ".new")
    making.unlink(missing_ok=True)
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(value, file, indent=2)
        file.write("\n")
    making.rename(path)
