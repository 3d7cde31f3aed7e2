"""Writing what a run found: whole batches, each one transaction behind the run's fence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from extras.events import flush_events

from netbox_hedgehog.manifests import diff
from netbox_hedgehog.models import OBSERVED, Fabric, HedgehogObject, RunChange, RunIssue, SyncRun
from netbox_hedgehog.models.removal import remove_rows
from netbox_hedgehog.sync import changelog, searching, transitions
from netbox_hedgehog.sync.guard import Disappearances
from netbox_hedgehog.sync.insert import insert
from netbox_hedgehog.sync.plan import Action, Change, Stored
from netbox_hedgehog.sync.progress import Progress
from netbox_hedgehog.sync.references import rewrite
from netbox_hedgehog.sync.task import Task
from netbox_hedgehog.sync.transitions import Lease

__all__ = ("BATCH", "Writer")

BATCH = 1000  # rows in one transaction
FIELDS_TOLD = 20  # changed fields named in a RunChange
TOLD = ("run_id", "kind", "namespace", "name", "object_id", "action", "fields")  # columns of a RunChange


@dataclass
class Writer:
    """Writes for one run. Every method is one transaction that first takes the run's fence; raises LeaseLost."""

    run: SyncRun
    lease: Lease
    progress: Progress
    events: bool = False

    @property
    def fabric(self) -> Fabric:
        return self.run.fabric

    def changes(self, task: Task, changes: Sequence[Change]) -> None:
        """Write new and changed objects: one upsert, and what hangs on it."""
        if not changes:
            return
        now = self.run.started
        rows = [_row(task, self.fabric, change, now) for change in changes]
        actions = Counter(change.action.value for change in changes if change.action is not Action.TOUCHED)
        with self._counted(task, len(changes), **actions), transaction.atomic():
            self._fence()
            before = _before(task, changes)
            task.model.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=task.key,
                update_fields=(*OBSERVED, "last_updated"),
            )
            pairs = list(zip(changes, rows, strict=True))
            created = [row for change, row in pairs if change.action is Action.CREATED]
            changelog.log_created(self.run, created)
            changelog.log_replaced(self.run, [row for change, row in pairs if change.action is Action.REPLACED])
            altered = [(change, row) for change, row in pairs if _alters(change, before)]
            rewrite(self.fabric, task, altered)
            searching.index(created, [row for change, row in altered if change.action is not Action.CREATED])
            self._tell_changes(task, pairs, before)
        if self.events:
            changelog.announce(self.run, "created", created)
            changelog.announce(
                self.run, "updated", [row for change, row in altered if change.action is not Action.CREATED]
            )

    def disappeared(self, task: Task, gone: Disappearances) -> None:
        """Mark objects as missing, count one more look without them, remove those that are due."""
        if not (gone.missing or gone.waiting or gone.removed):
            return
        with self._counted(task, missing=len(gone.missing)), transaction.atomic():
            self._fence()
            rows = task.rows(self.fabric)
            rows.filter(pk__in=[row.pk for row in gone.missing]).update(missing_since=self.run.started, missing_runs=1)
            rows.filter(pk__in=[row.pk for row in gone.waiting]).update(missing_runs=F("missing_runs") + 1)
            insert(RunChange, TOLD, (self._told(task, row, row.pk, "missing") for row in gone.missing))
        for start in range(0, len(gone.removed), BATCH):
            self._remove(task, gone.removed[start : start + BATCH])

    def _remove(self, task: Task, gone: Sequence[Stored]) -> None:
        with self._counted(task, removed=len(gone)), transaction.atomic():
            self._fence()
            # Locked and read again: a row that a user deleted meanwhile is not told of twice.
            locked = task.rows(self.fabric).select_for_update().filter(pk__in=[row.pk for row in gone])
            rows = list(locked.prefetch_related("tags"))
            changelog.log_removed(self.run, rows)
            insert(RunChange, TOLD, (self._told(task, row, row.pk, "removed") for row in rows))
            rewrite(self.fabric, task, [], removed=[(row.namespace, row.name) for row in rows])
            events = changelog.events_of(self.run, "deleted", rows) if self.events else []
            remove_rows(task.model, [row.pk for row in rows])
        flush_events(events)

    def issues(self, issues: Sequence[RunIssue]) -> None:
        """Keep the problems of one kind."""
        if issues:
            with transaction.atomic():
                self._fence()
                RunIssue.objects.bulk_create(issues)

    @contextmanager
    def _counted(self, task: Task, written: int = 0, **numbers: int) -> Iterator[None]:
        """Count what a batch is about to write, so that its own transaction tells of it; take it back if it fails."""
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

    def _fence(self) -> None:
        transitions.fence(self.lease, **self.progress.columns())
        self.progress.told()

    def _tell_changes(self, task: Task, pairs: Sequence[tuple[Change, HedgehogObject]], before: dict[int, Any]) -> None:
        told = []
        for change, row in pairs:
            paths = _paths(change, before)
            # A heartbeat in the status is no news that anyone would look up; a changed spec or label is.
            if (change.action is Action.UPDATED and not paths) or change.action is Action.TOUCHED:
                continue
            told.append(self._told(task, row, row.pk, change.action.value, paths))
        insert(RunChange, TOLD, told)

    def _told(self, task: Task, row: Any, pk: int, action: str, fields: Sequence[str] = ()) -> tuple:
        """A row of TOLD."""
        return self.run.pk, task.resource.kind, row.namespace, row.name, pk, action, fields


def _row(task: Task, fabric: Fabric, change: Change, now: datetime) -> HedgehogObject:
    seen = change.seen
    return task.model(
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
        **task.columns,
    )


def _before(task: Task, changes: Sequence[Change]) -> dict[int, Any]:
    """What pages show of the changed objects as it was: spec, labels and annotations by key."""
    keys = [change.stored.pk for change in changes if change.stored]
    if not keys:
        return {}
    columns = task.model.objects.filter(pk__in=keys).values_list("pk", "live", "labels", "annotations")
    return {
        pk: {"spec": live, "labels": labels, "annotations": annotations} for pk, live, labels, annotations in columns
    }


def _paths(change: Change, before: dict[int, Any]) -> list[str]:
    """Which fields of spec, labels and annotations a change altered."""
    old = before.get(change.stored.pk) if change.stored else None
    if old is None:
        return []
    new = {"spec": change.seen.spec, "labels": change.seen.labels, "annotations": change.seen.annotations}
    return [each.path for each in diff(old, new)][:FIELDS_TOLD]


def _alters(change: Change, before: dict[int, Any]) -> bool:
    """Whether references or search could differ from what is stored: a new object, or another spec or label."""
    return change.action in (Action.CREATED, Action.REPLACED, Action.RESTORED) or bool(_paths(change, before))
