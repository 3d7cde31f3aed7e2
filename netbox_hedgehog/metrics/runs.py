"""Metrics of runs."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Max, Q
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from netbox_hedgehog.models import FULL, RunStateChoices, SyncRun

__all__ = ("families",)

PREFIX = "netbox_hedgehog"


def families(names: Mapping[int, str], now: datetime) -> list[Metric]:
    """Of the fabrics in NAMES (by primary key), at NOW by the database's clock. Three statements."""
    return [*_counts(names), *_last(names), *_ages(names, now)]


def _counts(names: Mapping[int, str]) -> list[Metric]:
    total = CounterMetricFamily(
        f"{PREFIX}_runs", "Stored runs that have ended, by result.", labels=["fabric", "result"]
    )
    active = GaugeMetricFamily(f"{PREFIX}_active_runs", "Runs that wait or work.", labels=["fabric", "state"])
    counted = SyncRun.objects.order_by().values("fabric_id", "state").annotate(runs=Count("pk"))
    counts = {(each["fabric_id"], each["state"]): each["runs"] for each in counted}
    for key, name in names.items():
        for state in RunStateChoices.TERMINAL:
            total.add_metric([name, state], counts.get((key, state), 0))
        for state in RunStateChoices.ACTIVE:
            active.add_metric([name, state], counts.get((key, state), 0))
    return [total, active]


def _last(names: Mapping[int, str]) -> list[Metric]:
    """One result is 1, the others 0: an alert on a result that is gone ends by itself."""
    duration = GaugeMetricFamily(
        f"{PREFIX}_last_run_duration_seconds", "How long the newest ended full run worked.", labels=["fabric"]
    )
    result = GaugeMetricFamily(
        f"{PREFIX}_last_run_result", "How the newest full run ended: 1 at its result.", labels=["fabric", "result"]
    )
    ended = SyncRun.objects.filter(FULL, state__in=RunStateChoices.TERMINAL, started__isnull=False)
    for run in ended.order_by("fabric_id", "-finished", "-pk").distinct("fabric_id"):
        if name := names.get(run.fabric_id):
            duration.add_metric([name], run.duration.total_seconds())
            for state in RunStateChoices.TERMINAL:
                result.add_metric([name, state], run.state == state)
    return [duration, result]


def _ages(names: Mapping[int, str], now: datetime) -> list[Metric]:
    success = GaugeMetricFamily(
        f"{PREFIX}_last_success_age_seconds", "Since the newest full run that succeeded ended.", labels=["fabric"]
    )
    look = GaugeMetricFamily(
        f"{PREFIX}_last_look_age_seconds", "Since the newest run began that read the whole fabric.", labels=["fabric"]
    )
    succeeded = Max("finished", filter=Q(state=RunStateChoices.SUCCEEDED))
    looked = Max("started", filter=Q(state__in=RunStateChoices.LOOKED))
    runs = SyncRun.objects.filter(FULL).order_by().values("fabric_id").annotate(succeeded=succeeded, looked=looked)
    for newest in runs:
        for family, moment in ((success, newest["succeeded"]), (look, newest["looked"])):
            if moment and newest["fabric_id"] in names:
                family.add_metric([names[newest["fabric_id"]]], max(0.0, (now - moment).total_seconds()))
    return [success, look]
