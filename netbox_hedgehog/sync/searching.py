"""Keeps NetBox's global search right for rows that are written in bulk."""

from collections.abc import Sequence

from core.models import ObjectType
from extras.models import CachedValue
from netbox.search.backends import search_backend

from netbox_hedgehog.models import HedgehogObject

__all__ = ("index",)


def index(created: Sequence[HedgehogObject], changed: Sequence[HedgehogObject]) -> None:
    """Make new rows findable, and changed ones under their new text."""
    if changed:
        kind = ObjectType.objects.get_for_model(changed[0])
        CachedValue.objects.filter(object_type=kind, object_id__in=[row.pk for row in changed]).delete()
    for rows in (created, changed):
        if rows:
            search_backend.cache(rows, remove_existing=False)
