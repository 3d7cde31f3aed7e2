"""Which fabric is due when, read for any number of fabrics in three statements."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.models import FULL, Fabric, RunStateChoices, SyncRun
from netbox_hedgehog.sync.decide.due import Ended, planned
from netbox_hedgehog.sync.runs.latest import latest_ended

__all__ = ("next_attempts",)

CODES = [code.value for code in ErrorCode if code.transient]
PASSING = Q(state=RunStateChoices.LOST) | Q(state=RunStateChoices.FAILED, error_code__in=CODES)


def next_attempts(fabrics: Sequence[Fabric]) -> dict[int, datetime | None]:
    """The next attempt of each of FABRICS that is not suspended, by primary key; None: due at once.

    Runs of one kind or object neither put it off nor bring it forward.
    """
    active = {fabric.pk: fabric for fabric in fabrics if not fabric.suspended}
    ended = SyncRun.objects.filter(FULL, state__in=RunStateChoices.TERMINAL, started__isnull=False)
    newest = latest_ended(active, ended=ended)["ended"]
    failures = _failures([key for key, run in newest.items() if _transient(run)])
    last = {key: Ended(run.pk, run.created, run.finished, failures[key]) for key, run in newest.items()}
    return {key: planned(key, fabric.sync_interval, last.get(key)) for key, fabric in active.items()}


def _transient(run: SyncRun) -> bool:
    """``PASSING`` of one run."""
    return run.state == RunStateChoices.LOST or (run.state == RunStateChoices.FAILED and run.error_code in CODES)


def _failures(fabrics: Sequence[int]) -> Counter[int]:
    """How many runs have failed in passing since a run of the same fabric last ended otherwise."""
    others = SyncRun.objects.filter(FULL, fabric=OuterRef("fabric"), state__in=RunStateChoices.TERMINAL).exclude(
        PASSING
    )
    since = Coalesce(Subquery(others.order_by("-pk").values("pk")[:1]), 0)
    # With the 0 it is a statement where there are no fabrics, too, so that a page costs the same whatever it shows.
    runs = SyncRun.objects.filter(FULL & PASSING, fabric__in=[0, *fabrics], pk__gt=since)
    return Counter(runs.values_list("fabric_id", flat=True))
