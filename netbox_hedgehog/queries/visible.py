"""Restricts the rows of a run to objects that a user may see."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from netbox_hedgehog.queries.union import allowed_by_model

__all__ = ("visible_changes", "visible_issues")


SAME_OBJECT = {
    "fabric": OuterRef("run__fabric"),
    **{name: OuterRef(name) for name in ("namespace", "name")},
}


def visible_changes(changes: QuerySet, user: Any) -> QuerySet:
    """The ``changes`` of objects that ``user`` may see; those of removed ones need the whole kind.

    They are rows of ResourceChange or HeldObject.
    """
    condition = Q(pk__in=[])
    for model, queryset in allowed_by_model(user).items():
        limit = Q() if queryset is None else Q(object_id__in=queryset.values("pk"))
        condition |= model.of_kind() & limit
    return changes.filter(condition)


def visible_issues(issues: QuerySet, user: Any) -> QuerySet:
    """The ``issues`` (of any runs) about objects, or whole kinds, that ``user`` may see; those of no kind are for
    everyone.
    """
    condition = Q(kind="")
    for model, queryset in allowed_by_model(user).items():
        limit = Q() if queryset is None else Q(name="") | Exists(queryset.filter(**SAME_OBJECT))
        condition |= model.of_kind() & limit
    return issues.filter(condition)
