"""Writing what was seen of a kind's objects: for runs and for the watcher, by the same statements."""

import logging
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from zlib import crc32

from core.events import OBJECT_CREATED, OBJECT_UPDATED
from django.db import connection, transaction
from extras.models import CustomField
from redis.exceptions import RedisError

from netbox_hedgehog.cluster.errors.printable import printable
from netbox_hedgehog.events import OBJECT_MISSING, OBJECT_RESTORED
from netbox_hedgehog.manifests import FieldChange, diff
from netbox_hedgehog.models import Fabric, HedgehogObject
from netbox_hedgehog.models.subscribers import notify
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.db.bulk import bulk_upsert
from netbox_hedgehog.sync.db.halves import in_halves
from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation, Stored
from netbox_hedgehog.sync.decide.comparison import Key
from netbox_hedgehog.sync.decide.decode import Malformed, Observed
from netbox_hedgehog.sync.decide.record import changed_managers, recorded_fields
from netbox_hedgehog.sync.store import changelog, history, search_index
from netbox_hedgehog.sync.store.changelog import Author
from netbox_hedgehog.sync.store.history import Recorded
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.store.references import rewrite
from netbox_hedgehog.sync.store.snapshot import Before, load_before, load_current

__all__ = ("Decide", "ObjectWriter")

logger = logging.getLogger("netbox_hedgehog.sync")

READ = ("live", "labels", "annotations", "field_managers")  # what the history compares

# What objects that were seen ask for, given their rows as they are under the lock. Is called again where a batch is.
type Decide = Callable[[Sequence[Observed], Mapping[Key, Stored]], list[Mutation]]


class Written(NamedTuple):
    """A change, the row that it was written to, which fields of spec, labels and annotations it altered, and who had
    written the object before.
    """

    change: Mutation
    row: HedgehogObject
    fields: Sequence[FieldChange]
    managers: Sequence[dict[str, str]]

    @property
    def alters(self) -> bool:
        """Whether references or search could differ from before: a new object, or another spec or label."""
        new = (ChangeAction.CREATED, ChangeAction.REPLACED, ChangeAction.RESTORED)
        return self.change.action in new or bool(self.fields)


class ObjectWriter(ABC):
    """Writes in the name of ``author``, behind a fence that raises where somebody else has the right to write by
    now.
    """

    fabric: Fabric
    author: Author
    run_key: int | None = None  # of the run that writes; None where the watcher does
    events: bool  # whether NetBox's event rules are told
    refused: list[Malformed]

    @abstractmethod
    def now(self) -> datetime:
        """When what is written was seen."""

    @abstractmethod
    def fence(self) -> None:
        """Lock the row that gives the right to write, for the rest of the transaction."""

    def record_changes(self, table: KindTable, changes: Sequence[Recorded]) -> None:
        """Keep a record of what happened to objects; a part of the transaction."""
        history.record(self.fabric, self.run_key, table, changes)

    def fence_batch(self, table: KindTable, changes: Sequence[Mutation]) -> None:
        """The fence of a transaction that is about to write changes of a kind's objects."""
        self.fence()

    def count(self, table: KindTable, changes: Sequence[Mutation]) -> None:  # noqa: B027  not every writer counts
        """Changes of a kind's objects were committed."""

    def write(self, table: KindTable, observed: Sequence[Observed], decide: Decide) -> list[Mutation]:
        """Write what objects ask for; those that the database does not take are kept for ``refusals``.

        Args:
            table: Their kind.
            observed: The objects as they were seen, each once.
            decide: Called within each transaction, under the kind's lock.

        Returns:
            What was written.
        """
        written: list[Mutation] = []
        if observed:
            refused = in_halves(lambda some: written.extend(self.batch(table, some, decide)), observed)
            self.refused += [_refusal(table, seen, error) for seen, error in refused]
        return written

    def refusals(self) -> list[Malformed]:
        """The objects that the database did not take since somebody asked; the others of their batches are written."""
        found, self.refused = self.refused, []
        return found

    def batch(self, table: KindTable, observed: Sequence[Observed], decide: Decide) -> list[Mutation]:
        """Decide and write in one transaction: one reading of the rows, one upsert, and what hangs on it."""
        with transaction.atomic():
            self.lock(table)
            before = load_before(self.fabric, table, [each.key for each in observed], (*READ, *_kept(table)))
            changes = decide(observed, {key: each.stored for key, each in before.items()})
            if not changes:
                return []
            self.fence_batch(table, changes)
            happened = self._write(table, changes, before)
        self.count(table, changes)
        self.announce(happened)
        return changes

    def announce(self, happened: Mapping[str, Sequence[HedgehogObject]]) -> None:
        """Notify event rules of committed rows, by event type."""
        if not self.events:
            return
        with self.tolerate_redis_loss(sum(map(len, happened.values()))):
            for event_type, rows in happened.items():
                changelog.announce(self.author, event_type, rows)

    def marked_missing(self, table: KindTable, gone: Sequence[Stored]) -> dict[str, list[HedgehogObject]]:
        """Notify the subscribers of rows that were just marked as missing; returns what ``announce`` takes of them.

        Event rules are told of them as of any change of a row, and as what it is.
        """
        notify(table.model, OBJECT_MISSING, {row.pk: row.name for row in gone})
        if not self.events or not gone:
            return {}
        rows = list(table.rows(self.fabric).filter(pk__in=[row.pk for row in gone]).prefetch_related("tags"))
        return {OBJECT_UPDATED: rows, OBJECT_MISSING: rows}

    @contextmanager
    def tolerate_redis_loss(self, count: int) -> Iterator[None]:
        """Keep what is committed if Redis is unreachable; the log says how many events were not sent."""
        try:
            yield
        except RedisError as error:
            logger.warning("%s: event rules were not told of %s events: %s", self.fabric, count, error)

    def lock(self, table: KindTable) -> None:
        """Let nobody else write this kind of this fabric until the transaction ends: run and watcher take turns."""
        kind = crc32(table.resource.name.encode()) - 2**31
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [self.fabric.pk, kind])

    def still_absent(self, table: KindTable, gone: Sequence[Stored]) -> list[Stored]:
        """Those of ``gone`` whose rows are unchanged since they were found gone; the others have come back."""
        if not gone:
            return []
        by_now = load_current(self.fabric, table, [(row.namespace, row.name) for row in gone])
        return [row for row in gone if by_now.get((row.namespace, row.name)) == row]

    def _write(
        self, table: KindTable, changes: Sequence[Mutation], before: Mapping[Key, Before]
    ) -> dict[str, list[HedgehogObject]]:
        """What happened that event rules and subscribers know of: rows by event type."""
        now, defaults = self.now(), _defaults(table, changes)
        written = [_written(table, self.fabric, change, now, before.get(_key(change)), defaults) for change in changes]
        bulk_upsert([each.row for each in written], table.key, (*table.model.LIVE, "last_updated"))
        by_action: dict[ChangeAction, list[HedgehogObject]] = defaultdict(list)
        for each in written:
            by_action[each.change.action].append(each.row)
        created, restored = by_action[ChangeAction.CREATED], by_action[ChangeAction.RESTORED]
        changelog.log_created(self.author, created)
        changelog.log_replaced(self.author, by_action[ChangeAction.REPLACED])
        altered = [each for each in written if each.alters]
        rewrite(self.fabric, table, [(each.change, each.row) for each in altered])
        known = [each.row for each in altered if each.change.action is not ChangeAction.CREATED]
        search_index.reindex(created, known)
        recorded = [each for each in altered if each.change.action is not ChangeAction.TOUCHED]
        self.record_changes(table, [_recorded(each) for each in recorded])
        changed = [
            each.row for each in altered if each.change.action not in (ChangeAction.CREATED, ChangeAction.RESTORED)
        ]
        notify(table.model, OBJECT_UPDATED, {row.pk: str(row) for row in changed})
        notify(table.model, OBJECT_RESTORED, {row.pk: str(row) for row in restored})
        return {OBJECT_CREATED: created, OBJECT_UPDATED: known, OBJECT_RESTORED: restored}


