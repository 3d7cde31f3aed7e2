"""The newest run of each fabric, by one index look-up a fabric, however many runs are kept."""

from collections.abc import Collection

from django.db.models import OuterRef, QuerySet, Subquery

from netbox_hedgehog.models import Fabric, SyncRun

__all__ = ("latest_ended", "latest_requested")


def latest_ended(fabrics: Collection[int], **wanted: QuerySet[SyncRun]) -> dict[str, dict[int, SyncRun]]:
    """Find the runs that ended last. Two statements.

    Not DISTINCT ON, which reads all runs of each fabric: there may be a hundred thousand.

    Args:
        fabrics: Primary keys.
        **wanted: For each name, ended runs to choose from, unordered.

    Returns:
        For each name, the run by the fabric's primary key; fabrics without one are left out.
    """
    return _first(fabrics, {name: runs.order_by("-finished", "-pk") for name, runs in wanted.items()})


def latest_requested(fabrics: Collection[int]) -> dict[int, SyncRun]:
    """Find the read that was requested last, by the fabric's primary key, whatever its state. Two statements."""
    return _first(fabrics, {"requested": SyncRun.objects.reads().order_by("-created", "-pk")})["requested"]


def _first(fabrics: Collection[int], wanted: dict[str, QuerySet[SyncRun]]) -> dict[str, dict[int, SyncRun]]:
    """The first run of each fabric in each of the ordered query sets."""
    first = {name: Subquery(runs.filter(fabric=OuterRef("pk")).values("pk")[:1]) for name, runs in wanted.items()}
    picked = list(Fabric.objects.filter(pk__in=fabrics).order_by().annotate(**first).values("pk", *first))
    keys = {fabric[name] for fabric in picked for name in first} - {None}
    keys = keys or {0}  # a statement in any case, so that a page costs the same whatever it shows
    runs = SyncRun.objects.select_related("requested_by").in_bulk(keys)
    return {name: {fabric["pk"]: runs[fabric[name]] for fabric in picked if fabric[name] in runs} for name in first}
