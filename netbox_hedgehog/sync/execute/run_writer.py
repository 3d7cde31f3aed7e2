"""Writing what a run found: whole batches, each one transaction behind the run's fence."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from core.events import OBJECT_DELETED
from django.db import transaction
from django.db.models import F
from extras.events import flush_events

from netbox_hedgehog.models import ChangeActionChoices, RunChange, RunIssue, SyncRun
from netbox_hedgehog.models.referring import protected
from netbox_hedgehog.models.removal import logged_with, remove_rows
from netbox_hedgehog.models.subscribers import notify
from netbox_hedgehog.sync.db.bulk import insert
from netbox_hedgehog.sync.db.retry import again
from netbox_hedgehog.sync.decide.changes import Action, Change, Stored
from netbox_hedgehog.sync.decide.guards import Disappearances, Held
from netbox_hedgehog.sync.runs import transitions
from netbox_hedgehog.sync.runs.progress import Progress
from netbox_hedgehog.sync.runs.transitions import Lease
from netbox_hedgehog.sync.store import changelog
from netbox_hedgehog.sync.store.holds import hold
from netbox_hedgehog.sync.store.kind_table import Task
from netbox_hedgehog.sync.store.object_writer import ObjectWriter, Told
from netbox_hedgehog.sync.store.references import rewrite

__all__ = ("BATCH", "Writer")

logger = logging.getLogger("netbox_hedgehog.sync")

BATCH = 1000  # rows in one transaction
TOLD = ("run_id", "kind", "namespace", "name", "object_id", "action", "fields")  # columns of a RunChange


@dataclass
class Writer(ObjectWriter):
    """Writes for one run. Every method is one transaction that takes the run's fence first; raises LeaseLost.

    A transaction that the database gives up is repeated as a whole, as long as CHECK does not raise.
    """

    run: SyncRun
    lease: Lease
    progress: Progress
    check: Callable[[], None]
    events: bool = False

    def __post_init__(self) -> None:
        self.fabric = self.run.fabric
        self.author = changelog.Author.of_run(self.run)
        self.refused = []

    def now(self) -> datetime:
        return self.run.started

    def fence(self) -> None:
        transitions.fence(self.lease, **self.progress.columns())
        self.progress.told()

    def tell(self, task: Task, told: Sequence[Told]) -> None:
        """Keep RunChanges."""
        run, kind = self.run.pk, task.resource.kind
        rows = ((run, kind, row.namespace, row.name, row.pk, action, fields) for row, action, fields in told)
        insert(RunChange, TOLD, rows)

    def batch(self, task: Task, changes: Sequence[Change]) -> None:
        """Write new and changed objects in one transaction."""
        again(partial(super().batch, task, changes), self.check)

    def disappeared(self, task: Task, gone: Disappearances) -> None:
        """Mark objects as missing, count one more look without them, remove those that are due."""
        if gone.missing or gone.waiting or gone.held:
            again(partial(self._mark, task, gone), self.check)
        for start in range(0, len(gone.removed), BATCH):
            again(partial(self._remove, task, gone.removed[start : start + BATCH]), self.check)

    def _mark(self, task: Task, gone: Disappearances) -> None:
        with ExitStack() as counting, transaction.atomic():
            self.lock(task)
            missing, waiting, held = (self.still(task, each) for each in (gone.missing, gone.waiting, gone.held))
            counting.enter_context(self._counted(task, missing=len(missing)))
            self.fence()
            marked = {"missing_since": self.run.started, "missing_run": self.run.pk}
            self._count(task, missing, absence_proven=True, held_run=None, **marked)
            self._count(task, waiting, absence_proven=True, held_run=None)
            self._count(task, held, held_run=self.run.pk)
            self.tell(task, [(row, ChangeActionChoices.MISSING, ()) for row in missing])
            happened = self.marked_missing(task, missing)
        self.announce(happened)

    def _count(self, task: Task, gone: Sequence[Stored], **columns: Any) -> None:
        """One more complete look that did not find GONE; what it means for them is in COLUMNS."""
        if gone:
            rows = task.rows(self.fabric).filter(pk__in=[row.pk for row in gone])
            rows.update(missing_runs=F("missing_runs") + 1, **columns)

    def _remove(self, task: Task, gone: Sequence[Stored]) -> None:
        with ExitStack() as counting, transaction.atomic():
            self.lock(task)
            gone = self._removable(task, self.still(task, gone))
            counting.enter_context(self._counted(task, removed=len(gone)))
            self.fence()
            # Locked and read again: a row that a user deleted meanwhile is not told of twice.
            locked = task.rows(self.fabric).select_for_update().filter(pk__in=[row.pk for row in gone])
            rows = list(locked.prefetch_related("tags"))
            keys = [row.pk for row in rows]
            logged = [*logged_with(task.model, keys), *rows]
            changelog.log_removed(self.author, logged)
            self.tell(task, [(row, ChangeActionChoices.REMOVED, ()) for row in rows])
            rewrite(self.fabric, task, [], removed=[(row.namespace, row.name) for row in rows])
            events = changelog.events_of(self.author, OBJECT_DELETED, logged) if self.events else []
            notify(task.model, OBJECT_DELETED, {row.pk: str(row) for row in rows})
            remove_rows(task.model, keys)
        with self.untold(len(events)):
            flush_events(events)

    def _removable(self, task: Task, gone: Sequence[Stored]) -> list[Stored]:
        """Those of GONE that no row of another plugin protects: the others stay, missing as they are."""
        kept = protected(task.model, [row.pk for row in gone])
        for row in gone:
            if row.pk in kept:
                name = f"{task.resource.kind} {row.namespace}/{row.name}"
                logger.warning("%s is kept in NetBox: a row of another plugin refers to it, and protects it.", name)
        return [row for row in gone if row.pk not in kept]

    def issues(self, issues: Sequence[RunIssue]) -> None:
        """Keep the problems of one kind."""
        if issues:
            again(partial(self._issues, issues), self.check)

    def _issues(self, issues: Sequence[RunIssue]) -> None:
        with transaction.atomic():
            self.fence()
            RunIssue.objects.bulk_create(issues)

    def hold(self, held: Sequence[tuple[Held, Stored, str]]) -> int:
        """Keep what a guard HELD, with its code; returns the key of the hold."""
        return again(partial(self._hold, held), self.check)

    def _hold(self, held: Sequence[tuple[Held, Stored, str]]) -> int:
        with transaction.atomic():
            self.fence()
            return hold(self.fabric, held, self.run.started)

    @contextmanager
    def counted(self, task: Task, changes: Sequence[Change]) -> Iterator[None]:
        """Count, so that the batch's own transaction tells of it."""
        actions = Counter(change.action.value for change in changes if change.action is not Action.TOUCHED)
        with self._counted(task, len(changes), **actions):
            yield

    @contextmanager
    def _counted(self, task: Task, written: int = 0, **numbers: int) -> Iterator[None]:
        counts = self.progress.counts[task.resource.kind]
        before = dict(counts)
        counts.update({name: counts[name] + number for name, number in numbers.items()})
        self.progress.written += written
        try:
            yield
        except BaseException:
            counts.update(before)
            self.progress.written -= written
            raise
