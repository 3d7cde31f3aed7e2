"""What kubectl prints for an object: the value of a printer column."""

import json
from functools import lru_cache
from typing import Any

from netbox_hedgehog.kinds.model import Column

__all__ = ("at_path", "cell", "path_keys")

type Cell = str | int | float | bool | None


def cell(column: Column, obj: dict[str, Any]) -> Cell:
    """Read a printer column of an object, as the API server puts it into a Table.

    Args:
        column: One of ``Kind.columns``.
        obj: The manifest, or as much of it as the column's path needs.

    Returns:
        A text for string columns (maps and lists as compact JSON, booleans as ``true`` and ``false``); a value of their
        own type for integer, number and boolean columns; the time stamp as the object has it for date columns. None if
        the object has no such value, or one of another type.
    """
    value = at_path(column.path, obj)
    if value is None:
        return None
    if column.type == "string":
        return _text(value)
    if column.type == "boolean":
        return value if isinstance(value, bool) else None
    if column.type == "date":
        return value if isinstance(value, str) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if column.type == "integer" else value


def at_path(path: str, obj: Any) -> Any:
    """Follow a simple JSONPath, such as ``.metadata.labels.example\\.com/name``.

    Args:
        path: Keys, each after a dot; a backslash keeps a dot within its key.
        obj: Where to begin.

    Returns:
        The value; None if there is none.
    """
    value = obj
    for key in path_keys(path):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


@lru_cache(maxsize=1024)
def path_keys(path: str) -> tuple[str, ...]:
    """The keys of a simple JSONPath; a backslash keeps a dot within its key."""
    keys = path.replace("\\.", "\0").removeprefix(".").split(".")
    return tuple(key.replace("\0", ".") for key in keys)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
