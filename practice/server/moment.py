"""The objects of one kind as they are or were at one version, read in order from any place, without a copy of all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from heapq import merge

from practice.server.stored import Key, Stored


class Moment:
    """What KEYS (sorted) and OBJECTS hold now, with what has happened since taken back.

    UNDONE has the objects that were changed since: as they were, or None where they were not there. Beginning to read
    costs in proportion to what was undone, not to what there is. Hold the store's lock as long as it is read.
    """

    def __init__(self, keys: list[Key], objects: dict[Key, Stored], undone: dict[Key, Stored | None]) -> None:
        self._keys, self._objects, self._undone = keys, objects, undone
        self._gone = sorted(key for key, old in undone.items() if old is not None and key not in objects)
        self._new = sorted(key for key, old in undone.items() if old is None and key in objects)

    def items(self, after: Key | None = None, namespace: str = "") -> Iterator[Stored]:
        """The objects behind AFTER in order, of all namespaces or of one."""
        there = _slice(self._keys, after, namespace)
        if not self._undone:
            return (self._objects[self._keys[index]] for index in there)
        there_then = (self._gone[index] for index in _slice(self._gone, after, namespace))
        keys = merge((self._keys[index] for index in there), there_then)
        found = (self._undone[key] if key in self._undone else self._objects[key] for key in keys)
        return (item for item in found if item is not None)

    def count(self, after: Key | None = None, namespace: str = "") -> int:
        """How many objects `items` would give."""
        there, gone, new = (len(_slice(keys, after, namespace)) for keys in (self._keys, self._gone, self._new))
        return there + gone - new


def _slice(keys: Sequence[Key], after: Key | None, namespace: str) -> range:
    """Where in KEYS (sorted) those stand that come behind AFTER, in NAMESPACE (empty: in all)."""
    first = bisect_right(keys, after) if after else 0
    if not namespace:
        return range(first, len(keys))
    # No name is empty, and no namespace's name goes on with a NUL.
    return range(max(first, bisect_left(keys, (namespace, ""))), bisect_left(keys, (namespace + "\0", "")))
