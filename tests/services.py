"""PostgreSQL and Redis for the tests: private, one pair for each pytest process, started when first asked for.

Databases are clones of a template: NetBox's dump with the plugin's migrations on top. Its data directory is kept in
``.test/`` under a name made of what it depends on, so that only the first run after a change has to build it.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from practice.services import database
from practice.services.account import service_account
from practice.services.netbox import CHECKOUT, NetBox
from practice.services.ports import free_port
from practice.services.postgresql import PostgreSQL
from practice.services.programs import find_postgresql, find_redis
from practice.services.redis import Redis
from tests.forks.netbox import ForkedNetBox

__all__ = ("STATE", "VENV", "Services", "services")

STATE = CHECKOUT / ".test"
VENV = Path(sys.prefix)
TEMPLATE = "template_netbox"
PASSWORD = "only-of-the-tests"


class Services:
    """One PostgreSQL and one Redis. Their ports are chosen at once, so that settings can be written before they run.

    NAME tells a second pair of one process from the first: for a test that stops them.
    """

    def __init__(self, name: str = "") -> None:
        self.mark = f"{os.getpid()}.{name}" if name else str(os.getpid())
        self.account = service_account()
        self.base = self.account.directory(STATE / "postgresql")
        self.directory = self.base / f"run-{self.mark}"
        self.port = free_port()
        self.redis = Redis(find_redis(VENV), STATE / f"redis-{self.mark}", secrets.token_hex(16), keep=False)
        self.redis.port = free_port()
        self.started = False
        self.netboxes: list[ForkedNetBox] = []

    @cached_property
    def programs(self) -> Path:
        return find_postgresql(self.base / "programs")

    @cached_property
    def postgresql(self) -> PostgreSQL:
        server = PostgreSQL(self.programs, self.directory, self.account, PASSWORD, durable=False)
        server.port = self.port
        return server

    def start(self) -> None:
        """Start both, with the template at hand; does nothing the second time."""
        if self.started:
            return
        self._remove_dead()
        template = self._template()
        self.directory.mkdir(mode=0o700)
        self.account.give(self.directory)
        subprocess.run(["cp", "-a", template / "data", self.directory / "data"], check=True)
        self.redis.directory.mkdir(parents=True, exist_ok=True)
        self.start_postgresql()
        self.start_redis()
        self.started = True

    def start_postgresql(self) -> None:
        self.postgresql.start(STATE / f"postgresql-{self.mark}.log")
        self.postgresql.wait()

    def start_redis(self) -> None:
        self.redis.start(STATE / f"redis-{self.mark}.log")
        self.redis.wait()

    def stop(self) -> None:
        """Stop both, and what was forked to use them, and remove what they kept."""
        for netbox in self.netboxes:
            netbox.close()
        self.postgresql.stop()
        self.redis.stop()
        for path in (self.directory, self.redis.directory, *STATE.glob(f"netbox-{self.mark}-*")):
            shutil.rmtree(path, ignore_errors=True)
        for path in STATE.glob(f"*-{self.mark}.log"):
            path.unlink()
        self.started = False

    def address(self, name: str) -> dict[str, Any]:
        """Database NAME's entry for Django's DATABASES."""
        return self.postgresql.address(name)

    def clone(self, name: str) -> None:
        """Make database NAME a fresh copy of the template; sessions on an old one of that name are ended."""
        database.clone(self.address(name), TEMPLATE, name)

    def instance(self, name: str, **parameters: Any) -> NetBox:
        """A configured NetBox on database NAME, with two Redis databases of its own."""
        number = 2 * len(self.netboxes)
        redis = self.redis.address()
        for offset, part in enumerate(redis.values()):
            part["DATABASE"] = number + offset
        netbox = ForkedNetBox(STATE / f"netbox-{self.mark}-{name}", VENV)
        self.netboxes.append(netbox)
        keys = {"secret_key": secrets.token_hex(32), "pepper": secrets.token_hex(32)}
        netbox.configure(database=self.address(name), redis=redis, **keys, **parameters)
        return netbox

    def _template(self) -> Path:
        """The directory with the template's data; built where it is not there, by one process at a time."""
        path = self.base / f"template-{self._mark()}"
        with _locked(STATE / "template.lock"):
            if not path.exists():
                for old in self.base.glob("template-*"):
                    shutil.rmtree(old)
                # Beside its place, so that one whose making was killed is never taken for a whole one.
                half = self.base / "template-in-the-making"
                self._build(half)
                half.rename(path)
        return path

    def _build(self, path: Path) -> None:
        path.mkdir(mode=0o700)
        self.account.give(path)
        server = PostgreSQL(self.programs, path, self.account, PASSWORD, durable=False)
        logs = STATE / f"template-{os.getpid()}.log"
        server.create(logs)
        try:
            server.start(logs)
            server.wait()
            database.create_from_dump(server.address(TEMPLATE), TEMPLATE)
            netbox = NetBox(STATE / f"netbox-{os.getpid()}-template", VENV)
            address = server.address(TEMPLATE)
            netbox.configure(database=address, redis=self.redis.address(), secret_key="x" * 50, pepper="x" * 50)
            netbox.run("migrate", "-m", "netbox", "migrate", "--no-input", log=logs).finish(600)
            shutil.rmtree(netbox.root)
            server.stop()
        except BaseException:
            server.stop()
            shutil.rmtree(path)
            raise

    def _mark(self) -> str:
        """A digest of everything that the template is made of."""
        digest = hashlib.blake2b(database.DUMP.read_bytes(), digest_size=8)
        digest.update(str(self.programs).encode())
        for migration in sorted((CHECKOUT / "netbox_hedgehog" / "migrations").glob("*.py")):
            digest.update(migration.name.encode() + migration.read_bytes())
        return digest.hexdigest()

    def _remove_dead(self) -> None:
        """Remove what pytest processes that were killed have left."""
        for path in (*self.base.glob("run-*"), *STATE.glob("redis-*"), *STATE.glob("netbox-*")):
            pid = int(path.name.split("-")[1].partition(".")[0])
            if pid != os.getpid() and not _runs(pid):
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


_services: list[Services] = []


def services(*, make: bool = True) -> Services | None:
    """This process's services, made when first asked for and not started yet; None where MAKE is off and none are."""
    if make and not _services:
        STATE.mkdir(exist_ok=True)
        _services.append(Services())
    return _services[0] if _services else None