def _key(change: Mutation) -> Key:
    return change.seen.namespace, change.seen.name


def _refusal(table: KindTable, observed: Observed, error: Exception) -> Malformed:
    seen, words = observed.object, printable(str(error).strip() or type(error).__name__)
    logger.warning("%s %s/%s was not written: %s", table.resource.kind, seen.namespace, seen.name, words)
    return Malformed(seen.namespace, seen.name, RunCode.OBJECT_REFUSED, words)


def _recorded(written: Written) -> Recorded:
    change, row, fields, managers = written
    return Recorded(row, change.action.value, recorded_fields(fields), changed_managers(managers, row.field_managers))


def _written(
    table: KindTable,
    fabric: Fabric,
    change: Mutation,
    now: datetime,
    before: Before | None,
    defaults: Mapping[str, Any],
) -> Written:
    seen = change.seen
    # Search and event rules read what people wrote of a known row too; it is not among what is updated.
    kept = {name: before.values[name] for name in _kept(table)} if before else {"custom_field_data": dict(defaults)}
    row = table.model(
        fabric=fabric,
        namespace=seen.namespace,
        name=seen.name,
        api_version=seen.api_version,
        uid=seen.uid,
        resource_version=seen.resource_version,
        generation=seen.generation,
        cluster_created=seen.created,
        live=seen.spec,
        status=seen.status,
        labels=seen.labels,
        annotations=seen.annotations,
        field_managers=seen.field_managers,
        fingerprint=seen.fingerprint,
        digest=change.digest,
        deleting=seen.deleting,
        seen_at=now,
        missing_since=None,
        missing_runs=0,
        missing_run=None,
        absence_proven=False,
        held_run=None,
        **table.columns,
        **kept,
    )
    return Written(change, row, _diff(change, before), before.values["field_managers"] if before else ())


def _kept(table: KindTable) -> tuple[str, ...]:
    """The columns that what the cluster says never changes once a row is there."""
    return (*table.model.INTENT, *table.model.DECLARED, "custom_field_data", "created")


def _defaults(table: KindTable, changes: Sequence[Mutation]) -> dict[str, Any]:
    """What custom fields of a new object begin with, by name; asked anew for each batch that has one."""
    if not any(change.action is ChangeAction.CREATED for change in changes):
        return {}
    # NetBox gives a new field's default to the rows that are there, so a list read before would leave these without.
    CustomField.objects.clear_cache()
    return CustomField.objects.get_defaults_for_model(table.model)


def _diff(change: Mutation, before: Before | None) -> Sequence[FieldChange]:
    """Which fields of spec, labels and annotations a change altered, of an object that was there before."""
    if before is None:
        return ()
    old = {"spec": before.values["live"], **{name: before.values[name] for name in ("labels", "annotations")}}
    new = {"spec": change.seen.spec, "labels": change.seen.labels, "annotations": change.seen.annotations}
    return diff(old, new)
