"""Objects of several kinds in one query, each kind restricted to what a user may see."""

from typing import Any

from django.db.models import QuerySet

from netbox_hedgehog.models import HedgehogObject

__all__ = ("allowed", "union")


def allowed(model: type[HedgehogObject], user: Any) -> QuerySet:
    """The objects of ``model`` that ``user`` may see, in no order and without their data."""
    return model.objects.restrict(user, "view").order_by()


def union(querysets: list[QuerySet]) -> Any:
    """The rows of ``querysets`` (of values) in one query, in no order."""
    if not querysets:
        return []
    first, *rest = querysets
    # A union goes back to its model's order, by columns that it need not have.
    return first.union(*rest, all=True).order_by() if rest else first
