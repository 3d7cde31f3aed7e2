"""A NetBox beside the tests: a web server, a worker and the commands, on one database."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from practice.demo.rest import Rest
from practice.demo.state import Keys, write_private
from practice.services.netbox import CHECKOUT
from practice.services.ports import free_port
from practice.services.process import Process, stop_all
from tests.services import STATE, Services
from tests.worker import Worker

__all__ = ("LiveNetBox",)


class LiveNetBox:
    """``url``, ``username``, ``password`` and ``api_token`` of an administrator; ``rest``, ``worker``, ``command``."""

    username = "admin"

    def __init__(self, services: Services, name: str = "live") -> None:
        self.services = services
        self.database = f"{name}_netbox"
        self.name = name
        self.keys = Keys()
        self.server: Process | None = None

    @property
    def password(self) -> str:
        return self.keys.password

    @property
    def api_token(self) -> str:
        return self.keys.api_token

    def start(self) -> None:
        """Clone the database, start the server and a worker, and return once both serve."""
        self.services.clone(self.database)
        self.netbox = self.services.instance(self.database, PLUGINS_CONFIG={"netbox_hedgehog": plugin_settings()})
        self.directory = self.netbox.root
        keys = self.directory / "keys.json"
        write_private(keys, vars(self.keys))
        self.url = f"http://127.0.0.1:{free_port()}"
        port = int(self.url.rpartition(":")[2])
        self.server = self.netbox.server(port, self.directory / "server.log", workers=1)
        self.rest = Rest(self.url, self.api_token)
        self.worker = Worker(self.netbox, self.directory / "worker.log")
        setup = self.netbox.run("setup", "-m", "practice.demo.setup", "--keys", keys, log=self.directory / "setup.log")
        setup.finish(120)
        self.worker.start()
        self.server.wait_until(self.rest.answers, 90)

    def stop(self) -> None:
        if self.server is not None:
            self.worker.stop()
            stop_all([self.server])
            self.server = None

    def command(self, *arguments: str | Path, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """Run ``netbox ARGUMENTS`` on this instance's database."""
        command = [sys.executable, "-m", "netbox", *map(str, arguments)]
        where = {"env": self.netbox.environment(), "cwd": CHECKOUT, "stdin": subprocess.DEVNULL}
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=seconds, **where)

    def command_json(self, *arguments: str | Path, seconds: float = 120) -> Any:
        """What ``netbox ARGUMENTS --json`` prints, whatever its exit status."""
        return json.loads(self.command(*arguments, "--json", seconds=seconds).stdout)


def plugin_settings() -> dict[str, Any]:
    """Short limits, so that tests of time-outs and lost leases do not wait long."""
    return {
        "lease_seconds": 6,
        "connect_timeout": 2,
        "read_timeout": 3,
        "credential_directories": [str(STATE)],
        "rq_workarounds": True,  # tests kill workers, and wait for the next one's ticks
    }
