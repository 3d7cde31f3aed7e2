"""Objects of all kinds as one list: a UNION of what the user may see of each kind, paged by the database."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import CharField, F, QuerySet, Value, prefetch_related_objects

from netbox_hedgehog.models import HedgehogObject, OtherResource, kind_models
from netbox_hedgehog.queries.union import union

__all__ = ("AllResources",)

MODELS = {model.__name__: model for model in kind_models()}
# What tells an object of an unknown kind from others; known kinds have it in their entry.
OTHER = OtherResource.identity_fields
ORDER = ("fabric_id", "namespace", "name", "model", "pk")
# All kinds have these; left out are what PostgreSQL computes and the one that no list shows.
COLUMNS = tuple(
    field.attname
    for field in MODELS["VPC"]._meta.concrete_fields
    if not field.generated and field.name != "field_managers"
)


class AllResources(Sequence):
    """The objects that ``user`` may see and ``filters`` (a ResourceFilterSet) let through: three statements a page."""

    def __init__(self, user: Any, filters: Any):
        self.querysets = {
            name: filters.filter_queryset(model.objects.restrict(user, "view")).order_by()
            for name, model in MODELS.items()
            if filters.wants(model)
        }

    def __len__(self) -> int:
        return self._union(self.querysets, "pk").count() if self.querysets else 0

    def __getitem__(self, wanted: Any) -> Any:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        if not self.querysets:
            return []
        keys = self._union(self.querysets, *ORDER).order_by(*ORDER)[wanted]
        return self._objects([(key["model"], key["pk"]) for key in keys])

    def _objects(self, page: list[tuple[str, int]]) -> list[HedgehogObject]:
        """The objects named by ``page``, whole and in its order."""
        wanted = defaultdict(list)
        for name, pk in page:
            wanted[name].append(pk)
        if not wanted:
            return []
        querysets = {name: MODELS[name].objects.filter(pk__in=keys).order_by() for name, keys in wanted.items()}
        others = tuple(f"other_{name}" for name in OTHER)
        found = {(row["model"], row["id"]): row for row in self._union(querysets, *COLUMNS, "model", *others)}
        objects = [_instance(found[key]) for key in page if key in found]
        prefetch_related_objects(objects, "fabric")
        return objects

    def _union(self, querysets: dict[str, QuerySet], *columns: str) -> QuerySet:
        return union(
            [
                queryset.annotate(model=Value(name, CharField()), **_others(MODELS[name])).values(*columns)
                for name, queryset in querysets.items()
            ]
        )


def _others(model: type[HedgehogObject]) -> dict[str, Any]:
    return {f"other_{name}": F(name) if name in model.identity_fields else Value("", CharField()) for name in OTHER}


def _instance(row: dict[str, Any]) -> HedgehogObject:
    model = MODELS[row["model"]]
    values = {name: row[name] for name in COLUMNS} | {name: row[f"other_{name}"] for name in model.identity_fields}
    return model.from_db("default", list(values), list(values.values()))
