"""Deletes many rows, or a fabric with all its objects, in a number of statements that does not grow with them.

Django's delete() sends NetBox's signals for each row, which takes 20 ms a row: deleting a fabric of a thousand objects
would exceed the request's time limit. No signal is sent here; what their receivers do is done in bulk, as listed in
docs/bulk-writes.md.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from core.choices import ObjectChangeActionChoices
from core.events import OBJECT_DELETED
from core.models import ObjectChange, ObjectType
from django.apps import apps
from django.contrib.contenttypes.fields import GenericRelation
from django.db import OperationalError, models, transaction
from django_prometheus.models import model_deletes
from extras.models import EventRule

from netbox_hedgehog.models.configured import ConfiguredFabric
from netbox_hedgehog.models.referring import let_referring_go, protected
from netbox_hedgehog.models.subscribers import notify
from netbox_hedgehog.netbox_internals.protection_rules import ask_protection_rules
from netbox_hedgehog.netbox_internals.raw_delete import raw_delete
from netbox_hedgehog.netbox_internals.request_context import current_request, events_queue
from netbox_hedgehog.netbox_internals.search_cache import CachedValue, caches_values, search_backend

__all__ = ("empty_fabric", "logged_with", "remove_rows")

BATCH = 1000  # rows
PATIENCE, POLL = 20.0, 0.02  # seconds, until nobody is writing


def remove_rows(model: type[models.Model], keys: Sequence[int]) -> None:
    """Delete rows, and their tags, journal entries, bookmarks, subscriptions and search entries.

    Args:
        model: The model of a kind.
        keys: Primary keys.
    """
    for relation, which in _generic(model, keys):
        related = relation.related_model
        rows = related._base_manager.filter(**which)
        if any(isinstance(field, GenericRelation) for field in related._meta.private_fields):
            # A journal entry has tags of its own, and search finds it.
            remove_rows(related, list(rows.order_by().values_list("pk", flat=True)))
        else:
            raw_delete(rows)
    if keys:
        let_referring_go(model, keys)
        _forget_in_search(model, keys)
        raw_delete(model._base_manager.filter(pk__in=keys))


def _forget_in_search(model: type[models.Model], keys: Sequence[int]) -> None:
    if caches_values(search_backend):
        kind = ObjectType.objects.get_for_model(model)
        raw_delete(CachedValue.objects.filter(object_type=kind, object_id__in=keys))
        return
    for key in keys:  # another backend has to be told of each
        search_backend.remove(model(pk=key))


def logged_with(model: type[models.Model], keys: Sequence[int]) -> list[Any]:
    """Find what is deleted along with rows and has a change log of its own: their journal entries.

    Args:
        model: The model of a kind.
        keys: Primary keys of the rows.

    Returns:
        Model instances, with their tags.
    """
    return [
        row
        for relation, which in _generic(model, keys)
        if hasattr(relation.related_model, "to_objectchange")
        for row in relation.related_model._base_manager.filter(**which).prefetch_related("tags")
    ]


def _generic(model: type[models.Model], keys: Sequence[int]) -> Iterator[tuple[GenericRelation, dict[str, Any]]]:
    """Yield the relations by content type and id to rows, each with the filter that selects what is related."""
    if not keys:
        return
    kind = ObjectType.objects.get_for_model(model)
    for relation in model._meta.private_fields:
        if isinstance(relation, GenericRelation):
            yield (
                relation,
                {relation.content_type_field_name: kind, f"{relation.object_id_field_name}__in": keys},
            )


def empty_fabric(fabric: ConfiguredFabric) -> None:
    """Delete everything that belongs to a fabric; within a request, with a change-log entry for each object.

    A worker or a watcher that is writing finishes its batch first, and then finds its run or lease gone. Call it in a
    transaction: until its end, nobody else can create a row of the fabric.

    Args:
        fabric: The fabric, whose own row the caller deletes.

    Raises:
        AbortRequest: A protection rule forbids to delete one of its objects.
        ProtectedError: A row of another plugin refers to one of its objects.
    """
    runs = apps.get_model("netbox_hedgehog", "SyncRun")._base_manager.filter(fabric=fabric)
    _take_all(fabric)
    for part, owner in (("RunIssue", "run"), ("HeldObject", "hold")):
        rows = apps.get_model("netbox_hedgehog", part)._base_manager
        raw_delete(rows.filter(**{f"{owner}__fabric": fabric}))
    raw_delete(runs)
    ours = [model for model in apps.get_app_config("netbox_hedgehog").get_models() if _of_fabric(model)]
    kinds = [model for model in ours if hasattr(model, "kind_entry")]
    for model in ours:
        if model not in kinds:
            raw_delete(model._base_manager.filter(fabric=fabric))
    for model in kinds:
        _remove_objects(model, fabric)


def _take_all(fabric: ConfiguredFabric) -> None:
    """Lock the rows that allow others to write to the fabric, and its own row, so that no new row can refer to it.

    All are locked at once or none: writers lock the same rows in other orders, so waiting while holding some could
    deadlock.
    """
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OperationalError), transaction.atomic():
            _lock(fabric, nowait=True)
            return
        time.sleep(POLL)
    _lock(fabric)


def _lock(fabric: ConfiguredFabric, **how: bool) -> None:
    for name in ("SyncRun", "Watcher", "Hold"):
        rows = apps.get_model("netbox_hedgehog", name)._base_manager.filter(fabric=fabric)
        list(rows.select_for_update(**how).values_list("pk"))
    list(type(fabric)._base_manager.select_for_update(**how).filter(pk=fabric.pk).values_list("pk"))


def _remove_objects(model: type[models.Model], fabric: ConfiguredFabric) -> None:
    while rows := list(model._base_manager.filter(fabric=fabric).prefetch_related("tags")[:BATCH]):
        keys = [row.pk for row in rows]
        ask_protection_rules(
            model, rows
        )  # a person deletes a fabric: what rules forbid to people holds for its objects
        if kept := protected(model, keys):
            raise models.ProtectedError(
                "Rows of other plugins refer to objects.", {row for row in rows if row.pk in kept}
            )
        if request := current_request.get():
            logged = [*logged_with(model, keys), *rows]
            ObjectChange.objects.bulk_create([_entry(row, request) for row in logged])
            _tell_event_rules(logged, request)
            model_deletes.labels(model._meta.model_name).inc(len(rows))
        notify(model, OBJECT_DELETED, {row.pk: str(row) for row in rows})
        remove_rows(model, keys)


def _entry(row: Any, request: Any) -> ObjectChange:
    row.snapshot()
    change = row.to_objectchange(ObjectChangeActionChoices.ACTION_DELETE)
    change.user, change.user_name, change.request_id = request.user, request.user.username, request.id
    return change


def _tell_event_rules(rows: Sequence[models.Model], request: Any) -> None:
    """Queue events for the end of the request; rows that no event rule asks for are not serialized."""
    from netbox_hedgehog.netbox_internals.event_rules import (
        enqueue_event,  # loads REST's serializers, which need all models
    )

    asked = EventRule.objects.filter(enabled=True, event_types__contains=[OBJECT_DELETED])
    kinds = set(asked.values_list("object_types__app_label", "object_types__model"))
    queue = events_queue.get()
    for row in rows:
        if (row._meta.app_label, row._meta.model_name) in kinds:
            enqueue_event(queue, row, request, OBJECT_DELETED)
    events_queue.set(queue)


def _of_fabric(model: type[models.Model]) -> bool:
    return any(field.name == "fabric" for field in model._meta.concrete_fields)
