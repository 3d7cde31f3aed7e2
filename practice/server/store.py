"""The objects, each kept as the bytes in which it is served, with enough history to show an earlier moment.

A list is a join of bytes. Every change gets the next resourceVersion of one counter and is remembered for a while; an
earlier moment is the present with the later changes taken back. That serves the later pages of a list and lists at an
exact version; the changes themselves are what a watch shows.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

Key = tuple[str, str]
_encoder = msgspec.json.Encoder(order="sorted")
FIRST_VERSION = 1000  # above any version that a client would make up
HISTORY_SECONDS = 300.0
HISTORY_CHANGES = 100_000
HISTORY_BYTES = 256 * 1024 * 1024  # of objects that are there no more


@dataclass(frozen=True)
class Stored:
    """One version of one object."""

    raw: bytes
    namespace: str
    name: str
    version: int

    @property
    def key(self) -> Key:
        return self.namespace, self.name

    @cached_property
    def labels(self) -> dict[str, str]:
        return self.data()["metadata"].get("labels") or {}

    def data(self) -> dict[str, Any]:
        """A fresh copy of the object, free to be changed."""
        return msgspec.json.decode(self.raw)


@dataclass(frozen=True)
class Change:
    """What happened to one object at one version: NEW is None for a deletion, OLD for a creation."""

    version: int
    path: str
    key: Key
    old: Stored | None
    new: Stored | None
    at: float

    @cached_property
    def gone(self) -> bytes:
        """The object as it was before, at this change's version: what a watch shows of it when it goes."""
        data = self.old.data() if self.old else {"metadata": {}}
        data["metadata"]["resourceVersion"] = str(self.version)
        return _encoder.encode(data)

    @property
    def weight(self) -> int:
        """Bytes that only the history holds."""
        return len(self.old.raw) if self.old else 0


Offer = Callable[[Change], None]


def stored(data: dict[str, Any]) -> Stored:
    meta = data["metadata"]
    return Stored(_encoder.encode(data), meta.get("namespace", ""), meta["name"], int(meta.get("resourceVersion") or 0))


class Compacted(Exception):
    """The history no longer reaches back to the version that was asked for."""


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
        self.compacted = FIRST_VERSION
        self.edition = 0  # rises with everything that happens, also where versions go back
        self._collections: dict[str, _Collection] = {}
        self._changes: deque[Change] = deque()
        self._weight = 0
        self._floor = FIRST_VERSION
        self._forgotten: dict[str, int] = {}  # by path, where more than the floor is forgotten
        self._followers: dict[str, list[Offer]] = {}

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
        change = Change(self.version, path, key, old, new, time.monotonic())
        self.edition += 1
        self._changes.append(change)
        self._weight += change.weight
        self._forget()
        for offer in self._followers.get(path, ()):
            offer(change)

    def _forget(self) -> None:
        """Drop history that is too old or too long."""
        oldest, changes = time.monotonic() - HISTORY_SECONDS, self._changes
        while changes and (changes[0].at < oldest or len(changes) > HISTORY_CHANGES or self._weight > HISTORY_BYTES):
            change = changes.popleft()
            self._weight -= change.weight
            self.compacted = self._forgotten[change.path] = change.version

    def compact(self) -> None:
        """Forget all history: every earlier moment is expired from now on."""
        with self.lock:
            self._changes.clear()
            self._weight = 0
            self.compacted = self._floor = self.version
            self._forgotten.clear()

    def follow(self, path: str, since: int, offer: Offer) -> list[Change]:
        """The changes of a kind after version SINCE; every later one is given to OFFER, which must not wait.

        Raises Compacted where one of them may be forgotten: for a kind that rested, an old version is still good.
        """
        with self.lock:
            if since < max(self._floor, self._forgotten.get(path, 0)):
                raise Compacted
            missed: list[Change] = []
            for change in reversed(self._changes):
                if change.version <= since:
                    break
                if change.path == path:
                    missed.append(change)
            self._followers.setdefault(path, []).append(offer)
            return missed[::-1]

    def unfollow(self, path: str, offer: Offer) -> None:
        with self.lock:
            self._followers[path].remove(offer)

    def items(self, path: str, version: int | None = None, after: Key | None = None) -> list[Stored]:
        """The objects of a kind behind AFTER, in order, now or at an earlier version.

        Raises Compacted where that is forgotten.
        """
        with self.lock:
            collection = self._collections.get(path) or _Collection()
            then = collection
            if version is not None and version < self.version:
                then = self._earlier(path, collection, version)
            first = bisect_right(then.keys, after) if after else 0
            return [then.objects[key] for key in then.keys[first:]]

    def _earlier(self, path: str, collection: _Collection, version: int) -> _Collection:
        if version < self.compacted:
            raise Compacted
        undone: dict[Key, Stored | None] = {}
        for change in reversed(self._changes):
            if change.version <= version:
                break
            if change.path == path:
                undone[change.key] = change.old
        if not undone:
            return collection
        then = _Collection()
        then.fill(item for item in {**collection.objects, **undone}.values() if item is not None)
        return then

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
