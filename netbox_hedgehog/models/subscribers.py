"""Notifies the subscribers of objects, as NetBox does on save and delete, for rows that are written in bulk."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from core.models import ObjectType
from django.db import models
from django.db.models import Value
from extras.models import Notification, Subscription
from users.models import User

__all__ = ("notify",)


def notify(model: type[models.Model], event_type: str, rows: Mapping[int, str]) -> None:
    """Notify the subscribers of rows.

    NetBox keeps one notification for each subscriber and object; a newer event marks it unread again. Unlike NetBox,
    this checks whether the subscriber may view the object now: nobody has viewed what a sync writes.

    Takes one statement if nobody has subscribed, else a few and one or two for each subscriber. Call it before rows are
    deleted.

    Args:
        model: The model of the rows.
        event_type: The name of a NetBox event type.
        rows: The text of each row by primary key.
    """
    if not rows:
        return
    kind = ObjectType.objects.get_for_model(model)
    followed: dict[int, list[int]] = defaultdict(list)
    subscriptions = Subscription.objects.filter(object_type=kind, object_id__in=list(rows)).order_by()
    for user, key in subscriptions.values_list("user_id", "object_id"):
        followed[user].append(key)
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=user, object_type_id=kind.pk, object_id=key, object_repr=rows[key][:200], event_type=event_type
            )
            for user, key in _viewable(model, followed)
        ],
        update_conflicts=True,
        unique_fields=("object_type", "object_id", "user"),
        update_fields=("created", "read", "object_repr", "event_type"),
    )


def _viewable(model: type[models.Model], followed: Mapping[int, Collection[int]]) -> list[tuple[int, int]]:
    """Find the rows that each subscriber may view, as pairs of user key and row key, sorted."""
    readers = User.objects.filter(pk__in=followed) if followed else ()
    seen = [
        model.objects.restrict(user, "view")
        .filter(pk__in=followed[user.pk])
        .order_by()
        .annotate(reader=Value(user.pk))
        .values_list("reader", "pk")
        for user in readers
    ]
    return sorted(seen[0].union(*seen[1:], all=True).order_by()) if seen else []
