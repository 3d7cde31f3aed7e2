"""Keeps NetBox's global search right for rows that are written in bulk."""

from collections.abc import Sequence

from core.models import ObjectType
from extras.models import CachedValue
from netbox.search.backends import search_backend

from netbox_hedgehog.models import HedgehogObject

__all__ = ("forget", "index")


def index(created: Sequence[HedgehogObject], changed: Sequence[HedgehogObject]) -> None:
    """Make new rows findable, and changed ones under their new text."""
    forget(changed)
    for rows in (created, changed):
        if rows:
            search_backend.cache(rows, remove_existing=False)


def forget(rows: Sequence[HedgehogObject]) -> None:
    """Make rows unfindable. NetBox does so too when one is deleted, but later, from a job on another queue."""
    if rows:
        CachedValue.objects.filter(
            object_type=ObjectType.objects.get_for_model(rows[0]), object_id__in=[row.pk for row in rows]
        ).delete()
