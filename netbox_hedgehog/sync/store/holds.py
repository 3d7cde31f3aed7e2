"""What guards keep, as rows: a hold is made once for the runs in a row that find the same objects gone."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models.functions import Now

from netbox_hedgehog.models import Fabric, HeldObject, Hold
from netbox_hedgehog.sync.db.bulk import INSERTED, bulk_insert
from netbox_hedgehog.sync.decide.changes import Stored
from netbox_hedgehog.sync.decide.guards import HeldKey, digest

__all__ = ("approved", "close", "hold", "open_holds")

HELD_OBJECT_COLUMNS = ("hold_id", "kind", "namespace", "name", "uid", "object_id", "code")


def hold(fabric: Fabric, held: Sequence[tuple[HeldKey, Stored, str]], at: datetime) -> int:
    """Keep a record of what is ``held`` since ``at``, or find the one that says the same already; returns its key."""
    table = Hold._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (fabric_id, digest, count, created, approver, reason)"  # noqa: S608  our own name
            " VALUES (%s, %s, %s, %s, '', '')"
            " ON CONFLICT (fabric_id, digest) WHERE closed_at IS NULL DO UPDATE SET count = EXCLUDED.count"
            f" RETURNING id, {INSERTED}",
            [fabric.pk, digest(one for one, _, _ in held), len(held), at],
        )
        key, new = cursor.fetchone()
    if new:
        bulk_insert(HeldObject, HELD_OBJECT_COLUMNS, ((key, *one, row.pk, code) for one, row, code in held))
    return key


def open_holds(fabric: Fabric) -> list[Hold]:
    """The holds of earlier runs over a fabric that are not closed, the newest first: usually none, or one."""
    return list(Hold.objects.filter(fabric=fabric, closed_at=None))


def approved(holds: Sequence[Hold]) -> tuple[int | None, frozenset[HeldKey]]:
    """The newest of ``holds`` that someone has approved, and its objects."""
    for each in holds:
        if each.approved_at:
            return each.pk, frozenset(map(HeldKey._make, each.objects_held.values_list(*HeldKey._fields)))
    return None, frozenset()


def close(holds: Sequence[Hold], but: int | None) -> None:
    """End ``holds``, all ``but`` what is held still: an approval of what was held before must not outlive this look."""
    keys = [each.pk for each in holds if each.pk != but]
    if keys:
        Hold.objects.filter(pk__in=keys, closed_at=None).update(closed_at=Now())
