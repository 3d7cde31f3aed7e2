"""Databases of a private PostgreSQL: made from the dump of NetBox's own migrations, cloned, dropped."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

__all__ = ("DUMP", "clone", "create_empty", "create_from_dump", "drop", "exists", "names")

DUMP = Path(__file__).with_name("netbox-4.7.3.sql.gz")
MAINTENANCE = "postgres"


def exists(address: Mapping[str, Any], name: str) -> bool:
    with _connect(address, MAINTENANCE) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def names(address: Mapping[str, Any], prefix: str) -> list[str]:
    """The databases whose names begin with PREFIX, oldest first."""
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid"
    with _connect(address, MAINTENANCE) as connection:
        return [row[0] for row in connection.execute(query, [prefix])]


def create_empty(address: Mapping[str, Any], name: str) -> None:
    """Make an empty database NAME; one of that name is dropped before."""
    drop(address, name)
    _maintain(address, "CREATE DATABASE {} TEMPLATE template0", name)


def create_from_dump(address: Mapping[str, Any], name: str, dump: Path = DUMP) -> None:
    """Make database NAME hold what NetBox's own migrations make. Cut short, it leaves no database of that name."""
    making = f"{name}_new"
    create_empty(address, making)
    with _connect(address, making) as connection, gzip.open(dump, "rt", encoding="utf-8") as text:
        connection.execute(text.read())  # without parameters one call may hold many statements
        connection.execute("ANALYZE")
    _maintain(address, "ALTER DATABASE {} RENAME TO {}", making, name)


def clone(address: Mapping[str, Any], template: str, name: str) -> None:
    """Make database NAME a copy of TEMPLATE, to which nobody may be connected. A database NAME is dropped before."""
    drop(address, name)
    _maintain(address, "CREATE DATABASE {} TEMPLATE {}", name, template)


def drop(address: Mapping[str, Any], name: str) -> None:
    """Drop database NAME where it exists, ending sessions that use it."""
    _maintain(address, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _maintain(address: Mapping[str, Any], statement: str, *databases: str) -> None:
    with _connect(address, MAINTENANCE) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, databases)))


def _connect(address: Mapping[str, Any], database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=address["HOST"],
        port=address["PORT"],
        user=address["USER"],
        password=address["PASSWORD"],
        dbname=database,
        autocommit=True,
        connect_timeout=10,
    )
