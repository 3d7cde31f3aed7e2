"""Make the virtual environment and install into it: ``python -m practice.services.fill EXTRA``.

A process of its own, so that PostgreSQL can start meanwhile; started with the Python that the environment is to have.
"""

import shutil
import subprocess
import sys

from practice.services.installer import Installer
from practice.services.netbox import CHECKOUT
from practice.services.requirements import NETBOX, needed_by_netbox, requirements
from practice.services.virtualenv import Virtualenv

BUILT, READY_MADE = "psycopg[c,pool]", "psycopg[binary,pool]"


def main(extra: str) -> None:
    environment = Virtualenv(CHECKOUT, extra, logs=CHECKOUT / ".demo" / "logs")
    if not environment.runs():
        print(f"Making {environment.directory}", flush=True)
        shutil.rmtree(environment.directory, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", environment.directory], check=True)
    installer = Installer(environment.python)
    wanted = requirements(CHECKOUT / "pyproject.toml", extra)
    netbox = [requirement for requirement in wanted if NETBOX.match(requirement)]
    others = [requirement for requirement in wanted if requirement not in netbox]
    if not netbox:  # an extra that needs none, such as the documentation's
        installer.install(*others)
        return
    installer.install("--no-deps", *netbox)
    site_packages = next(environment.directory.glob("lib/python3*/site-packages"))
    install_all(installer, needed_by_netbox(site_packages), others)


def install_all(installer: Installer, netbox: list[str], others: list[str]) -> None:
    """Install NetBox's requirements and OTHERS; where there is no ready-made wheel of psycopg's C part, build it."""
    ready_made = [item.replace(BUILT, READY_MADE) for item in netbox]
    try:
        installer.install(*ready_made, *others)
    except subprocess.CalledProcessError:
        if ready_made == netbox:
            raise
        print("Trying once more with psycopg's C extension built here, in place of its ready-made wheel", flush=True)
        installer.install(*netbox, *others)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(map(str, error.cmd[:4]))} ... failed")
