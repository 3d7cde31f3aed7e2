"""Metrics of the timer that has fabrics synced: one for the whole installation."""

from collections.abc import Sequence
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric

__all__ = ("families",)

PREFIX = "netbox_hedgehog_schedule"


def families(ended: datetime | None, errors: Sequence[object] | None, now: datetime) -> list[Metric]:
    """Of the newest tick, at ``now`` by the database's clock. Before the first one there is no sample.

    Args:
        ended: When it ended.
        errors: What failed in it, one entry for each step and fabric.
        now: The database's time.
    """
    age = GaugeMetricFamily(f"{PREFIX}_last_tick_age_seconds", "Since the newest tick of the schedule ended.")
    failed = GaugeMetricFamily(f"{PREFIX}_errors", "Steps that failed in the newest tick.")
    if ended:
        age.add_metric([], max(0.0, (now - ended).total_seconds()))
        failed.add_metric([], len(errors or ()))
    return [age, failed]
