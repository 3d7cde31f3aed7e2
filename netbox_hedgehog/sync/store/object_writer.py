"""Writing what was seen of a kind's objects: for runs and for the watcher, by the same statements."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from typing import Any
from zlib import crc32

from core.events import OBJECT_CREATED, OBJECT_UPDATED
from django.db import connection, transaction
from extras.models import CustomField
from redis.exceptions import RedisError

from netbox_hedgehog.cluster.errors.printable import printable
from netbox_hedgehog.events import OBJECT_MISSING, OBJECT_RESTORED
from netbox_hedgehog.manifests import diff
from netbox_hedgehog.models import OBSERVED, Fabric, HedgehogObject
from netbox_hedgehog.models.subscribers import notify
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.db.bulk import bulk_upsert
from netbox_hedgehog.sync.db.halves import in_halves
from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation, Stored, rebase
from netbox_hedgehog.sync.decide.decode import Malformed
from netbox_hedgehog.sync.store import changelog, search_index
from netbox_hedgehog.sync.store.changelog import Author
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.store.references import rewrite
from netbox_hedgehog.sync.store.snapshot import load_current

__all__ = ("ObjectWriter", "Told")

logger = logging.getLogger("netbox_hedgehog.sync")

FIELDS_TOLD = 20  # changed fields that are named
SHOWN = ("live", "labels", "annotations")  # columns whose changes pages name
KEPT = ("spec", "custom_field_data", "created")  # columns that the engine never changes once a row is there
LONGEST_PATH = 200  # characters of such a name

# An object's row, what happened to it, and which of its fields changed.
type Told = tuple[Any, str, Sequence[str]]


class ObjectWriter(ABC):
    """Writes in the name of AUTHOR, behind a fence that raises where somebody else has the right to write by now."""

    fabric: Fabric
    author: Author
    events: bool  # whether NetBox's event rules are told
    refused: list[Malformed]

    @abstractmethod
    def now(self) -> datetime:
        """When what is written was seen."""

    @abstractmethod
    def fence(self) -> None:
        """Lock the row that gives the right to write, for the rest of the transaction."""

    @abstractmethod
    def record_changes(self, table: KindTable, told: Sequence[Told]) -> None:
        """Keep a record of what happened to objects; a part of the transaction."""

    @contextmanager
    def count(self, table: KindTable, changes: Sequence[Mutation]) -> Iterator[None]:
        """Count what is about to be written, and take it back where that fails."""
        yield

    def changes(self, table: KindTable, changes: Sequence[Mutation]) -> None:
        """Write new and changed objects; those that the database does not take are kept for ``refusals``."""
        if changes:
            refused = in_halves(partial(self.batch, table), changes)
            self.refused += [_refusal(table, change, error) for change, error in refused]

    def refusals(self) -> list[Malformed]:
        """The objects that the database did not take since somebody asked; the others of their batches are written."""
        found, self.refused = self.refused, []
        return found

    def batch(self, table: KindTable, changes: Sequence[Mutation]) -> None:
        """Write new and changed objects in one transaction: one upsert, and what hangs on it."""
        with ExitStack() as counting, transaction.atomic():
            self.lock(table)
            changes = self._settled(table, changes)
            if not changes:
                return
            counting.enter_context(self.count(table, changes))
            self.fence()
            happened = self._write(table, changes)
        self.announce(happened)

    def announce(self, happened: Mapping[str, Sequence[HedgehogObject]]) -> None:
        """Tell event rules of what is committed: rows by event type."""
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
        """What is written stays written where Redis is away: the log says how many events nobody was told of."""
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
        """Those of GONE that are stored as they were when they were not seen any more: the others have come back."""
        if not gone:
            return []
        by_now = load_current(self.fabric, table, [(row.namespace, row.name) for row in gone])
        return [row for row in gone if by_now.get((row.namespace, row.name)) == row]

    def _settled(self, table: KindTable, changes: Sequence[Mutation]) -> list[Mutation]:
        by_now = load_current(self.fabric, table, [(change.seen.namespace, change.seen.name) for change in changes])
        settled = (rebase(change, by_now.get((change.seen.namespace, change.seen.name))) for change in changes)
        return [change for change in settled if change]

    def _write(self, table: KindTable, changes: Sequence[Mutation]) -> dict[str, list[HedgehogObject]]:
        """What happened that event rules and subscribers know of: rows by event type."""
        now = self.now()
        before = _before(table, changes)
        defaults = _defaults(table, changes)
        rows = [_row(table, self.fabric, change, now, before, defaults) for change in changes]
        bulk_upsert(rows, table.key, (*OBSERVED, "last_updated"))
        pairs = list(zip(changes, rows, strict=True))
        created = [row for change, row in pairs if change.action is ChangeAction.CREATED]
        changelog.log_created(self.author, created)
        changelog.log_replaced(self.author, [row for change, row in pairs if change.action is ChangeAction.REPLACED])
        altered = [(change, row) for change, row in pairs if _alters(change, before)]
        rewrite(self.fabric, table, altered)
        known = [row for change, row in altered if change.action is not ChangeAction.CREATED]
        restored = [row for change, row in altered if change.action is ChangeAction.RESTORED]
        search_index.reindex(created, known)
        self.record_changes(table, list(_told(pairs, before)))
        changed = [row for change, row in altered if change.action not in (ChangeAction.CREATED, ChangeAction.RESTORED)]
        notify(table.model, OBJECT_UPDATED, {row.pk: str(row) for row in changed})
        notify(table.model, OBJECT_RESTORED, {row.pk: str(row) for row in restored})
        return {OBJECT_CREATED: created, OBJECT_UPDATED: known, OBJECT_RESTORED: restored}


def _refusal(table: KindTable, change: Mutation, error: Exception) -> Malformed:
    seen, words = change.seen, printable(str(error).strip() or type(error).__name__)
    logger.warning("%s %s/%s was not written: %s", table.resource.kind, seen.namespace, seen.name, words)
    return Malformed(seen.namespace, seen.name, RunCode.OBJECT_REFUSED, words)


def _told(pairs: Sequence[tuple[Mutation, HedgehogObject]], before: Mapping[int, Mapping[str, Any]]) -> Iterator[Told]:
    for change, row in pairs:
        paths = _paths(change, before)
        # A heartbeat in the status is no news that anyone would look up; a changed spec or label is.
        if (change.action is not ChangeAction.UPDATED or paths) and change.action is not ChangeAction.TOUCHED:
            yield row, change.action.value, paths


def _row(
    table: KindTable,
    fabric: Fabric,
    change: Mutation,
    now: datetime,
    before: Mapping[int, Mapping[str, Any]],
    defaults: Mapping[str, Any],
) -> HedgehogObject:
    seen = change.seen
    old = before.get(change.stored.pk) if change.stored else None
    # Search and event rules read what people wrote of a known row too; it is not among what is updated.
    kept = {name: old[name] for name in KEPT} if old else {"custom_field_data": dict(defaults)}
    return table.model(
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


def _before(table: KindTable, changes: Sequence[Mutation]) -> dict[int, dict[str, Any]]:
    """The changed objects as they were, by key: what pages show of them, and what people wrote."""
    keys = [change.stored.pk for change in changes if change.stored]
    if not keys:
        return {}
    return {row["pk"]: row for row in table.model.objects.filter(pk__in=keys).values("pk", *SHOWN, *KEPT)}


def _defaults(table: KindTable, changes: Sequence[Mutation]) -> dict[str, Any]:
    """What custom fields of a new object begin with, by name; asked anew for each batch that has one."""
    if not any(change.action is ChangeAction.CREATED for change in changes):
        return {}
    # NetBox gives a new field's default to the rows that are there, so a list read before would leave these without.
    CustomField.objects.clear_cache()
    return CustomField.objects.get_defaults_for_model(table.model)


def _paths(change: Mutation, before: Mapping[int, Mapping[str, Any]]) -> list[str]:
    """Which fields of spec, labels and annotations a change altered."""
    row = before.get(change.stored.pk) if change.stored else None
    if row is None:
        return []
    old = {"spec": row["live"], "labels": row["labels"], "annotations": row["annotations"]}
    new = {"spec": change.seen.spec, "labels": change.seen.labels, "annotations": change.seen.annotations}
    return [printable(each.path, LONGEST_PATH) for each in diff(old, new)[:FIELDS_TOLD]]


def _alters(change: Mutation, before: Mapping[int, Mapping[str, Any]]) -> bool:
    """Whether references or search could differ from what is stored: a new object, or another spec or label."""
    return change.action in (ChangeAction.CREATED, ChangeAction.REPLACED, ChangeAction.RESTORED) or bool(
        _paths(change, before)
    )
