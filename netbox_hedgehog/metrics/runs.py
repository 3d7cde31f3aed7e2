"""Metrics of runs."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily, Metric

from netbox_hedgehog.models import RunStateChoices, SyncRun
from netbox_hedgehog.sync import latest_ended

__all__ = ("families",)

PREFIX = "netbox_hedgehog"
HOUR = timedelta(hours=1)

type Runs = Mapping[int, SyncRun]  # by the fabric's primary key


def families(names: Mapping[int, str], now: datetime) -> list[Metric]:
    """Of the fabrics in ``names`` (by primary key), at ``now`` by the database's clock. Four statements."""
    full = SyncRun.objects.reads().whole_fabric().ended()
    newest = latest_ended(
        names,
        ended=full.filter(started__isnull=False),
        success=full.filter(state=RunStateChoices.SUCCEEDED),
        read=full.completed_reading(),
    )
    ages = _ages(names, now, newest["success"], newest["read"])
    return [*_counts(names, now), *_last(names, newest["ended"]), *ages]


def _counts(names: Mapping[int, str], now: datetime) -> list[Metric]:
    """No counter of all runs: old ones are deleted, which a counter would tell as a restart."""
    recent = GaugeMetricFamily(
        f"{PREFIX}_runs_last_hour", "Runs that ended in the last hour, by result.", labels=["fabric", "result"]
    )
    active = GaugeMetricFamily(f"{PREFIX}_active_runs", "Runs that wait or work.", labels=["fabric", "state"])
    for family, states, which in (
        (recent, RunStateChoices.TERMINAL, {"finished__gt": now - HOUR}),
        (active, RunStateChoices.ACTIVE, {"finished": None}),
    ):
        # A run that is lost and not marked yet works no more.
        runs = SyncRun.objects.reads().not_lapsed().filter(fabric__in=names, **which).order_by()
        counted = runs.values("fabric_id", "state").annotate(runs=Count("pk"))
        counts = {(each["fabric_id"], each["state"]): each["runs"] for each in counted}
        for key, name in names.items():
            for state in states:
                family.add_metric([name, state], counts.get((key, state), 0))
    return [recent, active]


def _last(names: Mapping[int, str], newest: Runs) -> list[Metric]:
    """One result is 1, the others 0: an alert on a result that is gone ends by itself."""
    duration = GaugeMetricFamily(
        f"{PREFIX}_last_run_duration_seconds", "How long the newest ended full run worked.", labels=["fabric"]
    )
    result = GaugeMetricFamily(
        f"{PREFIX}_last_run_result", "How the newest full run ended: 1 at its result.", labels=["fabric", "result"]
    )
    for run in newest.values():
        duration.add_metric([names[run.fabric_id]], run.duration.total_seconds())
        for state in RunStateChoices.TERMINAL:
            result.add_metric([names[run.fabric_id], state], run.state == state)
    return [duration, result]


def _ages(names: Mapping[int, str], now: datetime, successes: Runs, reads: Runs) -> list[Metric]:
    """A success is as old as its end, a look as its beginning: what was read is true of then."""
    success = GaugeMetricFamily(
        f"{PREFIX}_last_success_age_seconds", "Since the newest full run that succeeded ended.", labels=["fabric"]
    )
    read = GaugeMetricFamily(
        f"{PREFIX}_last_look_age_seconds", "Since the newest run began that read the whole fabric.", labels=["fabric"]
    )
    for family, runs, moment in ((success, successes, "finished"), (read, reads, "started")):
        for run in runs.values():
            family.add_metric([names[run.fabric_id]], max(0.0, (now - getattr(run, moment)).total_seconds()))
    return [success, read]
