"""Asks the database and Redis when Prometheus asks, so that every process of NetBox gives the same answer."""

import logging
from collections.abc import Iterable

from django.db import Error as DatabaseFault
from prometheus_client.core import GaugeMetricFamily, Metric

from netbox_hedgehog.metrics import fabrics, objects, queue, runs
from netbox_hedgehog.models import Fabric
from netbox_hedgehog.sync.clock import database_time

__all__ = ("COLLECTOR", "Collector")

logger = logging.getLogger("netbox_hedgehog.metrics")


class Collector:
    """A collector of ``prometheus_client``. What cannot be asked is left out; nothing makes /metrics an error page."""

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering asks no database."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """All metrics of all fabrics, in a constant number of statements."""
        found: list[Metric] = []
        try:
            found += self._stored()
        except DatabaseFault as error:
            logger.warning("Metrics are incomplete: the database cannot be asked: %s", error)
        success = GaugeMetricFamily("netbox_hedgehog_collector_success", "Whether the database could be asked.")
        success.add_metric([], bool(found))
        return [*found, *queue.families(), success]

    def _stored(self) -> list[Metric]:
        names = dict(Fabric.objects.values_list("pk", "name"))
        now = database_time()
        return [*runs.families(names, now), *fabrics.families(names, now), *objects.families(names)]


COLLECTOR = Collector()
