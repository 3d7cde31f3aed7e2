"""The virtual environment: whether it holds what pyproject.toml asks for, and the process that fills it."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from practice.services.problem import Problem
from practice.services.process import Process
from practice.services.requirements import included, requirements

__all__ = ("Virtualenv",)

STAMP = "netbox-hedgehog.json"
PATH_FILE = "netbox_hedgehog_checkout.pth"
DROPPED = ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_REQUIRE_VIRTUALENV", "VIRTUAL_ENV")
PSYCOPG_HELP = """
NetBox needs psycopg's C part. No ready-made wheel of it could be had for this platform, and building it takes a
C compiler, Python's headers, libpq and its headers:
  Debian, Ubuntu:  apt install gcc python3-dev libpq-dev          Fedora: dnf install gcc python3-devel libpq-devel
  macOS:           xcode-select --install; brew install libpq     (and put libpq's bin directory on the PATH)"""


class Virtualenv:
    """The environment in ``.venv`` of the checkout, with the packages of pyproject's EXTRA.

    GIVEN names another one to be used as it is: nothing is ever installed into that.
    """

    def __init__(self, checkout: Path, extra: str, *, logs: Path, given: Path | None = None) -> None:
        self.checkout = checkout
        self.given = given
        self.directory = given or checkout / ".venv"
        self.extra = extra
        self.log = logs / "install.log"

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"

    def ready(self) -> bool:
        """Whether everything that EXTRA asks for has been installed, and the environment's Python still starts."""
        if self.given:
            return True
        try:
            stamp = json.loads((self.directory / STAMP).read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return False
        return stamp.get(self.extra) == self._wanted(self.extra) and self.runs()

    def runs(self) -> bool:
        """Whether there is an environment at all, with a Python that starts (the one it was made of can be gone)."""
        if not self.python.exists():
            return False
        check = "import sys, pip; sys.exit(sys.version_info < (3, 12))"
        return subprocess.run([self.python, "-c", check], check=False, capture_output=True).returncode == 0

    def begin(self) -> Process:
        """Start the installation in the background; ``complete`` it."""
        environment = {name: value for name, value in os.environ.items() if name not in DROPPED}
        command = [sys.executable, "-m", "practice.services.fill", self.extra]
        return Process("the installation", command, log=self.log, environment=environment, directory=self.checkout)

    def complete(self, installing: Process, tell: Callable[[str], None], seconds: float = 1800) -> None:
        """Wait for the installation, and TELL what it is doing; raise Problem with what to do where it fails."""
        try:
            installing.finish(seconds, tell)
        except Problem as problem:
            text = str(problem)
            if any(word in text for word in ("psycopg", "pg_config", "libpq")):
                raise Problem(f"{text}\n{PSYCOPG_HELP}") from problem
            raise Problem(f"{text}\nThe whole output is in {self.log}. Is a package index reachable?") from problem
        self._seal()

    def _seal(self) -> None:
        """Put the checkout on the environment's path (an editable install without a build), and note what is in."""
        for site in self.directory.glob("lib/python3*/site-packages"):
            (site / PATH_FILE).write_text(f"{self.checkout}\n")
        path = self.directory / STAMP
        stamp = json.loads(path.read_text()) if path.exists() else {}
        # The test extra holds the demo's and more: one installation serves all of them.
        extras = included(self.checkout / "pyproject.toml", self.extra)
        path.write_text(json.dumps(stamp | {extra: self._wanted(extra) for extra in extras}))

    def _wanted(self, extra: str) -> str:
        listed = sorted(requirements(self.checkout / "pyproject.toml", extra))
        return hashlib.sha256("\n".join(listed).encode()).hexdigest()
