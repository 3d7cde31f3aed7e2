"""Old runs go, as old jobs of NetBox do, and by the same setting: JOB_RETENTION, in days; 0 keeps all."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from netbox.config import get_config

from netbox_hedgehog.models import ConnectionTest, HeldObject, Hold, ResourceChange, RunIssue, SyncRun
from netbox_hedgehog.netbox_internals.raw_delete import raw_delete

__all__ = ("forget_old",)

RUNS_AT_ONCE = 500  # what is left goes in the next minutes
CHANGES_AT_ONCE = 20_000  # of those that the watcher wrote


def forget_old() -> int:
    """Delete runs older than the retention; returns how many.

    The newest of each state and operation of a fabric stays: facts are computed from the newest reads.
    Approvals of guards stay as long as their run does, and what the watcher changed as long as a run of its time.
    """
    days = get_config().JOB_RETENTION
    if not days:
        return 0
    old = Now() - timedelta(days=days)
    same = {name: OuterRef(name) for name in ("fabric", "operation", "state")}
    newer = SyncRun.objects.filter(**same, pk__gt=OuterRef("pk"))
    ended = SyncRun.objects.ended().filter(Exists(newer), finished__lt=old)
    keys = list(ended.order_by("finished").values_list("pk", flat=True)[:RUNS_AT_ONCE])
    if keys:
        for part in (ResourceChange, RunIssue):
            raw_delete(part.objects.filter(run__in=keys))
        raw_delete(SyncRun.objects.filter(pk__in=keys))
        unused = Hold.objects.filter(~Exists(SyncRun.objects.filter(held=OuterRef("pk"))), closed_at__lt=old)
        holds = list(unused.exclude(pk__in=SyncRun.objects.exclude(let_through=None).values("let_through")))
        raw_delete(HeldObject.objects.filter(hold__in=holds))
        raw_delete(Hold.objects.filter(pk__in=[each.pk for each in holds]))
    # What the watcher wrote belongs to no run.
    written = ResourceChange.objects.filter(run=None, time__lt=old).order_by("time").values("pk")
    raw_delete(ResourceChange.objects.filter(pk__in=written[:CHANGES_AT_ONCE]))
    newer_test = ConnectionTest.objects.filter(fabric=OuterRef("fabric"), pk__gt=OuterRef("pk"))
    raw_delete(ConnectionTest.objects.filter(Exists(newer_test), finished__lt=old))
    return len(keys)
