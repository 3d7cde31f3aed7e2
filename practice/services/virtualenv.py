"""The virtual environment: made and filled when it is missing, or when pyproject.toml asks for something else."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from practice.services.problem import Problem
from practice.services.process import Process

__all__ = ("Virtualenv",)

STAMP = "netbox-hedgehog.json"
PATH_FILE = "netbox_hedgehog_checkout.pth"
PSYCOPG_HELP = """
NetBox needs psycopg's C extension, which pip builds. That takes a C compiler, Python's headers, libpq and its headers:
  Debian, Ubuntu:  apt install gcc python3-dev libpq-dev          Fedora: dnf install gcc python3-devel libpq-devel
  macOS:           xcode-select --install; brew install libpq     (and put libpq's bin directory on the PATH)"""


class Virtualenv:
    """The environment in DIRECTORY (``.venv`` of the checkout), with the packages of pyproject's EXTRA."""

    def __init__(self, checkout: Path, extra: str, *, logs: Path) -> None:
        self.checkout = checkout
        self.directory = checkout / ".venv"
        self.extra = extra
        self.logs = logs

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"

    def ready(self) -> bool:
        """Whether everything that EXTRA asks for has been installed, and the environment's Python still starts."""
        try:
            stamp = json.loads((self.directory / STAMP).read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return False
        return stamp.get(self.extra) == self._wanted() and self._runs()

    def begin(self) -> Process:
        """Start the installation; ``Process.finish`` it, then ``seal`` it."""
        if not self._runs():
            shutil.rmtree(self.directory, ignore_errors=True)
            made = subprocess.run(
                [sys.executable, "-m", "venv", self.directory], check=False, capture_output=True, text=True
            )
            if made.returncode:
                raise Problem(f"{sys.executable} could not make a virtual environment: {made.stdout}{made.stderr}")
        # Without compiling: what is imported is compiled then, and most of it never is.
        command = [self.python, "-m", "pip", "install", "--no-compile", "--no-input", "--disable-pip-version-check"]
        log = self.logs / "pip.log"
        return Process("pip", [*command, *self.requirements()], log=log, environment=self._environment())

    def seal(self) -> None:
        """Put the checkout on the environment's path (an editable install without a build), and note what is in."""
        for site in self.directory.glob("lib/python3*/site-packages"):
            (site / PATH_FILE).write_text(f"{self.checkout}\n")
        path = self.directory / STAMP
        stamp = json.loads(path.read_text()) if path.exists() else {}
        # The test extra holds the demo's: one installation serves both.
        extras = {self.extra, "demo"}
        path.write_text(json.dumps(stamp | {extra: self._wanted(extra) for extra in extras}))

    def explain(self, problem: Problem) -> Problem:
        """PROBLEM of pip with what can be done about it."""
        text = str(problem)
        if "psycopg" in text or "pg_config" in text or "libpq" in text:
            return Problem(f"{text}\n{PSYCOPG_HELP}")
        return Problem(f"{text}\nThe whole output is in {self.logs / 'pip.log'}. Is a package index reachable?")

    def requirements(self, extra: str | None = None) -> list[str]:
        """What pyproject.toml lists for the plugin and EXTRA; an extra of our own in it is unfolded."""
        project = tomllib.loads((self.checkout / "pyproject.toml").read_text())["project"]
        wanted = list(project["dependencies"])
        pending = [extra or self.extra]
        while pending:
            for requirement in project["optional-dependencies"][pending.pop()]:
                if requirement.startswith(f"{project['name']}["):
                    pending += requirement.partition("[")[2].rstrip("]").split(",")
                else:
                    wanted.append(requirement)
        return wanted

    def _wanted(self, extra: str | None = None) -> str:
        return hashlib.sha256("\n".join(sorted(self.requirements(extra))).encode()).hexdigest()

    def _runs(self) -> bool:
        if not self.python.exists():
            return False
        check = "import sys, pip; sys.exit(sys.version_info < (3, 12))"
        return subprocess.run([self.python, "-c", check], check=False, capture_output=True).returncode == 0

    def _environment(self) -> dict[str, str]:
        return {
            name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "PIP_USER")
        }
