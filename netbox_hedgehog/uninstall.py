"""What the plugin has in NetBox's own tables goes when the plugin's own tables do: ``migrate netbox_hedgehog zero``.

Django and NetBox leave all of it there: content types and permissions, and whatever hangs on an object by content type
and id (tags, journal, bookmarks, jobs, change log, search). Rows for models that no longer exist break pages of NetBox,
and some keep a content type from ever being deleted. Without a hook it would be up to the administrator and psql; see
Django's ``remove_stale_contenttypes`` and NetBox's documentation, *Removing a Plugin*.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any, TextIO

import django_rq
from core.models import Job, ObjectChange
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from extras.models import CachedValue, CustomField, EventRule, Notification, TaggedItem
from redis.exceptions import RedisError

from netbox_hedgehog.netbox_internals.raw_delete import raw_delete
from netbox_hedgehog.queue import QUEUE_NAME

__all__ = ("APP", "forget_plugin")

APP = "netbox_hedgehog"
EVENT_PREFIX = "hedgehog_"
# Many rows, and nothing else depends on one: without loading each of them.
PLAIN = (CachedValue, ObjectChange, TaggedItem)


def forget_plugin(sender: Any, using: str, verbosity: int = 1, stdout: TextIO = sys.stdout, **_more: Any) -> None:
    """Receiver of Django's ``post_migrate``, after NetBox's own: clean up where the plugin's tables are gone.

    Says so on ``stdout`` where ``verbosity`` is not 0. Safe to repeat: a removal that was interrupted is completed by
    the next ``migrate netbox_hedgehog zero``.
    """
    if using != DEFAULT_DB_ALIAS:
        return
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    if any(model._meta.db_table in tables for model in sender.get_models()):
        return
    with transaction.atomic(using=using):
        gone: Counter[str] = Counter()
        for name, count in _forget():
            gone[str(name)] += count
    told = [f"{count} {name}" for name, count in gone.items() if count]
    told += _forget_queue()
    if verbosity and told:
        stdout.write(f"  Removed from NetBox's own tables what belonged to {APP}: {', '.join(told)}\n")


def _forget() -> Iterator[tuple[str, int]]:
    """Delete the rows; yields how many of what."""
    types = list(ContentType.objects.filter(app_label=APP).values_list("pk", flat=True))
    # A field whose values are objects of ours: NetBox cannot show it without their model.
    fields = CustomField.objects.filter(related_object_type__in=types)
    yield "custom fields", len([field.delete() for field in fields])
    jobs = Job.objects.filter(models.Q(queue_name=QUEUE_NAME) | models.Q(object_type__in=types))
    of_jobs = ContentType.objects.get_for_model(Job)
    told = Notification.objects.filter(object_type=of_jobs, object_id__in=list(jobs.values_list("pk", flat=True)))
    yield "notifications of jobs", told.delete()[0]
    # As rows: a job's own delete() asks Redis, which may not be there.
    yield "jobs", _without_loading(jobs)
    for model, generic in _generic():
        rows = model._base_manager.filter(**{f"{generic.ct_field}__in": types})
        yield model._meta.verbose_name_plural, _without_loading(rows) if model in PLAIN else rows.delete()[0]
    for rule in EventRule.objects.all():
        kept = [name for name in rule.event_types if not name.startswith(EVENT_PREFIX)]
        if kept != rule.event_types:
            # A rule that is told of nothing any more stays, for its owner to look at.
            EventRule.objects.filter(pk=rule.pk).update(event_types=kept, enabled=rule.enabled and bool(kept))
    yield "content types with their permissions", ContentType.objects.filter(pk__in=types).delete()[0]
    ContentType.objects.clear_cache()


def _without_loading(rows: models.QuerySet) -> int:
    count = rows.count()
    raw_delete(rows)
    return count


def _generic() -> Iterator[tuple[type[models.Model], GenericForeignKey]]:
    """The models of NetBox and of other plugins whose rows belong to any object, by content type and id."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label != APP:
            yield from ((model, field) for field in model._meta.private_fields if isinstance(field, GenericForeignKey))


def _forget_queue() -> list[str]:
    """Empty the queue in Redis; returns what there is to be said of it."""
    try:
        queue = django_rq.get_queue(QUEUE_NAME)
        scheduled = queue.scheduled_job_registry
        for key in scheduled.get_job_ids():
            scheduled.remove(key, delete_job=True)
        queue.delete(delete_jobs=True)
    except RedisError as error:
        return [f"nothing of the queue {QUEUE_NAME} in Redis, which does not answer ({error})"]
    return []
