"""The plugin's part of NetBox's GraphQL query: ``hedgehog_vpc``, ``hedgehog_vpc_list`` and so on."""

import strawberry
import strawberry_django

from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.graphql.types import TYPES, FabricType, ResourceChangeType, RunIssueType, SyncRunType

__all__ = ("schema",)


def _fields() -> dict[str, type]:
    """GraphQL field to type: one object by id, and a list, a model."""
    singles = {
        "fabric": FabricType,
        "sync_run": SyncRunType,
        "run_issue": RunIssueType,
        "run_change": ResourceChangeType,
    }
    singles |= {model.kind_entry.singular if model.kind_entry else "other_resource": t for model, t in TYPES.items()}
    return {
        name: annotation
        for single, each in singles.items()
        for name, annotation in ((f"hedgehog_{single}", each), (f"hedgehog_{single}_list", list[each]))
    }


def _query() -> type:
    fields = _fields()
    resolvers = {name: strawberry_django.field() for name in fields}
    declared = make_class(__name__, "HedgehogQuery", __annotations__=fields, **resolvers)
    return bind(strawberry.type(declared, name="Query"))


schema = [_query()]
