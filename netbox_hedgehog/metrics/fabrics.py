"""Metrics of how fabrics are: conditions, and the watcher."""

from collections.abc import Mapping
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from netbox_hedgehog.models import ConditionChoices, FabricCondition, Watcher
from netbox_hedgehog.sync import WatcherStatus

__all__ = ("families",)

PREFIX = "netbox_hedgehog"


def families(names: Mapping[int, str], now: datetime) -> list[Metric]:
    """Of the fabrics in ``names`` (by primary key), at ``now`` by the database's clock. Two statements."""
    return [_conditions(names), *_watch(names, now)]


def _conditions(names: Mapping[int, str]) -> Metric:
    family = GaugeMetricFamily(
        f"{PREFIX}_condition", "What is wrong with the fabric: 1 where it is so.", labels=["fabric", "type"]
    )
    true = set(FabricCondition.objects.filter(status=True).values_list("fabric_id", "type"))
    for key, name in names.items():
        for kind in ConditionChoices.values():
            family.add_metric([name, kind], (key, kind) in true)
    return family


def _watch(names: Mapping[int, str], now: datetime) -> list[Metric]:
    """Lag and heartbeat of a fabric that nobody watches are left out: nobody knows them."""
    live = GaugeMetricFamily(
        f"{PREFIX}_watch_live", "Whether every change is followed as it happens.", labels=["fabric"]
    )
    lag = GaugeMetricFamily(
        f"{PREFIX}_watch_lag_seconds", "From an event's arrival to its commit, in the newest batch.", labels=["fabric"]
    )
    heartbeat = GaugeMetricFamily(
        f"{PREFIX}_watch_heartbeat_age_seconds", "Since a watcher last told of itself.", labels=["fabric"]
    )
    events = CounterMetricFamily(f"{PREFIX}_watch_events", "Events that came from the cluster.", labels=["fabric"])
    written = CounterMetricFamily(f"{PREFIX}_watch_written", "Objects that a watcher wrote.", labels=["fabric"])
    watches = {row.fabric_id: WatcherStatus(row, now) for row in Watcher.objects.all()}
    for key, name in names.items():
        watching = watches.get(key)
        live.add_metric([name], bool(watching and watching.live))
        if watching is None:
            continue
        events.add_metric([name], watching.row.events)
        written.add_metric([name], watching.row.written)
        if watching.alive:
            lag.add_metric([name], watching.row.lag_ms / 1000)
        if watching.row.heartbeat:
            heartbeat.add_metric([name], max(0.0, (now - watching.row.heartbeat).total_seconds()))
    return [live, lag, heartbeat, events, written]
