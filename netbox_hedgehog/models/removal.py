"""Removing many observed rows, or a fabric with all of them, in a number of statements that does not grow with them.

Django's delete() sends NetBox's signals for each row, at twenty milliseconds a row: a fabric of a thousand objects
would outlast its request. No signal fires here, so what they do is done here, in bulk.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.choices import ObjectChangeActionChoices
from core.models import ObjectChange, ObjectType
from django.apps import apps
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from extras.models import CachedValue
from netbox.context import current_request

if TYPE_CHECKING:
    from netbox_hedgehog.models.fabric import Fabric

__all__ = ("empty_fabric", "remove_rows")

BATCH = 1000  # rows


def remove_rows(model: type[models.Model], keys: Sequence[int]) -> None:
    """Delete the rows of MODEL with primary KEYS, and their tags, journal, bookmarks and search entries."""
    kind = ObjectType.objects.get_for_model(model)
    for relation in model._meta.private_fields:
        if isinstance(relation, GenericRelation):
            related = relation.related_model
            which = {relation.content_type_field_name: kind, f"{relation.object_id_field_name}__in": keys}
            _raw_delete(related._base_manager.filter(**which))
    _raw_delete(CachedValue.objects.filter(object_type=kind, object_id__in=keys))
    _raw_delete(model._base_manager.filter(pk__in=keys))


def empty_fabric(fabric: "Fabric") -> None:
    """Delete all that hangs on FABRIC, with a change-log entry for each object where a request stands behind it.

    Its runs go first: a worker that is writing finishes its batch before, and finds its run gone after.
    """
    runs = apps.get_model("netbox_hedgehog", "SyncRun")._base_manager.filter(fabric=fabric)
    list(runs.select_for_update().values_list("pk"))
    for part, owner in (("RunIssue", "run"), ("RunChange", "run"), ("HeldObject", "hold")):
        rows = apps.get_model("netbox_hedgehog", part)._base_manager
        _raw_delete(rows.filter(**{f"{owner}__fabric": fabric}))
    _raw_delete(runs)
    ours = [model for model in apps.get_app_config("netbox_hedgehog").get_models() if _of_fabric(model)]
    kinds = [model for model in ours if hasattr(model, "kind_entry")]
    for model in ours:
        if model not in kinds:
            _raw_delete(model._base_manager.filter(fabric=fabric))
    for model in kinds:
        _remove_objects(model, fabric)


def _remove_objects(model: type[models.Model], fabric: "Fabric") -> None:
    while rows := list(model._base_manager.filter(fabric=fabric).prefetch_related("tags")[:BATCH]):
        if request := current_request.get():
            entries = [_entry(row, request) for row in rows]
            ObjectChange.objects.bulk_create(entries)
        remove_rows(model, [row.pk for row in rows])


def _entry(row: models.Model, request) -> ObjectChange:
    change = row.to_objectchange(ObjectChangeActionChoices.ACTION_DELETE)
    change.prechange_data = row.serialize_object()
    change.user, change.user_name, change.request_id = request.user, request.user.username, request.id
    return change


def _of_fabric(model: type[models.Model]) -> bool:
    return any(field.name == "fabric" for field in model._meta.concrete_fields)


def _raw_delete(rows: models.QuerySet) -> None:
    """One DELETE, without loading the rows: what NetBox's own search backend calls too."""
    rows._raw_delete(using=rows.db)
