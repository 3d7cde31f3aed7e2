"""Asks the database and Redis when Prometheus asks, so that every process of NetBox gives the same answer."""

import logging
from collections.abc import Iterable

from django.db import Error as DatabaseFault
from django.db.models import Subquery
from prometheus_client.core import GaugeMetricFamily, Metric

from netbox_hedgehog.metrics import fabrics, objects, queue, runs, schedule
from netbox_hedgehog.models import Fabric, ScheduleStatus
from netbox_hedgehog.sync import database_time

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
        # The schedule's row comes along with the fabrics, each time the same: one statement less.
        row = ScheduleStatus.objects.filter(pk=1)
        tick = {"ended": Subquery(row.values("ended")), "errors": Subquery(row.values("errors"))}
        fabrics_of = list(Fabric.objects.annotate(**tick).values_list("pk", "name", *tick))
        names = {key: name for key, name, *_ in fabrics_of}
        newest = fabrics_of[0][2:] if fabrics_of else (None, None)
        now = database_time()
        told = [*runs.families(names, now), *fabrics.families(names, now), *objects.families(names)]
        return [*told, *schedule.families(*newest, now)]


COLLECTOR = Collector()
