"""What kubectl prints for an object: the value of a printer column."""

import json
from functools import lru_cache
from typing import Any

from netbox_hedgehog.kinds.model import Column

__all__ = ("at_path", "cell", "path_keys")

type Cell = str | int | float | bool | None


def cell(column: Column, obj: dict[str, Any]) -> Cell:
    """The column's value in the object, as the API server puts it into a Table; None where there is none.

    String columns are texts (maps and lists as compact JSON, true and false as words), integer, number and boolean
    columns their own type, None where the value is of another. Date columns are the time as the object has it, not
    its age: who shows it knows the clock.
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
    """The value at a simple JSONPath (``.metadata.labels.example\\.com/name``); None where there is none."""
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
