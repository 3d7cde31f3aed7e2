"""Filter sets of the kinds, made from what the kind's model and entry say: one factory for all."""

from functools import cache

from django.db.models import Q, QuerySet
from django.db.models.functions import Collate
from netbox.filtersets import NetBoxModelFilterSet
from utilities.filters import MultiValueCharFilter
from utilities.filtersets import register_filterset

from netbox_hedgehog import kinds
from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.filtersets.fields import FabricFilters, KindFilter, LabelFilter, ReferenceFilter, StateFilter
from netbox_hedgehog.models import HedgehogObject, kind_models

__all__ = ("HedgehogFilterSet", "computed_columns", "filterset_for", "reference_filters", "search")

# Where NetBox looks for a model's filter set.
PACKAGE = "netbox_hedgehog.filtersets"
FIELDS = (
    "id",
    "namespace",
    "name",
    "api_version",
    "uid",
    "resource_version",
    "generation",
    "cluster_created",
    "deleting",
    "seen_at",
    "missing_since",
    "missing_run",
    "missing_runs",
    "held_run",
)


class HedgehogFilterSet(FabricFilters, NetBoxModelFilterSet):
    """What all kinds can be filtered by; the factory adds each kind's columns and references."""

    state = StateFilter()
    label = LabelFilter()

    @classmethod
    def get_filters(cls):
        """Without DISTINCT where no join can double a row: PostgreSQL would compare whole specs and statuses."""
        filters = super().get_filters()
        for name, each in filters.items():
            if not name.startswith("tag"):
                each.distinct = False
        return filters

    def search(self, queryset, _name, value):
        return search(queryset, value)


def search(queryset: QuerySet, text: str) -> QuerySet:
    """Every word of ``text`` must be in the name, the namespace, a column that lists show, or a label."""
    # Names sort in a collation of their own, in which upper case costs three times as much.
    queryset = queryset.alias(plain_name=Collate("name", "C"))
    columns = ("plain_name", "namespace", *computed_columns(queryset.model))
    for word in text.split():
        condition = Q()
        for column in (*columns, "labels"):
            condition |= Q(**{f"{column}__icontains": word})
        queryset = queryset.filter(condition)
    return queryset


def computed_columns(model: type[HedgehogObject]) -> tuple[str, ...]:
    """Names of the columns that PostgreSQL computes from the model's live spec, status or labels."""
    return tuple(field.name for field in model._meta.concrete_fields if field.generated)


def reference_filters(kind: kinds.Kind | None) -> dict[str, str]:
    """Filter name (the target kind's singular) to target kind, for each kind that objects of ``kind`` can name."""
    rules = () if kind is None else kind.references
    targets = dict.fromkeys(target for rule in rules for target in rule.to.kinds)
    return {kinds.by_name(target).singular: target for target in targets}


@cache
def filterset_for(model: type[HedgehogObject]) -> type[HedgehogFilterSet]:
    """The filter set of ``model``, registered with NetBox."""
    filters = {name: MultiValueCharFilter(field_name=name) for name in computed_columns(model)}
    if model.kind_entry is not None:
        # Where a column and a reference share a name (an attachment's connection) they mean the same; the reference,
        # which covers every place that can name the target, answers.
        filters |= {
            name: ReferenceFilter(model.kind_entry.kind, target, label=kinds.by_name(target).label)
            for name, target in reference_filters(model.kind_entry).items()
        }
    if "kind" in model.identity_fields:
        filters["kind"] = KindFilter()
    meta = {"model": model, "fields": FIELDS + model.identity_fields}
    made = make_class(PACKAGE, f"{model.__name__}FilterSet", HedgehogFilterSet, meta=meta, **filters)
    return register_filterset(bind(made))


for kind_model in kind_models():
    filterset_for(kind_model)
