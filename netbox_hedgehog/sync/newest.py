"""The newest of each fabric's runs: one look-up in an index a fabric, however many runs are kept."""

from collections.abc import Collection

from django.db.models import OuterRef, QuerySet, Subquery

from netbox_hedgehog.models import Fabric, SyncRun

__all__ = ("newest_ended",)


def newest_ended(runs: QuerySet[SyncRun], fabrics: Collection[int]) -> QuerySet[SyncRun]:
    """The run of RUNS that ended last, of each of FABRICS (keys) that has one; RUNS have ended, and are in no order.

    Not DISTINCT ON: that reads all runs of each fabric, of which there may be a hundred thousand.
    """
    last = runs.filter(fabric=OuterRef("pk")).order_by("-finished", "-pk").values("pk")[:1]
    picked = Fabric.objects.filter(pk__in=fabrics).order_by().annotate(picked=Subquery(last)).values("picked")
    return SyncRun.objects.filter(pk__in=picked).order_by()
