"""What a user may see of a run's rows: those about objects that the user may see."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from netbox_hedgehog import kinds
from netbox_hedgehog.models import HedgehogObject, OtherResource, kind_models
from netbox_hedgehog.queries.union import allowed

__all__ = ("visible_changes", "visible_issues")


SAME_OBJECT = {
    "fabric": OuterRef("run__fabric"),
    **{name: OuterRef(name) for name in ("namespace", "name")},
}


def _views(user: Any) -> dict[type[HedgehogObject], QuerySet | None]:
    """Per kind of which ``user`` may see any object: the queryset of those, or None where that is all."""
    views = {}
    for model in kind_models():
        if user.has_perm(f"netbox_hedgehog.view_{model._meta.model_name}"):
            queryset = allowed(model, user)
            views[model] = queryset if queryset.query.where else None
    return views


def _of_kind(model: type[HedgehogObject]) -> Q:
    if model is OtherResource:
        return ~Q(kind__in=[kind.kind for kind in kinds.KINDS])
    return Q(kind=model.kind_entry.kind)


def visible_changes(changes: QuerySet, user: Any) -> QuerySet:
    """The ``changes`` (RunChange or HeldObject) of objects that ``user`` may see; those of removed ones need the whole
    kind.
    """
    condition = Q(pk__in=[])
    for model, queryset in _views(user).items():
        limit = Q() if queryset is None else Q(object_id__in=queryset.values("pk"))
        condition |= _of_kind(model) & limit
    return changes.filter(condition)


def visible_issues(issues: QuerySet, user: Any) -> QuerySet:
    """The ``issues`` (of any runs) about objects, or whole kinds, that ``user`` may see; those of no kind are for
    everyone.
    """
    condition = Q(kind="")
    for model, queryset in _views(user).items():
        limit = Q() if queryset is None else Q(name="") | Exists(queryset.filter(**SAME_OBJECT))
        condition |= _of_kind(model) & limit
    return issues.filter(condition)
