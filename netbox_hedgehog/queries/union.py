"""Objects of several kinds in one query, each kind restricted to what a user may see."""

from typing import Any

from django.db.models import QuerySet

from netbox_hedgehog.models import HedgehogObject, kind_models

__all__ = ("allowed", "allowed_by_model", "union")


def allowed(model: type[HedgehogObject], user: Any) -> QuerySet:
    """The objects of a model that a user may see, unordered and without their data."""
    return model.objects.restrict(user, "view").order_by()


def allowed_by_model(user: Any) -> dict[type[HedgehogObject], QuerySet | None]:
    """The models of which ``user`` may see any object: the query set of those, or None where that is all.

    A ``user`` of None may see everything.
    """
    found: dict[type[HedgehogObject], QuerySet | None] = {}
    for model in kind_models():
        if user is None:
            found[model] = None
        elif user.has_perm(f"netbox_hedgehog.view_{model._meta.model_name}"):
            objects = allowed(model, user)
            found[model] = objects if objects.query.where else None
    return found


def union(querysets: list[QuerySet]) -> Any:
    """Combine query sets of values into one query, unordered."""
    if not querysets:
        return []
    first, *rest = querysets
    # A union goes back to its model's order, by columns that it need not have.
    return first.union(*rest, all=True).order_by() if rest else first
