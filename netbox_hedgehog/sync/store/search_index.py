"""Keeps NetBox's global search right for rows that are written in bulk."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from core.models import ObjectType
from django.utils import timezone
from extras.models import CustomField
from netbox.search import SearchIndex

from netbox_hedgehog.models import HedgehogObject
from netbox_hedgehog.netbox_internals.search_cache import CachedValue, caches_values, get_indexer, search_backend
from netbox_hedgehog.sync.db.bulk import bulk_insert

__all__ = ("SEARCH_COLUMNS", "reindex", "words")

SEARCH_COLUMNS = ("id", "timestamp", "object_type_id", "object_id", "field", "type", "weight", "value")


def reindex(created: Sequence[HedgehogObject], changed: Sequence[HedgehogObject]) -> None:
    """Make new rows findable, and changed ones under their new text."""
    if not caches_values(search_backend):
        for rows, known in ((created, False), (changed, True)):
            if rows:
                search_backend.cache(rows, remove_existing=known)
        return
    if changed:
        kind = ObjectType.objects.get_for_model(changed[0])
        CachedValue.objects.filter(object_type=kind, object_id__in=[row.pk for row in changed]).delete()
    for rows in (created, changed):
        if rows:  # what NetBox's own cache() would write, without an instance for each
            bulk_insert(CachedValue, SEARCH_COLUMNS, _values(rows))


def _values(rows: Sequence[HedgehogObject]) -> Iterator[tuple[Any, ...]]:
    """Rows of SEARCH_COLUMNS."""
    kind = ObjectType.objects.get_for_model(rows[0])
    indexer = get_indexer(kind)
    custom_fields = [field for field in CustomField.objects.get_for_model(rows[0]) if field.search_weight > 0]
    for row in rows:
        yield from words(indexer, kind.pk, row, custom_fields)


def words(
    indexer: type[SearchIndex], object_type: int, row: Any, custom_fields: Sequence[CustomField] = ()
) -> Iterator[tuple[Any, ...]]:
    """Rows of SEARCH_COLUMNS: what of ``row``, an object of a model with the key ``object_type``, ``indexer`` makes
    findable.
    """
    now = timezone.now()
    for found in indexer.to_cache(row, custom_fields=custom_fields):
        yield uuid4(), now, object_type, row.pk, found.name, found.type, found.weight, str(found.value)
