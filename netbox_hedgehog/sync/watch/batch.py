"""From a batch of events to what is written: newest first, nothing twice, nothing older than what is stored."""

import logging
from collections.abc import Iterable

from netbox_hedgehog.cluster import EventType
from netbox_hedgehog.netbox_internals.request_context import lookups_cached
from netbox_hedgehog.sync.decide.bounds import OutOfBounds, check_identity
from netbox_hedgehog.sync.decide.changes import Mutation, Stored, is_newer
from netbox_hedgehog.sync.decide.comparison import Comparison, snapshot_of
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.store.snapshot import load_current
from netbox_hedgehog.sync.watch.streams.stream import Arrival
from netbox_hedgehog.sync.watch.throttle import Throttle
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter

__all__ = ("Batches",)

logger = logging.getLogger("netbox_hedgehog.watch")

Key = tuple[str, str]  # namespace and name


class Batches:
    """Writes batches of arrivals. ``orphans``: deletions of objects that are not stored, as (table, key, version).

    A sync that is running may have listed such an object before it was deleted, and be about to store it.
    """

    def __init__(self, writer: WatchWriter, limiter: Throttle) -> None:
        self.writer, self.limiter = writer, limiter
        self.orphans: dict[tuple[KindTable, Key], str] = {}

    def write(self, arrivals: Iterable[Arrival]) -> int:
        """Write what ARRIVALS ask for, a transaction or two a kind; returns the number of objects written.

        Safe to repeat where it was interrupted. Raises LeaseLost, and errors of the database and of Redis.
        """
        by_task: dict[KindTable, dict[Key, Arrival]] = {}
        for arrival in arrivals:
            event = arrival.event
            if event.type is EventType.BOOKMARK or not _nameable(arrival):
                continue
            newest = by_task.setdefault(arrival.stream.source.table, {})
            known = newest.get((event.namespace, event.name))
            if known is None or is_newer(event.resource_version, known.event.resource_version):
                newest[event.namespace, event.name] = arrival
        with lookups_cached():
            return sum(self._write(table, newest) for table, newest in by_task.items())

    def again(self) -> None:
        """Look once more for what was deleted before it was stored."""
        for (table, key), version in list(self.orphans.items()):
            row = load_current(self.writer.fabric, table, [key]).get(key)
            if row is None:
                continue
            if not row.missing_since and is_newer(version, row.resource_version):
                self.writer.missing(table, [(row, version)])
            del self.orphans[table, key]

    def _write(self, table: KindTable, newest: dict[Key, Arrival]) -> int:
        stored = load_current(self.writer.fabric, table, list(newest))
        fresh = {key: arrival for key, arrival in newest.items() if _is_news(arrival, stored.get(key))}
        gone = {key: arrival for key, arrival in fresh.items() if arrival.event.type is EventType.DELETED}
        changes = self._changes(table, {key: fresh[key] for key in fresh.keys() - gone.keys()}, stored)
        self.writer.changes(table, changes)
        return len(changes) - len(self.writer.refusals()) + self._gone(table, gone, stored)

    def _changes(self, table: KindTable, arrivals: dict[Key, Arrival], stored: dict[Key, Stored]) -> list[Mutation]:
        comparison = Comparison(
            table.entry, snapshot_of([stored[key] for key in arrivals if key in stored]), indexed=table.indexed
        )
        found = comparison.changes(comparison.page(arrival.event.raw for arrival in arrivals.values()), {})
        for problem in comparison.problems:
            logger.warning("%s %s/%s: %s", table.resource.kind, problem.namespace, problem.name, problem.message)
        admitted = []
        for change in sorted(found, key=lambda change: (change.seen.namespace, change.seen.name)):
            key = change.seen.namespace, change.seen.name
            self.orphans.pop((table, key), None)
            if self.limiter.admits((table.resource.name, *key), change, arrivals[key]):
                admitted.append(change)
        return admitted

    def _gone(self, table: KindTable, gone: dict[Key, Arrival], stored: dict[Key, Stored]) -> int:
        rows: list[tuple[Stored, str]] = []
        for key, arrival in gone.items():
            self.limiter.forget((table.resource.name, *key))
            if row := stored.get(key):
                rows.append((row, arrival.event.resource_version))
            else:
                self.orphans[table, key] = arrival.event.resource_version
        return self.writer.missing(table, rows)


def _nameable(arrival: Arrival) -> bool:
    """Whether what an event names can be looked up; the log says why not."""
    event = arrival.event
    try:
        check_identity(event.namespace, event.name, event.resource_version)
    except OutOfBounds as error:
        where = f"{event.namespace[:63]}/{event.name[:253]}"
        logger.warning("%s %r: %s", arrival.stream.source.table.resource.kind, where, error)
        return False
    return True


def _is_news(arrival: Arrival, row: Stored | None) -> bool:
    if row is None:
        return True
    deleted = arrival.event.type is EventType.DELETED
    return is_newer(arrival.event.resource_version, row.resource_version) and not (deleted and row.missing_since)
