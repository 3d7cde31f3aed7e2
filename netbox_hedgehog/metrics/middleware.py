"""Metrics where NetBox runs in several processes with PROMETHEUS_MULTIPROC_DIR.

``django_prometheus`` then makes /metrics from the files in that directory, where each process keeps its counters, and
asks no collector of its own. Ours needs no files: whichever process is asked, the database answers. So its part is put
behind the rest of that page.
"""

import os
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, generate_latest

from netbox_hedgehog.metrics.collector import COLLECTOR

__all__ = ("MultiprocessMetrics",)

VIEW = "prometheus-django-metrics"


class MultiprocessMetrics:
    """In use only with METRICS_ENABLED and multiprocess mode: otherwise no request passes through it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        several = "PROMETHEUS_MULTIPROC_DIR" in os.environ or "prometheus_multiproc_dir" in os.environ
        if not (settings.METRICS_ENABLED and several):
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.registry = CollectorRegistry()
        self.registry.register(COLLECTOR)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 200 and request.resolver_match and request.resolver_match.view_name == VIEW:
            response.content += generate_latest(self.registry)
        return response
