"""The committed dump of a NetBox database: how it is made (``make dump``), and how two databases are compared.

An empty database needs 812 migrations, minutes of Python; restoring their result takes a second. A test holds the
committed file against what the migrations make.
"""

import gzip
import re
import secrets
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from practice.services import database
from practice.services.netbox import NetBox
from practice.services.postgresql import PostgreSQL
from practice.services.problem import Problem

__all__ = ("dump_text", "migrate_from_nothing", "write")

TIME = re.compile(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00'")
EPOCH = "'2026-01-01 00:00:00+00'"
# Comments, psql's own commands, and settings that older servers do not know.
NOISE = re.compile(r"^(--.*|\\.*|SET transaction_timeout = .*)$\n", re.MULTILINE)
MIGRATION_SECONDS = 1500


def migrate_from_nothing(server: PostgreSQL, root: Path, venv: Path, name: str) -> None:
    """Make database NAME with NetBox's own migrations alone: no plugin, no dump. Minutes of one core."""
    address = server.address(name)
    database.create_empty(address, name)
    instance = NetBox(root, venv)
    # Nothing connects to Redis during migrations; the address only has to be there.
    nowhere = {"HOST": "127.0.0.1", "PORT": 1, "DATABASE": 0, "SSL": False}
    keys = {"secret_key": secrets.token_urlsafe(48), "pepper": secrets.token_urlsafe(48)}
    redis = {"tasks": nowhere, "caching": nowhere}
    instance.configure(database=address, redis=redis, **keys, PLUGINS=[], PLUGINS_CONFIG={})
    process = instance.run("netbox migrate", "-m", "netbox", "migrate", "--no-input", log=root / "migrate.log")
    process.finish(MIGRATION_SECONDS)


def dump_text(server: PostgreSQL, name: str) -> str:
    """Database NAME as plain SQL that any PostgreSQL from 15 on restores, free of times, owners and psql commands."""
    program = server.programs / "pg_dump"
    if not program.exists():
        raise Problem(f"{program} is missing: a dump needs PostgreSQL's client programs (Debian: postgresql-client).")
    options = ["--no-owner", "--no-privileges", "--no-comments", "--inserts", "--rows-per-insert=1"]
    where: Mapping[str, Any] = server.address(name)
    command = [program, *options, "-h", where["HOST"], "-p", str(where["PORT"]), "-U", where["USER"], name]
    made = subprocess.run(command, check=False, capture_output=True, text=True, env={"PGPASSWORD": server.password})
    if made.returncode:
        raise Problem(f"pg_dump failed: {made.stderr}")
    text = TIME.sub(EPOCH, NOISE.sub("", made.stdout))
    return re.sub(r"\n{2,}", "\n\n", text).lstrip()


def write(text: str, path: Path = database.DUMP) -> None:
    """Write TEXT compressed; the same text gives the same bytes."""
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
