"""From a batch of events to what is written: newest first, nothing twice, nothing older than what is stored."""

import logging
from collections.abc import Iterable, Mapping, Sequence

from netbox_hedgehog.cluster import EventType
from netbox_hedgehog.netbox_internals.request_context import lookups_cached
from netbox_hedgehog.sync.decide.bounds import OutOfBounds, check_identity
from netbox_hedgehog.sync.decide.changes import Mutation, Stored, decide, is_newer
from netbox_hedgehog.sync.decide.comparison import Key
from netbox_hedgehog.sync.decide.decode import Malformed, Observed, decode, digest_of
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.store.object_writer import Decide
from netbox_hedgehog.sync.watch.streams.stream import Arrival
from netbox_hedgehog.sync.watch.throttle import Throttle
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter

__all__ = ("Batches",)

logger = logging.getLogger("netbox_hedgehog.watch")


class Batches:
    """Writes batches of arrivals. ``orphans``: deletions of objects that are not stored, as (table, key, version).

    A sync that is running may have listed such an object before it was deleted, and be about to store it.
    """

    def __init__(self, writer: WatchWriter, limiter: Throttle) -> None:
        self.writer, self.limiter = writer, limiter
        self.orphans: dict[tuple[KindTable, Key], str] = {}

    def write(self, arrivals: Iterable[Arrival]) -> int:
        """Write what ``arrivals`` ask for, a transaction or two a kind; returns the number of objects written.

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
        by_table: dict[KindTable, dict[Key, str]] = {}
        for (table, key), version in self.orphans.items():
            by_table.setdefault(table, {})[key] = version
        for table, versions in by_table.items():
            unknown = self.writer.missing(table, versions).unknown
            for key in versions.keys() - unknown:
                del self.orphans[table, key]

    def _write(self, table: KindTable, newest: dict[Key, Arrival]) -> int:
        gone = {key: arrival for key, arrival in newest.items() if arrival.event.type is EventType.DELETED}
        arrivals = {key: arrival for key, arrival in newest.items() if key not in gone}
        written = self.writer.write(table, _decoded(table, arrivals.values()), self._decide(table, arrivals))
        self.writer.refusals()  # the log has them
        return len(written) + self._gone(table, {key: arrival.event.resource_version for key, arrival in gone.items()})

    def _decide(self, table: KindTable, arrivals: Mapping[Key, Arrival]) -> Decide:
        """What ``arrivals`` ask for. Whether one may be written now is asked once, however often a batch is tried."""
        admitted: dict[Key, bool] = {}

        def decide_all(observed: Sequence[Observed], rows: Mapping[Key, Stored]) -> list[Mutation]:
            changes = []
            for seen in observed:
                change = decide(seen.object, seen.digest, rows.get(seen.key))
                if change is None:
                    continue
                if seen.key not in admitted:
                    self.orphans.pop((table, seen.key), None)
                    name = (table.resource.name, *seen.key)
                    admitted[seen.key] = self.limiter.admits(name, change, arrivals[seen.key])
                if admitted[seen.key]:
                    changes.append(change)
            return changes

        return decide_all

    def _gone(self, table: KindTable, versions: dict[Key, str]) -> int:
        if not versions:
            return 0
        deleted = self.writer.missing(table, versions)
        for key in (*deleted.marked, *deleted.unknown):
            self.limiter.forget((table.resource.name, *key))
        self.orphans |= {(table, key): versions[key] for key in deleted.unknown}
        return len(deleted.marked)


def _decoded(table: KindTable, arrivals: Iterable[Arrival]) -> list[Observed]:
    """The objects of ``arrivals``; the log says which cannot be taken in."""
    found = []
    for arrival in arrivals:
        seen = decode(arrival.event.raw, digest_of(arrival.event.raw), table.entry, table.indexed)
        if isinstance(seen, Malformed):
            logger.warning("%s %s/%s: %s", table.resource.kind, seen.namespace, seen.name, seen.message)
        else:
            found.append(seen)
    return found


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
