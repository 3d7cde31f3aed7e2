"""What differs between two pieces of data, field by field."""

import enum
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

__all__ = ("ABSENT", "Absent", "Change", "diff")


class Absent(enum.Enum):
    """Stands for a field that is not there, which is not the same as null."""

    ABSENT = "absent"

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return self.value


ABSENT = Absent.ABSENT


class Change(NamedTuple):
    """One field that differs. A whole part that came or went is one change; ``ABSENT`` stands on its other side.

    ``path`` is written as ``spec.links[0].switch.port``; a key with other characters than letters, digits, ``_``
    and ``-`` stands in brackets: ``labels["example.com/site"]``. It is empty where the two have nothing in common.
    """

    path: str
    old: Any
    new: Any


def diff(old: Any, new: Any) -> list[Change]:
    """The changes that lead from ``old`` to ``new``, in the order of ``old``'s keys, new keys last.

    Lists are compared place by place. ``1``, ``1.0`` and ``true`` are three different values.
    """
    return list(_changes("", old, new))


def _changes(path: str, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _changes(_below(path, key), old.get(key, ABSENT), new.get(key, ABSENT))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            before = old[index] if index < len(old) else ABSENT
            after = new[index] if index < len(new) else ABSENT
            yield from _changes(f"{path}[{index}]", before, after)
    elif type(old) is not type(new) or old != new:
        yield Change(path, old, new)


_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def _below(path: str, key: Any) -> str:
    text = str(key)
    if not _PLAIN.fullmatch(text):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path}["{quoted}"]'
    return f"{path}.{text}" if path else text
