"""From a batch of events to what is written: newest first, nothing twice, nothing older than what is stored."""

import logging
from collections.abc import Iterable

from netbox_hedgehog.cluster import EventType
from netbox_hedgehog.sync.db.query_cache import lookups_cached
from netbox_hedgehog.sync.decide.bounds import OutOfBounds, check_identity
from netbox_hedgehog.sync.decide.changes import Change, Stored, newer
from netbox_hedgehog.sync.decide.comparison import Comparison, known_by
from netbox_hedgehog.sync.store.kind_table import Task
from netbox_hedgehog.sync.store.snapshot import current
from netbox_hedgehog.sync.watch.streams.stream import Arrival
from netbox_hedgehog.sync.watch.throttle import Limiter
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter

__all__ = ("Batches",)

logger = logging.getLogger("netbox_hedgehog.watch")

Key = tuple[str, str]  # namespace and name


class Batches:
    """Writes batches of arrivals. ``orphans``: deletions of objects that are not stored, as (task, key, version).

    A sync that is running may have listed such an object before it was deleted, and be about to store it.
    """

    def __init__(self, writer: WatchWriter, limiter: Limiter) -> None:
        self.writer, self.limiter = writer, limiter
        self.orphans: dict[tuple[Task, Key], str] = {}

    def write(self, arrivals: Iterable[Arrival]) -> int:
        """Write what ARRIVALS ask for, a transaction or two a kind; returns the number of objects written.

        Safe to repeat where it was interrupted. Raises LeaseLost, and errors of the database and of Redis.
        """
        by_task: dict[Task, dict[Key, Arrival]] = {}
        for arrival in arrivals:
            event = arrival.event
            if event.type is EventType.BOOKMARK or not _nameable(arrival):
                continue
            newest = by_task.setdefault(arrival.stream.source.task, {})
            known = newest.get((event.namespace, event.name))
            if known is None or newer(event.resource_version, known.event.resource_version):
                newest[event.namespace, event.name] = arrival
        with lookups_cached():
            return sum(self._write(task, newest) for task, newest in by_task.items())

    def again(self) -> None:
        """Look once more for what was deleted before it was stored."""
        for (task, key), version in list(self.orphans.items()):
            row = current(self.writer.fabric, task, [key]).get(key)
            if row is None:
                continue
            if not row.missing_since and newer(version, row.resource_version):
                self.writer.missing(task, [(row, version)])
            del self.orphans[task, key]

    def _write(self, task: Task, newest: dict[Key, Arrival]) -> int:
        stored = current(self.writer.fabric, task, list(newest))
        fresh = {key: arrival for key, arrival in newest.items() if _is_news(arrival, stored.get(key))}
        gone = {key: arrival for key, arrival in fresh.items() if arrival.event.type is EventType.DELETED}
        changes = self._changes(task, {key: fresh[key] for key in fresh.keys() - gone.keys()}, stored)
        self.writer.changes(task, changes)
        return len(changes) - len(self.writer.refusals()) + self._gone(task, gone, stored)

    def _changes(self, task: Task, arrivals: dict[Key, Arrival], stored: dict[Key, Stored]) -> list[Change]:
        comparison = Comparison(
            task.entry, known_by([stored[key] for key in arrivals if key in stored]), indexed=task.indexed
        )
        found = comparison.changes(comparison.page(arrival.event.raw for arrival in arrivals.values()), {})
        for problem in comparison.problems:
            logger.warning("%s %s/%s: %s", task.resource.kind, problem.namespace, problem.name, problem.message)
        admitted = []
        for change in sorted(found, key=lambda change: (change.seen.namespace, change.seen.name)):
            key = change.seen.namespace, change.seen.name
            self.orphans.pop((task, key), None)
            if self.limiter.admits((task.resource.name, *key), change, arrivals[key]):
                admitted.append(change)
        return admitted

    def _gone(self, task: Task, gone: dict[Key, Arrival], stored: dict[Key, Stored]) -> int:
        rows: list[tuple[Stored, str]] = []
        for key, arrival in gone.items():
            self.limiter.forget((task.resource.name, *key))
            if row := stored.get(key):
                rows.append((row, arrival.event.resource_version))
            else:
                self.orphans[task, key] = arrival.event.resource_version
        return self.writer.missing(task, rows)


def _nameable(arrival: Arrival) -> bool:
    """Whether what an event names can be looked up; the log says why not."""
    event = arrival.event
    try:
        check_identity(event.namespace, event.name, event.resource_version)
    except OutOfBounds as error:
        where = f"{event.namespace[:63]}/{event.name[:253]}"
        logger.warning("%s %r: %s", arrival.stream.source.task.resource.kind, where, error)
        return False
    return True


def _is_news(arrival: Arrival, row: Stored | None) -> bool:
    if row is None:
        return True
    deleted = arrival.event.type is EventType.DELETED
    return newer(arrival.event.resource_version, row.resource_version) and not (deleted and row.missing_since)
