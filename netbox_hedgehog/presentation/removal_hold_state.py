"""The present state of held objects in NetBox, as a column of the query that lists them."""

from datetime import timedelta
from typing import Any

from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Now

from netbox_hedgehog import kinds
from netbox_hedgehog.models import Fabric, HedgehogObject, HeldObject, OtherResource, model_for

__all__ = ("DUE", "MISSING", "PRESENT", "with_state")

# Marked missing already, by a watcher; ``due``: for so long that the sync that lets it go removes it.
PRESENT, MISSING, DUE = "present", "missing", "due"


def with_state(rows: QuerySet[HeldObject], fabric: Fabric | None = None) -> Any:
    """``rows`` with ``state``: ``present`` or ``missing`` (``due`` by the rules of ``fabric``), null where it is
    gone.
    """
    whens = [When(kind=entry.kind, then=_state(model_for(entry), fabric)) for entry in kinds.KINDS]
    return rows.annotate(state=Case(*whens, default=_state(OtherResource, fabric)))


def _state(model: type[HedgehogObject], fabric: Fabric | None) -> Subquery:
    word: Any = Value(MISSING, CharField())
    if fabric:
        long = Q(missing_since__lte=Now() - timedelta(hours=fabric.removal_hours))
        runs = Q(missing_runs__gte=fabric.removal_runs - 1)  # the sync that lets it go is one more
        word = Case(When(long & runs, then=Value(DUE)), default=word)
    found = model.objects.order_by().filter(pk=OuterRef("object_id"))
    return Subquery(found.values(word=Case(When(missing_since=None, then=Value(PRESENT)), default=word))[:1])
