"""Prometheus metrics: NetBox's /metrics serves them where METRICS_ENABLED is on."""

from django.conf import settings
from prometheus_client import REGISTRY

from netbox_hedgehog.metrics.collector import COLLECTOR

__all__ = ("register_metrics",)


def register_metrics() -> None:
    """Have this process answer for the plugin when the default registry is asked; called once, when NetBox starts.

    In multiprocess mode that registry is not asked; see ``middleware``.
    """
    if settings.METRICS_ENABLED:
        REGISTRY.register(COLLECTOR)
