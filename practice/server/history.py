"""What happened: the latest changes, and who is told of each that comes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from practice.server.stored import Key, Stored, encoder

HISTORY_SECONDS = 300.0
HISTORY_CHANGES = 100_000
HISTORY_BYTES = 256 * 1024 * 1024  # of objects that are there no more


class Compacted(Exception):
    """The history no longer reaches back to the version that was asked for."""


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
        return encoder.encode(data)

    @property
    def weight(self) -> int:
        """Bytes that only the history holds."""
        return len(self.old.raw) if self.old else 0


Offer = Callable[[Change], None]


class History:
    """The changes of one store, a bounded number of them. Its store's lock is held whenever it is touched."""

    def __init__(self, version: int) -> None:
        self.compacted = version  # before this version something is forgotten
        self._floor = version
        self._forgotten: dict[str, int] = {}  # by path, where more than the floor is forgotten
        self._changes: deque[Change] = deque()
        self._weight = 0
        self._followers: dict[str, list[Offer]] = {}

    def add(self, version: int, path: str, key: Key, old: Stored | None, new: Stored | None) -> None:
        change = Change(version, path, key, old, new, time.monotonic())
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

    def compact(self, version: int) -> None:
        """Forget everything: all before VERSION is expired."""
        self._changes.clear()
        self._weight = 0
        self.compacted = self._floor = version
        self._forgotten.clear()

    def backwards(self, path: str, since: int) -> Iterator[Change]:
        """The changes of a kind after version SINCE that are remembered, the latest first."""
        for change in reversed(self._changes):
            if change.version <= since:
                return
            if change.path == path:
                yield change

    def follow(self, path: str, since: int, offer: Offer) -> list[Change]:
        """The changes of a kind after version SINCE; every later one is given to OFFER, which must not wait.

        Raises Compacted where one of them may be forgotten: for a kind that rested, an old version is still good.
        """
        if since < max(self._floor, self._forgotten.get(path, 0)):
            raise Compacted
        self._followers.setdefault(path, []).append(offer)
        return list(self.backwards(path, since))[::-1]

    def unfollow(self, path: str, offer: Offer) -> None:
        self._followers[path].remove(offer)

    def followers(self, path: str) -> int:
        return len(self._followers.get(path, ()))
