"""Make the virtual environment and install into it: ``python -m practice.services.fill EXTRA``.

A process of its own, so that PostgreSQL can start meanwhile; started with the Python that the environment is to have.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from practice.services.netbox import CHECKOUT
from practice.services.requirements import NETBOX, needed_by_netbox, requirements
from practice.services.virtualenv import Virtualenv

PIP_LEAST = 25  # older ones take twice the time to find out what to install


def main(extra: str) -> None:
    environment = Virtualenv(CHECKOUT, extra, logs=CHECKOUT / ".demo" / "logs")
    if not environment.runs():
        shutil.rmtree(environment.directory, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", environment.directory], check=True)
    if pip_version(environment.python) < PIP_LEAST:
        install(environment.python, "--upgrade", "pip")
    wanted = requirements(CHECKOUT / "pyproject.toml", extra)
    netbox = [requirement for requirement in wanted if NETBOX.match(requirement)]
    others = [requirement for requirement in wanted if requirement not in netbox]
    if not netbox:  # an extra that needs none, such as the documentation's
        install(environment.python, *others)
        return
    install(environment.python, "--no-deps", *netbox)
    site_packages = next(environment.directory.glob("lib/python3*/site-packages"))
    install_all(environment.python, needed_by_netbox(site_packages), others)


def install_all(python: Path, netbox: list[str], others: list[str]) -> None:
    """Install NetBox's requirements and OTHERS; where psycopg's C part cannot be built, with the ready-made one."""
    try:
        install(python, *netbox, *others)
    except subprocess.CalledProcessError:
        ready_made = [item.replace("psycopg[c,pool]", "psycopg[binary,pool]") for item in netbox]
        if ready_made == netbox:
            raise
        print("Trying once more with psycopg's ready-made wheel in place of the C extension built here", flush=True)
        install(python, *ready_made, *others)


def install(python: Path, *arguments: str) -> None:
    """pip install, without compiling: what is imported is compiled then, and most of it never is."""
    options = ["--no-compile", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    subprocess.run([python, "-m", "pip", "install", *options, *arguments], check=True)


def pip_version(python: Path) -> int:
    answer = subprocess.run([python, "-m", "pip", "--version"], check=True, capture_output=True, text=True)
    return int(answer.stdout.split()[1].partition(".")[0])


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(map(str, error.cmd[:4]))} ... failed")
