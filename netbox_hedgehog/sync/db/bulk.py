"""Many rows of a table in one statement: they travel as one JSON text that PostgreSQL takes apart.

That is a quarter of the cost of ``bulk_create``, whose defaults, conversions and arrays take longer than the database
does. No signals are sent.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Field, Model

__all__ = ("INSERTED", "bulk_insert", "bulk_upsert")

# In the RETURNING of an INSERT ... ON CONFLICT DO UPDATE: whether the row is new. A row that was updated keeps in xmax
# the transaction that did so, a new one has none.
INSERTED = "xmax = 0"


def bulk_insert(
    model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]], ignore_conflicts: bool = False
) -> None:
    """Insert ``rows`` into ``model``'s table, each with the values of the fields ``names`` (a foreign key by
    ``..._id``).

    No defaults but the database's own are filled in.
    """
    known = {field.attname: field for field in model._meta.concrete_fields}
    statement, text = _insertion([known[name] for name in names], rows)
    if text is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ON CONFLICT DO NOTHING" if ignore_conflicts else statement, [text])


def bulk_upsert(rows: Sequence[Model], key: Sequence[str], update: Sequence[str]) -> None:
    """Insert ``rows``, all of one model, or write the fields ``update`` of those whose fields ``key`` are in the table
    already.

    What the database makes up, primary keys and computed columns, is set on ``rows``. No two of them may have one key.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key and not field.generated]
    for field in fields:
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            for row in rows:
                field.pre_save(row, add=True)
    values, identity = (attrgetter(*(field.attname for field in chosen)) for chosen in (fields, _fields(meta, key)))
    statement, text = _insertion(fields, map(values, rows))
    taken = ", ".join(f'"{field.column}"' for field in _fields(meta, key))
    written = ", ".join(f'"{field.column}" = EXCLUDED."{field.column}"' for field in _fields(meta, update))
    made = [field for field in meta.concrete_fields if field.primary_key or field.generated]
    returned = ", ".join(f'"{meta.db_table}"."{field.column}"' for field in (*_fields(meta, key), *made))
    by_key = {identity(row): row for row in rows}
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ON CONFLICT ({taken}) DO UPDATE SET {written} RETURNING {returned}", [text])
        for found in cursor:
            row = by_key[found[: len(key)]]
            row._state.adding, row._state.db = False, connection.alias
            for field, value in zip(made, found[len(key) :], strict=True):
                setattr(row, field.attname, value)


def _insertion(fields: Sequence[Field], rows: Iterable[Sequence[Any]]) -> tuple[str, str | None]:
    """The statement that inserts ``fields`` of ``rows``, and its one parameter (None where there are no rows)."""
    listed = ", ".join(f'"{field.column}"' for field in fields)
    typed = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in fields)
    columns = [field.column for field in fields]
    text = msgspec.json.encode([dict(zip(columns, row, strict=True)) for row in rows])
    table = fields[0].model._meta.db_table
    # Only names of our own models make up the statement; every value is in the one parameter.
    statement = f'INSERT INTO "{table}" ({listed}) SELECT * FROM json_to_recordset(%s) AS r({typed})'  # noqa: S608
    return statement, None if text == b"[]" else text.decode()


def _fields(meta: Any, names: Sequence[str]) -> list[Field]:
    return [meta.get_field(name) for name in names]
