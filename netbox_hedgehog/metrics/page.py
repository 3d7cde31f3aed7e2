"""The page that Prometheus reads: ``/plugins/hedgehog/metrics/``.

Not NetBox's own ``/metrics``: with several processes (PROMETHEUS_MULTIPROC_DIR) ``django_prometheus`` makes that one
from files of counters and asks no collector. This one is the same whichever process answers.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from netbox_hedgehog.metrics.collector import COLLECTOR

__all__ = ("metrics_page",)

# Of our own: in the default one our metrics would be on NetBox's page too, and be scraped twice.
REGISTRY = CollectorRegistry()
REGISTRY.register(COLLECTOR)


@never_cache
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django hands it to every view
    """All metrics of the plugin. Who may read them is as with NetBox's own page: whoever reaches it.

    Raises Http404 where NetBox's METRICS_ENABLED is off.
    """
    if not settings.METRICS_ENABLED:
        raise Http404
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
