"""What installs packages into a virtual environment: uv where it can be had, otherwise pip, which takes longer."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from practice.services import pip_configuration

__all__ = ("Installer",)

UV = "uv>=0.5"
PIP_LEAST = 25  # older ones take twice the time to find out what to install


class Installer:
    """Installs into the environment of PYTHON; what it says goes to standard output."""

    def __init__(self, python: Path) -> None:
        self.python = python
        self.uv: list[str | Path] = []
        self.environment: Mapping[str, str] = os.environ
        try:
            said = pip_configuration.for_uv(pip_configuration.read(python))
        except pip_configuration.Unknown as why:
            self._go_on_with_pip(str(why))
            return
        if program := self._find_uv():
            self.uv = [program, "pip", "install", "--python", python, *said.arguments]
            # What somebody says to uv itself goes before what they say to pip.
            self.environment = {**said.environment, **os.environ}
        else:
            self._go_on_with_pip("uv is not to be had here")

    def install(self, *arguments: str) -> None:
        """Install what ARGUMENTS (requirements, ``--no-deps``) name.

        Raises:
            CalledProcessError: neither uv nor pip could.
        """
        if self.uv:
            names = [word for word in arguments if not word.startswith("-")]
            print(f"Installing with uv: {', '.join(names) if len(names) < 4 else f'{len(names)} packages'}", flush=True)
            if subprocess.run([*self.uv, *arguments], check=False, env=self.environment).returncode == 0:
                return
            self._go_on_with_pip("uv could not install it")
        self._pip(*arguments)

    def _find_uv(self) -> Path | None:
        """uv of the environment, of the PATH, or fetched from where pip fetches."""
        for program in self._programs():
            answer = subprocess.run([program, "--version"], check=False, capture_output=True)
            if answer.returncode == 0:  # a name on the PATH can be a shim that fails
                return program
        # Never built here: that takes a Rust compiler and many minutes.
        self._pip_quietly("--quiet", "--retries", "1", "--timeout", "15", "--only-binary", ":all:", UV)
        own = self.python.with_name("uv")
        return own if own.exists() else None

    def _programs(self) -> Iterator[Path]:
        own = self.python.with_name("uv")
        if own.exists():
            yield own
        if found := shutil.which("uv"):
            yield Path(found)

    def _go_on_with_pip(self, why: str) -> None:
        print(f"{why}: going on with pip, which takes longer", flush=True)
        self.uv = []
        if self._pip_version() < PIP_LEAST:
            self._pip_quietly("--quiet", "--upgrade", "pip")

    def _pip(self, *arguments: str, check: bool = True) -> None:
        """pip install, without compiling: what is imported is compiled then, and most of it never is."""
        options = ["--no-compile", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
        subprocess.run([self.python, "-m", "pip", "install", *options, *arguments], check=check)

    def _pip_quietly(self, *arguments: str) -> None:
        """pip install of what one can do without."""
        self._pip(*arguments, check=False)

    def _pip_version(self) -> int:
        command = [self.python, "-m", "pip", "--version"]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        return int(answer.stdout.split()[1].partition(".")[0])
