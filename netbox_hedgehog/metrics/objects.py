"""Metrics of what NetBox holds of the fabrics."""

from collections.abc import Mapping

from django.db.models import Count, Q, QuerySet
from prometheus_client.core import GaugeMetricFamily, Metric

from netbox_hedgehog.models import HedgehogObject, kind_models
from netbox_hedgehog.queries.union import union

__all__ = ("families",)


def families(names: Mapping[int, str]) -> list[Metric]:
    """Objects of the fabrics in ``names`` (by primary key), by group, kind and state. One statement."""
    family = GaugeMetricFamily(
        "netbox_hedgehog_objects",
        "Objects that NetBox holds; missing: gone from the cluster, and not removed yet.",
        labels=["fabric", "group", "kind", "state"],
    )
    for fabric, group, kind, present, missing in union([_counted(model) for model in kind_models()]):
        if name := names.get(fabric):
            family.add_metric([name, group, kind, "present"], present)
            family.add_metric([name, group, kind, "missing"], missing)
    return [family]


def _counted(model: type[HedgehogObject]) -> QuerySet:
    there = Q(missing_since__isnull=True)
    return (
        model.objects.order_by()
        .annotate(**model.kind_columns())
        .values("fabric_id", "of_group", "of_kind")
        .annotate(present=Count("pk", filter=there), missing=Count("pk", filter=~there))
        .values_list("fabric_id", "of_group", "of_kind", "present", "missing")
    )
