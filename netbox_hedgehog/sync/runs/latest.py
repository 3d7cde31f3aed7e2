"""The newest of each fabric's runs: one look-up in an index a fabric, however many runs are kept."""

from collections.abc import Collection

from django.db.models import OuterRef, QuerySet, Subquery

from netbox_hedgehog.models import Fabric, SyncRun

__all__ = ("latest_ended", "latest_requested")


def latest_ended(fabrics: Collection[int], **wanted: QuerySet[SyncRun]) -> dict[str, dict[int, SyncRun]]:
    """Of each name in WANTED, by fabric, the run that ended last; those of FABRICS (keys) that have none are not there.

    What is wanted has ended, and is in no order. Two statements, with whoever requested the runs.

    Not DISTINCT ON: that reads all runs of each fabric, of which there may be a hundred thousand.
    """
    return _first(fabrics, {name: runs.order_by("-finished", "-pk") for name, runs in wanted.items()})


def latest_requested(fabrics: Collection[int]) -> dict[int, SyncRun]:
    """By fabric, the read that was requested last, whatever has become of it. Two statements."""
    return _first(fabrics, {"requested": SyncRun.objects.reads().order_by("-created", "-pk")})["requested"]


def _first(fabrics: Collection[int], wanted: dict[str, QuerySet[SyncRun]]) -> dict[str, dict[int, SyncRun]]:
    """Of each of WANTED, which are in order, the first one of each fabric."""
    first = {name: Subquery(runs.filter(fabric=OuterRef("pk")).values("pk")[:1]) for name, runs in wanted.items()}
    picked = list(Fabric.objects.filter(pk__in=fabrics).order_by().annotate(**first).values("pk", *first))
    keys = {fabric[name] for fabric in picked for name in first} - {None}
    keys = keys or {0}  # a statement in any case, so that a page costs the same whatever it shows
    runs = SyncRun.objects.select_related("requested_by").in_bulk(keys)
    return {name: {fabric["pk"]: runs[fabric[name]] for fabric in picked if fabric[name] in runs} for name in first}
