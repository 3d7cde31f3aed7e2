"""What NetBox holds of a fabric's objects, as far as comparing needs it."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db import connection

from netbox_hedgehog.models import Fabric
from netbox_hedgehog.sync.decide.changes import Stored
from netbox_hedgehog.sync.decide.comparison import Key, Snapshot, snapshot_of
from netbox_hedgehog.sync.decide.decode import DIGEST
from netbox_hedgehog.sync.store.kind_table import KindTable

__all__ = ("Before", "load_before", "load_by_digest", "load_current", "load_snapshots")

# What is known again by its bytes alone. One text for all of a kind is the fastest way out of PostgreSQL.
BYTES_SUFFICE = f"(length(digest) = {DIGEST} AND missing_since IS NULL AND missing_runs = 0)"
DIGESTS = f"string_agg(digest, '') FILTER (WHERE {BYTES_SUFFICE}), count(*) FILTER (WHERE NOT absence_proven), count(*)"
STORED_COLUMNS = ", ".join("id" if name == "pk" else name for name in Stored._fields)


class Before(NamedTuple):
    """A row as it was before a change: what comparing needs of it, and other columns by name."""

    stored: Stored
    values: dict[str, Any]


def load_snapshots(fabric: Fabric, tables: Sequence[KindTable]) -> dict[KindTable, Snapshot]:
    """What NetBox holds of each of ``tables``' kinds of ``fabric``: one statement, and one for each kind with special
    rows.

    Where only some namespaces are read, only theirs: a list says nothing of what it did not ask for.
    """
    if any(table.scope.hard for table in tables):  # of one run, all or none
        return {table: snapshot_of(_rows(fabric, table), bytes_suffice=False) for table in tables}
    found = {}
    for table, (text, count, total) in zip(tables, _digests(fabric, tables), strict=True):
        digests = {text[start : start + DIGEST] for start in range(0, len(text), DIGEST)}
        others = _rows(fabric, table, f"NOT {BYTES_SUFFICE}") if total > len(digests) else []
        found[table] = Snapshot(digests, others, count)
    return found


def load_current(fabric: Fabric, table: KindTable, keys: Sequence[Key]) -> dict[Key, Stored]:
    """What is stored now of the objects with ``keys``."""
    return {key: each.stored for key, each in load_before(fabric, table, keys, ()).items()}


def load_before(fabric: Fabric, table: KindTable, keys: Sequence[Key], columns: Sequence[str]) -> dict[Key, Before]:
    """The same with more columns of each row, in one statement."""
    namespaces, names = {namespace for namespace, _ in keys}, [name for _, name in keys]
    rows = table.rows(fabric).filter(namespace__in=namespaces, name__in=names).order_by()
    found, own = {}, len(Stored._fields)
    for row in rows.values_list(*Stored._fields, *columns):
        stored = Stored._make(row[:own])
        found[stored.namespace, stored.name] = Before(stored, dict(zip(columns, row[own:], strict=True)))
    return found


def load_by_digest(fabric: Fabric, table: KindTable, digests: Collection[str]) -> list[Stored]:
    """The rows of ``table``'s kind that are stored now with one of ``digests``; no statement where there are none."""
    if not digests:
        return []
    rows = table.rows(fabric).filter(digest__in=digests).order_by()
    return [Stored._make(row) for row in rows.values_list(*Stored._fields)]


def _digests(fabric: Fabric, tables: Sequence[KindTable]) -> list[tuple[str, int, int]]:
    """Of each of ``tables`` the digests that suffice, as one text; how many objects are known; how many rows there
    are.
    """
    if not tables:
        return []
    parts = [_statement(f"{index}, {DIGESTS}", fabric, table) for index, table in enumerate(tables)]
    rows = _fetched(" UNION ALL ".join(sql for sql, _ in parts), [value for _, values in parts for value in values])
    return [(text or "", count, total) for _, text, count, total in sorted(rows)]


def _rows(fabric: Fabric, table: KindTable, condition: str = "TRUE") -> list[Stored]:
    return [Stored._make(row) for row in _fetched(*_statement(STORED_COLUMNS, fabric, table, condition))]


def _statement(columns: str, fabric: Fabric, table: KindTable, condition: str = "TRUE") -> tuple[str, list[Any]]:
    """Columns of the rows of which ``table``'s list will say something, with the values of the statement.

    Not Django's, which takes a third of a millisecond to make one up. Only names of our own are in it.
    """
    asked: list[tuple[str, Any]] = [("fabric_id = %s", fabric.pk)]
    if not table.entry:
        asked += [("api_group = %s", table.resource.group), ("kind = %s", table.resource.kind)]
    if table.scope.name:
        asked += [("namespace = %s", table.scope.namespace), ("name = %s", table.scope.name)]
    elif fabric.namespaces:
        asked.append(("namespace = ANY(%s)", fabric.namespaces))
    where = " AND ".join((*(each for each, _ in asked), condition))
    return f"SELECT {columns} FROM {table.model._meta.db_table} WHERE {where}", [value for _, value in asked]  # noqa: S608


def _fetched(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
