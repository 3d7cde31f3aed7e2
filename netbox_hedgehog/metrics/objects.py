"""Metrics of what NetBox holds of the fabrics."""

from collections.abc import Mapping

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from prometheus_client.core import GaugeMetricFamily, Metric

from netbox_hedgehog.models import HedgehogObject, OtherResource, kind_models

__all__ = ("families",)


def families(names: Mapping[int, str]) -> list[Metric]:
    """Objects of the fabrics in ``names`` (by primary key), by group, kind and state. One statement."""
    family = GaugeMetricFamily(
        "netbox_hedgehog_objects",
        "Objects that NetBox holds; missing: gone from the cluster, and not removed yet.",
        labels=["fabric", "group", "kind", "state"],
    )
    first, *rest = [_counted(model) for model in kind_models()]
    for fabric, group, kind, present, missing in first.union(*rest, all=True).order_by():  # not by the model's order
        if name := names.get(fabric):
            family.add_metric([name, group, kind, "present"], present)
            family.add_metric([name, group, kind, "missing"], missing)
    return [family]


def _counted(model: type[HedgehogObject]) -> QuerySet:
    rows = model.objects.order_by()
    if model is OtherResource:
        rows = rows.annotate(of_group=F("api_group"), of_kind=F("kind"))
    else:
        entry, text = model.kind_entry, CharField()
        rows = rows.annotate(of_group=Value(entry.group, text), of_kind=Value(entry.kind, text))
    there = Q(missing_since__isnull=True)
    return (
        rows.values("fabric_id", "of_group", "of_kind")
        .annotate(present=Count("pk", filter=there), missing=Count("pk", filter=~there))
        .values_list("fabric_id", "of_group", "of_kind", "present", "missing")
    )
