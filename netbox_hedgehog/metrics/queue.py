"""Metrics of the queue that runs wait in, and of who serves it."""

from prometheus_client.core import GaugeMetricFamily, Metric

from netbox_hedgehog.sync import queue_depth, queue_state

__all__ = ("families",)


def families() -> list[Metric]:
    """Jobs and live workers. Where Redis cannot be reached they have no sample, since a zero would be a guess."""
    jobs = GaugeMetricFamily("netbox_hedgehog_queue_jobs", "Jobs that wait in the plugin's queue.")
    workers = GaugeMetricFamily("netbox_hedgehog_queue_workers", "Live workers on the plugin's queue.")
    depth, state = queue_depth(), queue_state()
    if depth is not None:
        jobs.add_metric([], depth)
    if state.reachable:
        workers.add_metric([], len(state.workers))
    return [jobs, workers]
