"""Prometheus metrics of the plugin, on a page of their own where NetBox's METRICS_ENABLED is on."""

from netbox_hedgehog.metrics.page import metrics_page

__all__ = ("metrics_page",)
