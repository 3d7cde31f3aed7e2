"""Writing what a run found: whole batches, each one transaction behind the run's fence."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from core.events import OBJECT_DELETED
from django.db import transaction
from django.db.models import F

from netbox_hedgehog.models import ChangeActionChoices, RunIssue, SyncRun
from netbox_hedgehog.models.referring import protected
from netbox_hedgehog.models.removal import logged_with, remove_rows
from netbox_hedgehog.models.subscribers import notify
from netbox_hedgehog.netbox_internals.event_rules import flush_events
from netbox_hedgehog.sync.db.retry import retry_transient
from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation, Stored
from netbox_hedgehog.sync.decide.decode import Observed
from netbox_hedgehog.sync.decide.guards import Absences, HeldKey
from netbox_hedgehog.sync.runs import transitions
from netbox_hedgehog.sync.runs.progress import BatchCounts, Progress
from netbox_hedgehog.sync.runs.transitions import Lease
from netbox_hedgehog.sync.store import changelog
from netbox_hedgehog.sync.store.history import Recorded
from netbox_hedgehog.sync.store.holds import hold
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.store.object_writer import Decide, ObjectWriter
from netbox_hedgehog.sync.store.references import rewrite

__all__ = ("BATCH", "RunWriter", "batch_counts")

logger = logging.getLogger("netbox_hedgehog.sync")

BATCH = 1000  # rows in one transaction


@dataclass
class RunWriter(ObjectWriter):
    """Writes for one run. Every method is one transaction that takes the run's fence first; raises LeaseLost.

    A transaction that the database gives up is repeated as a whole, as long as ``check`` does not raise.
    """

    run: SyncRun
    lease: Lease
    progress: Progress
    check: Callable[[], None]
    events: bool = False

    def __post_init__(self) -> None:
        self.fabric = self.run.fabric
        self.author = changelog.Author.of_run(self.run)
        self.run_key = self.run.pk
        self.refused = []

    def now(self) -> datetime:
        return self.run.started

    def fence(self, batch: BatchCounts | None = None) -> None:
        """Lock the run's row, and write into it how far the run is; ``batch`` is what the transaction adds to that."""
        transitions.fence(self.lease, **self.progress.columns(batch))
        self.progress.reported()

    def fence_batch(self, table: KindTable, changes: Sequence[Mutation]) -> None:
        self.fence(batch_counts(table, changes))

    def count(self, table: KindTable, changes: Sequence[Mutation]) -> None:
        self.progress.add(batch_counts(table, changes))

    def batch(self, table: KindTable, observed: Sequence[Observed], decide: Decide) -> list[Mutation]:
        """Decide and write in one transaction."""
        return retry_transient(partial(super().batch, table, observed, decide), self.check)

    def disappeared(self, table: KindTable, gone: Absences) -> None:
        """Mark objects as missing, count one more look without them, remove those that are due."""
        if gone.missing or gone.waiting or gone.held:
            retry_transient(partial(self._mark, table, gone), self.check)
        for start in range(0, len(gone.removed), BATCH):
            retry_transient(partial(self._remove, table, gone.removed[start : start + BATCH]), self.check)

    def _mark(self, table: KindTable, gone: Absences) -> None:
        with transaction.atomic():
            self.lock(table)
            missing, waiting, held = (
                self.still_absent(table, each) for each in (gone.missing, gone.waiting, gone.held)
            )
            batch = BatchCounts(table.resource.kind, numbers={"missing": len(missing)})
            self.fence(batch)
            marked = {"missing_since": self.run.started, "missing_run": self.run.pk}
            self._count(table, missing, absence_proven=True, held_run=None, **marked)
            self._count(table, waiting, absence_proven=True, held_run=None)
            self._count(table, held, held_run=self.run.pk)
            self.record_changes(table, [Recorded(row, ChangeActionChoices.MISSING) for row in missing])
            happened = self.marked_missing(table, missing)
        self.progress.add(batch)
        self.announce(happened)

    def _count(self, table: KindTable, gone: Sequence[Stored], **columns: Any) -> None:
        """Count one more complete list without the gone objects, and write what that means for them (``columns``)."""
        if gone:
            rows = table.rows(self.fabric).filter(pk__in=[row.pk for row in gone])
            rows.update(missing_runs=F("missing_runs") + 1, **columns)

    def _remove(self, table: KindTable, gone: Sequence[Stored]) -> None:
        with transaction.atomic():
            self.lock(table)
            gone = self._removable(table, self.still_absent(table, gone))
            batch = BatchCounts(table.resource.kind, numbers={"removed": len(gone)})
            self.fence(batch)
            # Locked and read again: a row that a user deleted meanwhile is not told of twice.
            locked = table.rows(self.fabric).select_for_update().filter(pk__in=[row.pk for row in gone])
            rows = list(locked.prefetch_related("tags"))
            keys = [row.pk for row in rows]
            logged = [*logged_with(table.model, keys), *rows]
            changelog.log_removed(self.author, logged)
            self.record_changes(table, [Recorded(row, ChangeActionChoices.REMOVED) for row in rows])
            rewrite(self.fabric, table, [], removed=[(row.namespace, row.name) for row in rows])
            events = changelog.events_of(self.author, OBJECT_DELETED, logged) if self.events else []
            notify(table.model, OBJECT_DELETED, {row.pk: str(row) for row in rows})
            remove_rows(table.model, keys)
        self.progress.add(batch)
        with self.tolerate_redis_loss(len(events)):
            flush_events(events)

    def _removable(self, table: KindTable, gone: Sequence[Stored]) -> list[Stored]:
        """The objects that no row of another plugin protects: the others stay, missing as they are."""
        kept = protected(table.model, [row.pk for row in gone])
        for row in gone:
            if row.pk in kept:
                name = f"{table.resource.kind} {row.namespace}/{row.name}"
                logger.warning("%s is kept in NetBox: a row of another plugin refers to it, and protects it.", name)
        return [row for row in gone if row.pk not in kept]

    def issues(self, issues: Sequence[RunIssue]) -> None:
        """Keep issues of the run."""
        if issues:
            retry_transient(partial(self._issues, issues), self.check)

    def _issues(self, issues: Sequence[RunIssue]) -> None:
        with transaction.atomic():
            self.fence()
            RunIssue.objects.bulk_create(issues)

    def hold(self, held: Sequence[tuple[HeldKey, Stored, str]]) -> int:
        """Keep what a guard held; returns the key of the hold."""
        return retry_transient(partial(self._hold, held), self.check)

    def _hold(self, held: Sequence[tuple[HeldKey, Stored, str]]) -> int:
        with transaction.atomic():
            self.fence()
            return hold(self.fabric, held, self.run.started)


def batch_counts(table: KindTable, changes: Sequence[Mutation]) -> BatchCounts:
    """What changes add to the run's counts; an object of which only a new version is stored counts as unchanged."""
    actions = Counter(change.action.value for change in changes if change.action is not ChangeAction.TOUCHED)
    return BatchCounts(table.resource.kind, len(changes), actions)
