"""The columns that kubectl prints for a kind, read from the database without reading the objects whole."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.db.models.fields.json import KeyTransform

from netbox_hedgehog import kinds
from netbox_hedgehog.kinds import cell, path_keys

__all__ = ("Printed", "brief", "printed")

# Where a manifest's top-level parts are kept, in a column each.
PLACES = {
    ("spec",): "live",
    ("status",): "status",
    ("metadata", "labels"): "labels",
    ("metadata", "annotations"): "annotations",
}
PLAIN = {("metadata", "generation"): "generation"}


@dataclass(frozen=True)
class Printed:
    """One printed column: NAME in a table, and the EXPRESSION of its value in a query."""

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

    def text(self, value: Any) -> str:
        """VALUE for people; maps and lists in a few words where kubectl prints JSON."""
        if isinstance(value, dict | list):
            return brief(value)
        shown = cell(self.column, _nested(path_keys(self.column.path), value))
        return "" if shown is None else str(shown)


def printed(kind: kinds.Kind) -> list[Printed]:
    """The columns of KIND; its age is a column that all kinds have, and is left out."""
    found = []
    for column in kind.columns:
        keys = path_keys(column.path)
        expression = _expression(keys)
        if expression is not None:
            name = "col_" + "".join(letter if letter.isalnum() else "_" for letter in column.name.lower())
            found.append(Printed(name, column, expression, _names(kind, keys)))
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
    """What the text at KEYS names, as far as KIND's fields say so."""
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


def brief(value: Any) -> str:
    """A map or list in one line; of an object, what says most: ``default 10.0.1.0/24, other 10.0.2.0/24``."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_first(each)}".rstrip() for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(_first(each) for each in value)
    return "" if value is None else str(value)


def _first(value: Any) -> str:
    """VALUE, or of an object the prefix or name in it, or else its first scalar."""
    if not isinstance(value, dict):
        return brief(value)
    scalars = {key: each for key, each in value.items() if not isinstance(each, dict | list)}
    chosen = next((scalars[key] for key in ("subnet", "name", "cidr") if key in scalars), None)
    return brief(chosen if chosen is not None else next(iter(scalars.values()), None))
