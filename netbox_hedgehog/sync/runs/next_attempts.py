"""Reads when fabrics are due next, in three statements for any number of fabrics."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from netbox_hedgehog.models import Fabric, SyncRun, transient_failure
from netbox_hedgehog.sync.decide.due import Ended, planned
from netbox_hedgehog.sync.runs.latest import latest_ended

__all__ = ("next_attempts",)

WHOLE = SyncRun.objects.reads().whole_fabric()


def next_attempts(fabrics: Sequence[Fabric]) -> dict[int, datetime | None]:
    """Compute the next attempt of each fabric that is not suspended.

    Runs of one kind or object neither delay it nor bring it forward.

    Args:
        fabrics: The fabrics.

    Returns:
        The moment by the fabric's primary key; None if it is due at once.
    """
    active = {fabric.pk: fabric for fabric in fabrics if not fabric.suspended}
    ended = WHOLE.ended().filter(started__isnull=False)
    newest = latest_ended(active, ended=ended)["ended"]
    failures = _failures([key for key, run in newest.items() if transient_failure(run.state, run.error_code)])
    last = {key: Ended(run.pk, run.created, run.finished, failures[key]) for key, run in newest.items()}
    return {key: planned(key, fabric.sync_interval, last.get(key)) for key, fabric in active.items()}


def _failures(fabrics: Sequence[int]) -> Counter[int]:
    """Count the transient failures in a row of each fabric, since a run that ended otherwise."""
    others = WHOLE.ended().other_than_transient_failures().filter(fabric=OuterRef("fabric"))
    since = Coalesce(Subquery(others.order_by("-pk").values("pk")[:1]), 0)
    # With the 0 it is a statement where there are no fabrics, too, so that a page costs the same whatever it shows.
    runs = WHOLE.transient_failures().filter(fabric__in=[0, *fabrics], pk__gt=since)
    return Counter(runs.values_list("fabric_id", flat=True))
