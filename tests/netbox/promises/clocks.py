"""Time passes in the database, and a process's own clock jumps."""

import time
from datetime import datetime, timedelta

import pytest
from core.models import Job
from django.db import connection
from django.db.models import F
from django.utils import timezone

from netbox_hedgehog.kinds import by_name
from netbox_hedgehog.models import Fabric, FabricCondition, KindObservation, SyncRun, Watcher, model_for
from tests.netbox.history import rewritable
from tests.netbox.promises.cluster import KINDS

__all__ = ("LEASE", "LONG", "now", "pass_by", "skew", "skewed")

LEASE = 600  # seconds; whatever passes is longer
LONG = timedelta(minutes=10)  # in which a fabric of the test is due again
skew: list[float] = []  # seconds that this process's clock has jumped by


def skewed(patch: pytest.MonkeyPatch) -> None:
    """Have this process's clock go wrong by as much as ``skew`` says."""
    time_, now_ = time.time, timezone.now
    patch.setattr(time, "time", lambda: time_() + sum(skew))
    patch.setattr(timezone, "now", lambda: now_() + timedelta(seconds=sum(skew)))


def now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def pass_by(fabric: Fabric, span: timedelta) -> None:
    """Move all that is written of times SPAN into the past: the same as the database's clock moving on."""
    _move(SyncRun.objects.filter(fabric=fabric), span, "created", "started", "finished", "lease_until", "deadline")
    _move(KindObservation.objects.filter(fabric=fabric), span, "looked_at", "complete_at")
    _move(Watcher.objects.filter(fabric=fabric), span, "lease_until", "heartbeat", "contact", "last_event")
    _move(FabricCondition.objects.filter(fabric=fabric), span, "changed_at")
    _move(Job.objects.all(), span, "created", "started", "completed", "scheduled")
    for kind in KINDS:
        rows = model_for(by_name(kind)).objects.filter(fabric=fabric)
        _move(rows.filter(missing_since__isnull=False), span, "missing_since")


def _move(rows, span: timedelta, *columns: str) -> None:
    with rewritable():
        rows.update(**{column: F(column) - span for column in columns})
