"""Limits how often an object is written of which only the status changes: switch agents report every 15 seconds."""

import time
from collections.abc import Callable, Hashable

from netbox_hedgehog.manifests import Canonical
from netbox_hedgehog.manifests.fingerprint import fingerprint
from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation, version_number
from netbox_hedgehog.sync.watch.streams.stream import Arrival

__all__ = ("Throttle",)

STATUS_SECONDS = 30.0  # between two writes of one object that differ in its status alone


class Throttle:
    """Decides which changes are written now, and keeps the newest of the others until they are due."""

    def __init__(self, seconds: float = STATUS_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._last: dict[Hashable, tuple[str, float]] = {}  # what an object asked for when it was written, and when
        self._held: dict[Hashable, tuple[float, Arrival]] = {}

    def admits(self, key: Hashable, change: Mutation, arrival: Arrival) -> bool:
        """Whether to write a change now.

        If not, its arrival is kept, in place of an older one of the same object.

        Args:
            key: The object.
            change: What to write.
            arrival: The event that it came from.
        """
        wish, now = _wish(change.seen), self._clock()
        last = self._last.get(key)
        minor = change.action in (ChangeAction.UPDATED, ChangeAction.TOUCHED)
        if last and minor and last[0] == wish and now < last[1] + self._seconds:
            self._held[key] = (last[1] + self._seconds, arrival)
            return False
        self._last[key] = (wish, now)
        self._held.pop(key, None)
        return True

    def forget(self, key: Hashable) -> None:
        """Drop what is kept of an object that is gone."""
        self._last.pop(key, None)
        self._held.pop(key, None)

    def due(self) -> list[Arrival]:
        """Take the arrivals that have waited long enough."""
        now = self._clock()
        keys = [key for key, (due, _) in self._held.items() if due <= now]
        return [self._held.pop(key)[1] for key in keys]

    def oldest(self) -> dict[str, int]:
        """The oldest version that is kept of each source, by its key."""
        found: dict[str, int] = {}
        for _, arrival in self._held.values():
            key = arrival.stream.source.key
            if (version := version_number(arrival.event.resource_version)) is not None:
                found[key] = min(version, found.get(key, version))
        return found


def _wish(seen: Canonical) -> str:
    """A digest of an object without its status."""
    return fingerprint(seen.labels, seen.annotations, seen.spec, None, seen.uid, seen.deleting)
