"""The change log and the event rules for rows that are written in bulk, where NetBox's own signals do not fire."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from core.choices import ObjectChangeActionChoices
from core.models import ObjectChange, ObjectType
from django.db.models import QuerySet
from django.utils import timezone
from extras.models import EventRule

from netbox_hedgehog.models import Fabric, HedgehogObject, SyncRun
from netbox_hedgehog.netbox_internals.change_log import snapshot_of, take_snapshots
from netbox_hedgehog.netbox_internals.event_rules import enqueue_event, flush_events, request_of
from netbox_hedgehog.sync.db.bulk import bulk_insert

__all__ = (
    "Author",
    "announce",
    "event_of",
    "events_of",
    "log_created",
    "log_noted",
    "log_removed",
    "log_replaced",
    "wants_events",
)

OF_THE_ROW = ("changed_object_id", "object_repr", "postchange_data")


@dataclass(frozen=True)
class Author:
    """In whose name rows are written: a NetBox user or a name, the reason, and the page that explains it."""

    user: Any
    user_name: str
    request_id: UUID
    message: str
    about: SyncRun | Fabric

    @classmethod
    def of_run(cls, run: SyncRun) -> Self:
        """The author for what a run writes: who requested it."""
        name = run.requester or "hedgehog sync"
        return cls(run.requested_by, name, run.request_id, f"Sync run #{run.pk}", run)

    @property
    def path(self) -> str:
        """The page, found only where an event rule is told: that loads all of NetBox's views, which takes seconds."""
        return self.about.get_absolute_url()


def log_created(author: Author, rows: Sequence[HedgehogObject]) -> None:
    """One change-log entry for each new row, in one statement."""
    if not rows:
        return
    action, now = ObjectChangeActionChoices.ACTION_CREATE, timezone.now()
    # Serializing costs a millisecond a row, and new rows of one kind differ in their names alone.
    like = rows[0].to_objectchange(action).postchange_data
    own = {field.name for field in rows[0]._meta.concrete_fields if field.name in like} & {"namespace", "name", "kind"}
    kind = ObjectType.objects.get_for_model(rows[0]).pk
    each = {**_constant(author), "time": now, "action": action, "changed_object_type_id": kind}
    bulk_insert(
        ObjectChange,
        (*each, *OF_THE_ROW),
        (
            (*each.values(), row.pk, str(row)[:200], {**like, **{name: getattr(row, name) for name in own}})
            for row in rows
        ),
    )


def log_replaced(author: Author, rows: Sequence[HedgehogObject]) -> None:
    """Say of rows whose object was deleted and created again on the cluster that this is what happened."""
    _note(author, rows, "Deleted and created again on the cluster under the same name")


def log_noted(author: Author, rows: QuerySet[HedgehogObject], message: str) -> None:
    """Write one change-log entry for each row, with a message and without a change."""
    _note(author, rows.prefetch_related("tags"), message)


def _note(author: Author, rows: Iterable[HedgehogObject], message: str) -> None:
    entries, action = [], ObjectChangeActionChoices.ACTION_UPDATE
    for row in rows:
        data = snapshot_of(row)
        entries.append(_entry(author, row, action, message=message, prechange_data=data, postchange_data=data))
    ObjectChange.objects.bulk_create(entries)


def log_removed(author: Author, rows: Sequence[Any]) -> None:
    """One change-log entry for each row that is about to be removed; call it before the removal."""
    action = ObjectChangeActionChoices.ACTION_DELETE
    ObjectChange.objects.bulk_create(_entry(author, row, action, prechange_data=snapshot_of(row)) for row in rows)


def _entry(author: Author, row: Any, action: str, **data: Any) -> ObjectChange:
    return ObjectChange(
        action=action,
        changed_object_type=ObjectType.objects.get_for_model(row),
        changed_object_id=row.pk,
        object_repr=str(row)[:200],
        **{**_constant(author), **data},
    )


def _constant(author: Author) -> dict[str, Any]:
    """The columns that all change-log entries of an author share."""
    return {
        "user_id": author.user.pk if author.user else None,
        "user_name": author.user_name,
        "request_id": author.request_id,
        "message": author.message,
    }


def wants_events() -> bool:
    """Whether any event rule is on; asked now and then, since an event costs as much as a save."""
    return EventRule.objects.filter(enabled=True).exists()


def announce(author: Author, event_type: str, rows: Sequence[HedgehogObject]) -> None:
    """Hand ``event_type`` of ``rows`` to NetBox's event rules. Call it after the commit."""
    flush_events(events_of(author, event_type, rows))


def events_of(author: Author, event_type: str, rows: Sequence[Any]) -> list[Any]:
    """What ``extras.events.flush_events`` takes; of rows to be deleted, made while they are still there."""
    request = request_of(author.user, author.path, author.request_id)
    queue: dict[str, Any] = {}
    for row in rows:
        take_snapshots(row, event_type)
        enqueue_event(queue, row, request, event_type)
    return list(queue.values())


def event_of(author: Author, event_type: str, fabric: Fabric) -> Any:
    """One event of any ``event_type`` about ``fabric``: a dict, whose ``data`` is the fabric as REST serves it."""
    queue: dict[str, Any] = {}
    enqueue_event(queue, fabric, request_of(author.user, author.path, author.request_id), event_type)
    (event,) = queue.values()
    return event
