"""Runs and watchers as they were some seconds ago."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from netbox_hedgehog.models import Fabric, RunStateChoices, SyncRun, Watcher

__all__ = ("ago", "ended", "running", "watched")


def ago(seconds: float) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def ended(fabric: Fabric, state: str, seconds: float = 60, code: str = "", **columns: Any) -> SyncRun:
    """A run that ended in STATE some SECONDS ago, after one second of work."""
    words = {"error_code": code, "error_message": f"words of {code}", "error_hint": f"hint of {code}"} if code else {}
    times = {"created": ago(seconds + 2), "started": ago(seconds + 1), "finished": ago(seconds)}
    return SyncRun.objects.create(fabric=fabric, state=state, trigger="command", **{**times, **words, **columns})


def running(fabric: Fabric, lease: float) -> SyncRun:
    """A running run whose lease lasts LEASE seconds more (negative: has ended)."""
    times = {"created": ago(90), "started": ago(90), "lease_until": ago(-lease)}
    return SyncRun.objects.create(fabric=fabric, state=RunStateChoices.RUNNING, trigger="command", epoch=1, **times)


def watched(fabric: Fabric, state: str = "live", **columns: Any) -> Watcher:
    """A watch that a process holds, and has told of a second ago."""
    about = {"streams": 22, "streams_wanted": 22, "lag_ms": 240, "events": 7, "last_event": ago(5)}
    times = {"heartbeat": ago(1), "contact": ago(2), "lease_until": ago(-10)}
    return Watcher.objects.create(fabric=fabric, holder="host.1", state=state, **{**about, **times, **columns})
