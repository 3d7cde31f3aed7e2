"""NetBox as processes of ours: its configuration, its web server, its worker."""

import os
import pprint
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from practice.services.process import Process

__all__ = ("QUEUES", "NetBox")

QUEUES = ("netbox_hedgehog.hedgehog_sync", "high", "default", "low")
CHECKOUT = Path(__file__).resolve().parents[2]
DROPPED = ("DJANGO_SETTINGS_MODULE", "NETBOX_CONFIGURATION", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "KUBECONFIG")


class NetBox:
    """One instance with its files below ROOT (NetBox's NETBOX_ROOT), run by the Python of VENV."""

    def __init__(self, root: Path, venv: Path) -> None:
        self.root = root
        self.python = venv / "bin" / "python"

    def configure(
        self,
        *,
        database: Mapping[str, Any],
        redis: Mapping[str, Any],
        secret_key: str,
        pepper: str,
        plugin: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """Write NetBox's configuration, readable by its owner only; MORE are further parameters of NetBox."""
        parameters = {
            "ALLOWED_HOSTS": ["127.0.0.1", "localhost"],
            "DATABASES": {"default": dict(database)},
            "REDIS": dict(redis),
            "SECRET_KEY": secret_key,
            "API_TOKEN_PEPPERS": {1: pepper},
            "PLUGINS": ["netbox_hedgehog"],
            "PLUGINS_CONFIG": {"netbox_hedgehog": dict(plugin or {})},
            "ISOLATED_DEPLOYMENT": True,
            "CENSUS_REPORTING_ENABLED": False,
            "RELEASE_CHECK_URL": None,
            **more,
        }
        for directory in ("conf", "media", "reports", "scripts", "static"):
            (self.root / directory).mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.root / "conf" / "configuration.py"
        path.touch(mode=0o600)
        path.write_text("".join(f"{name} = {pprint.pformat(value)}\n" for name, value in parameters.items()))

    def environment(self) -> dict[str, str]:
        """The environment in which NetBox's commands find this instance, and keep compiled modules."""
        kept = {name: value for name, value in os.environ.items() if name not in DROPPED}
        here = {"NETBOX_ROOT": str(self.root), "DJANGO_SETTINGS_MODULE": "netbox.settings", "PYTHONUNBUFFERED": "1"}
        if sys.platform == "darwin":
            here["OBJC_DISABLE_INITIALIZE_FORK_SAFETY"] = "YES"  # RQ forks for each job
        return kept | here

    def write_command(self, path: Path) -> None:
        """Make PATH a program that is NetBox's command for this instance: ``PATH hedgehog_sync status``."""
        here = {"NETBOX_ROOT": str(self.root), "DJANGO_SETTINGS_MODULE": "netbox.settings"}
        here["PYTHONPATH"] = str(CHECKOUT)  # the files that it is given are where it is called
        lines = [f"export {name}={shlex.quote(value)}" for name, value in here.items()]
        command = f'exec {shlex.quote(str(self.python))} -m netbox "$@"'
        path.write_text("\n".join(["#!/bin/sh", *lines, command, ""]))
        path.chmod(0o700)

    def run(self, name: str, *arguments: str | Path, log: Path) -> Process:
        """A process of this instance's Python: ``run("setup", "-m", "practice.demo.setup", log=...)``."""
        command = [self.python, *arguments]
        return Process(name, command, log=log, environment=self.environment(), directory=CHECKOUT)

    def server(self, port: int, log: Path, *, workers: int = 2, threads: int = 6) -> Process:
        """The web server. It loads NetBox once, then forks WORKERS."""
        return self.run(
            "NetBox",
            *("-m", "gunicorn", "--preload", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)),
            *("--threads", str(threads), "--timeout", "120", "--graceful-timeout", "1", "--no-control-socket"),
            "practice.services.wsgi",
            log=log,
        )

    def watcher(self, log: Path) -> Process:
        """The watcher of all fabrics."""
        return self.run("the watcher", "-m", "netbox", "hedgehog_watch", log=log)

    def worker(self, log: Path, *queues: str) -> Process:
        """One RQ worker for QUEUES (without any: the plugin's and NetBox's own)."""
        return self.run("the worker", "-m", "netbox", "rqworker", *(queues or QUEUES), log=log)
