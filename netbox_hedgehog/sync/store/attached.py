"""Rows that belong to an object by content type and id: tags, journal, bookmarks, change log, and those of plugins.

For migrations: only tables and columns that exist at that moment are touched.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from extras.models import TaggedItem

__all__ = ("MOVED", "Hanging", "hanging", "move")

MOVED = "unnest(%s::bigint[], %s::bigint[]) AS moved(old, new)"  # keys before and after


class Hanging(NamedTuple):
    """A table whose rows belong to any object, by content type and id; ``unique``: what else one object has but
    once.
    """

    table: str
    of_type: str
    of_id: str
    id_type: str
    unique: tuple[tuple[str, ...], ...]


def hanging(cursor: Any, connection: Any) -> Iterator[Hanging]:
    """All tables with a generic foreign key, of NetBox and of any plugin, that are there at this moment."""
    cursor.execute("SELECT table_name, column_name FROM information_schema.columns")
    there = set(cursor.fetchall())
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        for generic in meta.private_fields:
            if not isinstance(generic, GenericForeignKey):
                continue
            of_type, of_id = meta.get_field(generic.ct_field), meta.get_field(generic.fk_field)
            if {(meta.db_table, of_type.column), (meta.db_table, of_id.column)} <= there:
                unique = tuple(_unique(model, generic.ct_field, generic.fk_field))
                yield Hanging(meta.db_table, of_type.column, of_id.column, of_id.db_type(connection), unique)


def _unique(model: type[models.Model], *generic: str) -> Iterator[tuple[str, ...]]:
    """The columns that, beside the object, make a row of ``model`` unique."""
    sets = [*model._meta.unique_together]
    sets += [each.fields for each in model._meta.constraints if isinstance(each, models.UniqueConstraint)]
    if model is TaggedItem:
        sets.append((*generic, "tag"))  # NetBox never tags twice, and no constraint says so
    for fields in sets:
        if set(generic) <= set(fields):
            yield tuple(model._meta.get_field(name).column for name in fields if name not in generic)


def move(cursor: Any, of: Hanging, types: tuple[int, int], moved: Mapping[int, int]) -> None:
    """Move rows that belong to objects of one type to objects of another; what these have already is deleted.

    ``types`` are the two object types; ``moved`` has the new primary key by the old one.
    """
    table, of_type, of_id = (f'"{name}"' for name in (of.table, of.of_type, of.of_id))
    old, new = (f"CAST(moved.{name} AS {of.id_type})" for name in ("old", "new"))
    keys = [list(moved), list(moved.values())]
    for unique in of.unique:
        same = "".join(f' AND own."{column}" = {table}."{column}"' for column in unique)
        cursor.execute(
            f"DELETE FROM {table} USING {MOVED} WHERE {table}.{of_type} = %s AND {table}.{of_id} = {old}"  # noqa: S608
            f" AND EXISTS (SELECT FROM {table} own WHERE own.{of_type} = %s AND own.{of_id} = {new}{same})",
            [*keys, *types],
        )
    cursor.execute(
        f"UPDATE {table} SET {of_type} = %s, {of_id} = {new} FROM {MOVED}"  # noqa: S608  names of models
        f" WHERE {table}.{of_type} = %s AND {table}.{of_id} = {old}",
        [types[1], *keys, types[0]],
    )
