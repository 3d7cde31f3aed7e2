"""The objects, each kept as the bytes in which it is served, with enough history to show an earlier moment.

A list is a join of bytes. Every change gets the next resourceVersion of one counter and is remembered for a while; an
earlier moment is the present with the later changes taken back. That serves the later pages of a list and lists at an
exact version (`moment.Moment`); the changes themselves are what a watch shows.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import Any

from practice.server.history import Change, Compacted, History, Offer
from practice.server.moment import Moment
from practice.server.stored import Key, Stored, stored

FIRST_VERSION = 1000  # above any version that a client would make up


class _Collection:
    """The objects of one kind, in the order in which they are listed."""

    def __init__(self) -> None:
        self.objects: dict[Key, Stored] = {}
        self.keys: list[Key] = []

    def set(self, key: Key, new: Stored | None) -> None:
        if new is None:
            del self.objects[key]
            del self.keys[bisect_left(self.keys, key)]
            return
        if key not in self.objects:
            insort(self.keys, key)
        self.objects[key] = new

    def fill(self, objects: Iterable[Stored]) -> None:
        self.objects = {item.key: item for item in objects}
        self.keys = sorted(self.objects)


class Store:
    """All objects. Safe to use from several threads: hold `lock` around a read that leads to a write."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.version = FIRST_VERSION
        self.edition = 0  # rises with everything that happens, also where versions go back
        self._collections: dict[str, _Collection] = {}
        self._history = History(FIRST_VERSION)

    @property
    def compacted(self) -> int:
        """Moments before this version are forgotten."""
        return self._history.compacted

    def get(self, path: str, namespace: str, name: str) -> Stored | None:
        collection = self._collections.get(path)
        return collection.objects.get((namespace, name)) if collection else None

    def put(self, path: str, data: dict[str, Any]) -> Stored:
        """Store DATA, whose metadata gets the next version, in place of what has its name."""
        with self.lock:
            self.version += 1
            data["metadata"]["resourceVersion"] = str(self.version)
            new = stored(data)
            self._change(path, new.key, new)
            return new

    def delete(self, path: str, key: Key) -> None:
        with self.lock:
            self.version += 1
            self._change(path, key, None)

    def _change(self, path: str, key: Key, new: Stored | None) -> None:
        collection = self._collections.setdefault(path, _Collection())
        old = collection.objects.get(key)
        collection.set(key, new)
        self.edition += 1
        self._history.add(self.version, path, key, old, new)

    def compact(self) -> None:
        """Forget all history: every earlier moment is expired from now on."""
        with self.lock:
            self._history.compact(self.version)

    def follow(self, path: str, since: int, offer: Offer) -> list[Change]:
        """The changes of a kind after version SINCE; every later one is given to OFFER. See `History.follow`."""
        with self.lock:
            return self._history.follow(path, since, offer)

    def unfollow(self, path: str, offer: Offer) -> None:
        with self.lock:
            self._history.unfollow(path, offer)

    def followers(self, path: str) -> int:
        """How many are told of the changes of a kind."""
        with self.lock:
            return self._history.followers(path)

    def items(self, path: str, version: int | None = None, after: Key | None = None) -> list[Stored]:
        """The objects of a kind behind AFTER, in order, now or at an earlier version. See `moment`."""
        with self.lock:
            return list(self.moment(path, version).items(after))

    def moment(self, path: str, version: int | None = None) -> Moment:
        """A kind's objects now or at an earlier version, to be read while the lock is held.

        Raises Compacted where that version is forgotten.
        """
        with self.lock:
            collection = self._collections.get(path) or _Collection()
            undone: dict[Key, Stored | None] = {}
            if version is not None and version < self.version:
                if version < self.compacted:
                    raise Compacted
                undone = {change.key: change.old for change in self._history.backwards(path, version)}
            return Moment(collection.keys, collection.objects, undone)

    def load(self, objects: dict[str, list[dict[str, Any]]], version: int = 0, back: bool = False) -> None:
        """Replace everything by OBJECTS (by path), which keep their versions; VERSION is the counter's least value.

        The counter never falls but when it is let go BACK.
        """
        with self.lock:
            self._collections.clear()
            self.edition += 1
            highest = max(version, FIRST_VERSION, 0 if back else self.version)
            for path, given in objects.items():
                items = [stored(data) for data in given]
                highest = max([highest, *(item.version for item in items)])
                self._collections[path] = collection = _Collection()
                collection.fill(items)
            self.version = highest
            self.compact()

    def dump(self) -> tuple[int, dict[str, list[bytes]]]:
        """The counter and every object's bytes, by path."""
        with self.lock:
            return self.version, {path: [item.raw for item in self.items(path)] for path in self._collections}
