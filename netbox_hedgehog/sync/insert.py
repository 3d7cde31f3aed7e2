"""Many rows of a table in one statement, without an instance of the model for each."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Model

__all__ = ("insert",)


def insert(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]], ignore_conflicts=False) -> None:
    """Insert ROWS into MODEL's table, each with the values of the fields NAMES (a foreign key by ``..._id``).

    The rows travel as one JSON text that PostgreSQL takes apart: a quarter of the cost of ``bulk_create``, whose
    instances, defaults and arrays take longer than the database does. No signals are sent, and no defaults but the
    database's own are filled in.
    """
    columns = [_column(model, name) for name in names]
    listed = ", ".join(f'"{name}"' for name, _ in columns)
    typed = ", ".join(f'"{name}" {kind}' for name, kind in columns)
    keys = [name for name, _ in columns]
    text = msgspec.json.encode([dict(zip(keys, row, strict=True)) for row in rows])
    if text == b"[]":
        return
    # Only names of our own models make up the statement; every value is in the one parameter.
    statement = f'INSERT INTO "{model._meta.db_table}" ({listed}) SELECT * FROM json_to_recordset(%s) AS r({typed})'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement + " ON CONFLICT DO NOTHING" * ignore_conflicts, [text.decode()])


def _column(model: type[Model], name: str) -> tuple[str, str]:
    """Name and type of the column of the field that instances know as NAME."""
    field = next(field for field in model._meta.concrete_fields if field.attname == name)
    return field.column, field.db_type(connection)
