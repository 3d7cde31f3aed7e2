"""Writes an object whose status alone changes at most every 30 s: switch agents rewrite theirs every 15 s."""

import time
from collections.abc import Callable, Hashable

from netbox_hedgehog.manifests import Canonical
from netbox_hedgehog.manifests.fingerprint import fingerprint
from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation, version_number
from netbox_hedgehog.sync.watch.streams.stream import Arrival

__all__ = ("Throttle",)

STATUS_SECONDS = 30.0  # between two writes of one object that differ in its status alone


class Throttle:
    """Says which changes may be written now, and keeps the newest event of each other object until it is due.

    Args:
        seconds: Between two writes of one object that differ in its status alone.
        clock: A monotonic clock, in seconds.
    """

    def __init__(self, seconds: float = STATUS_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._written: dict[Hashable, tuple[str, float]] = {}  # the fingerprint of what was written, and when
        self._deferred: dict[Hashable, tuple[float, Arrival]] = {}  # when it is due, and what

    def admits(self, key: Hashable, change: Mutation, arrival: Arrival) -> bool:
        """Whether a change is to be written now; if not, its event is kept, in place of an older one.

        Args:
            key: Names the object.
            change: What is to be written.
            arrival: The event that brought it.
        """
        content, now = _content(change.seen), self._clock()
        last = self._written.get(key)
        minor = change.action in (ChangeAction.UPDATED, ChangeAction.TOUCHED)
        if last and minor and last[0] == content and now < last[1] + self._seconds:
            self._deferred[key] = (last[1] + self._seconds, arrival)
            return False
        self._written[key] = (content, now)
        self._deferred.pop(key, None)
        return True

    def forget(self, key: Hashable) -> None:
        """The object is gone."""
        self._written.pop(key, None)
        self._deferred.pop(key, None)

    def due(self) -> list[Arrival]:
        """The events that have waited long enough; they are not kept any more."""
        now = self._clock()
        keys = [key for key, (due, _) in self._deferred.items() if due <= now]
        return [self._deferred.pop(key)[1] for key in keys]

    def oldest(self) -> dict[str, int]:
        """By source (``Source.key``), the oldest version that is kept."""
        found: dict[str, int] = {}
        for _, arrival in self._deferred.values():
            key = arrival.stream.source.key
            if (version := version_number(arrival.event.resource_version)) is not None:
                found[key] = min(version, found.get(key, version))
        return found


def _content(seen: Canonical) -> str:
    """A fingerprint of all of an object but its status."""
    return fingerprint(seen.labels, seen.annotations, seen.spec, None, seen.uid, seen.deleting)
