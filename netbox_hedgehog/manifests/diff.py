"""Compares two pieces of data field by field."""

import enum
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

__all__ = ("ABSENT", "Absent", "FieldChange", "diff")


class Absent(enum.Enum):
    """Marks a field that is not there, which differs from null."""

    ABSENT = "absent"

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return self.value


ABSENT = Absent.ABSENT


class FieldChange(NamedTuple):
    """One field that differs. A part that is added or removed as a whole is one change, with ``ABSENT`` on one side.

    Attributes:
        path: As in ``spec.links[0].switch.port``; a key with characters other than letters, digits, ``_`` and ``-``
            stands in brackets: ``labels["example.com/site"]``. Empty if the two values have no common structure.
        old: The value before.
        new: The value after.
    """

    path: str
    old: Any
    new: Any


def diff(old: Any, new: Any) -> list[FieldChange]:
    """Compute the changes that lead from one value to another.

    Lists are compared index by index. ``1``, ``1.0`` and ``true`` are three different values.

    Args:
        old: The value before, as parsed from JSON.
        new: The value after.

    Returns:
        The changes in the order of the old keys, new keys last; empty if nothing differs.
    """
    return list(_changes("", old, new))


def _changes(path: str, old: Any, new: Any) -> Iterator[FieldChange]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _changes(_below(path, key), old.get(key, ABSENT), new.get(key, ABSENT))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            before = old[index] if index < len(old) else ABSENT
            after = new[index] if index < len(new) else ABSENT
            yield from _changes(f"{path}[{index}]", before, after)
    elif type(old) is not type(new) or old != new:
        yield FieldChange(path, old, new)


_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def _below(path: str, key: Any) -> str:
    text = str(key)
    if not _PLAIN.fullmatch(text):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path}["{quoted}"]'
    return f"{path}.{text}" if path else text
