"""The columns that kubectl prints for a kind, read from the database without reading whole objects."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import F
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext as _

from netbox_hedgehog import kinds
from netbox_hedgehog.kinds import cell, path_keys
from netbox_hedgehog.presentation.labels import path_label, plain_words

__all__ = ("PrinterColumn", "brief", "printer_columns")

# Where a manifest's top-level parts are kept, in a column each.
PLACES = {
    ("spec",): "live",
    ("status",): "status",
    ("metadata", "labels"): "labels",
    ("metadata", "annotations"): "annotations",
}
PLAIN = {("metadata", "generation"): "generation"}


@dataclass(frozen=True)
class PrinterColumn:
    """One printer column: its ``name`` in a table, and the ``expression`` of its value in a query."""

    name: str
    column: kinds.Column
    expression: Any
    names: kinds.Reference | None = None

    @property
    def wide(self) -> bool:
        return self.column.priority > 0

    @property
    def is_date(self) -> bool:
        return self.column.type == "date"

    @property
    def heading(self) -> str:
        """Its heading, in the words that the page of an object has for the same field."""
        if self.column.label:
            return _(self.column.label)
        part, *below = path_keys(self.column.path)
        # What a switch or gateway reports lies in status.state as a whole.
        below = below[1:] if part == "status" and below[0] == "state" else below
        return path_label(below if part in ("spec", "status") else [below[-1].rpartition("/")[2]])

    def text(self, value: Any, most: int | None = None) -> str:
        """Write a value for people; maps and lists in a few words, where kubectl prints JSON.

        Args:
            value: The value.
            most: How many entries of a map or list to read; None for all.
        """
        if isinstance(value, dict | list | bool):
            return brief(value, most)
        shown = cell(self.column, _nested(path_keys(self.column.path), value))
        return "" if shown is None else str(shown)


def printer_columns(kind: kinds.Kind) -> list[PrinterColumn]:
    """The columns of a kind, without its age, which all kinds have."""
    found = []
    for column in kind.columns:
        keys = path_keys(column.path)
        expression = _expression(keys)
        if expression is not None:
            name = "col_" + "".join(letter if letter.isalnum() else "_" for letter in column.name.lower())
            found.append(PrinterColumn(name, column, expression, _names(kind, keys)))
    return found


def _expression(keys: tuple[str, ...]) -> Any:
    if keys in PLAIN:
        return F(PLAIN[keys])
    for start, place in PLACES.items():
        if keys[: len(start)] == start:
            expression: Any = place
            for key in keys[len(start) :]:
                expression = KeyTransform(key, expression)
            return expression
    return None


def _names(kind: kinds.Kind, keys: tuple[str, ...]) -> kinds.Reference | None:
    """How the text at a path names another object, if the fields of the kind say so."""
    described: Any = kind.spec if keys[0] == "spec" else None
    field = None
    for key in keys[1:]:
        field = described.by_name.get(key) if isinstance(described, kinds.Object) else None
        if field is None:
            return None
        described = field.type
    return None if field is None or isinstance(field.type, kinds.Map | kinds.Object) else _of(field)


def _of(field: kinds.Field) -> kinds.Reference | None:
    return None if isinstance(field.type, kinds.List) and isinstance(field.type.of, kinds.Object) else field.names


def _nested(keys: tuple[str, ...], value: Any) -> dict[str, Any]:
    for key in reversed(keys):
        value = {key: value}
    return value


# Of an object in a list or map: the ends of a range, or the key that says what the object is.
ENDS = (("from", "to"), ("start", "end"))
MAIN = ("subnet", "name", "cidr", "prefix", "ip")


def brief(value: Any, most: int | None = None) -> str:
    """Write a map or list in one line: ``default 10.0.1.0/24, other 10.0.2.0/24``.

    Args:
        value: The value, as parsed from JSON.
        most: How many entries to read, if the rest will not be shown; None for all.
    """
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ", ".join(f"{key} {_short(each)}".rstrip() for key, each in islice(value.items(), most))
    if isinstance(value, list):
        return ", ".join(_whole(each) for each in islice(value, most))
    return "" if value is None else str(value)


def _whole(value: Any) -> str:
    """Write an entry of a list with all its scalars: ``1000-2999``, ``blue (priority 100)``."""
    said, rest = _said(value)
    return f"{said} ({_pairs(rest)})" if said and rest else said or _pairs(rest)


def _short(value: Any) -> str:
    """Write an entry of a map, whose key is written already."""
    said, rest = _said(value)
    return said or _pairs(rest)


def _pairs(scalars: dict[str, Any]) -> str:
    return ", ".join(f"{plain_words(key)} {brief(each)}" for key, each in scalars.items())


def _said(value: Any) -> tuple[str, dict[str, Any]]:
    """The most telling text of a value, and its other scalars.

    PostgreSQL's jsonb does not keep the order of keys, so the first key means nothing.
    """
    if not isinstance(value, dict):
        return brief(value), {}
    rest = {key: each for key, each in value.items() if not isinstance(each, dict | list) and each not in (None, "")}
    for first, last in ENDS:
        if first in rest:
            ends = dict.fromkeys(brief(rest.pop(key)) for key in (first, last) if key in rest)
            return "-".join(ends), rest
    for key in MAIN:
        if key in rest:
            return brief(rest.pop(key)), rest
    return "", rest
