"""GraphQL filters, one a model; those of the kinds come from a factory."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry
import strawberry_django
from django.db.models import Q, QuerySet
from netbox.graphql.filter_lookups import JSONFilter
from netbox.graphql.filters import BaseModelFilter, NetBoxModelFilter, PrimaryModelFilter, register_filter
from strawberry import ID
from strawberry.types import Info
from strawberry_django import DatetimeFilterLookup, FilterLookup, StrFilterLookup
from tenancy.graphql.filter_mixins import TenancyFilterMixin

from netbox_hedgehog import models
from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.filtersets import computed_columns

if TYPE_CHECKING:
    from dcim.graphql.filters import SiteFilter

__all__ = ("FILTERS", "FabricFilter", "ResourceChangeFilter", "RunIssueFilter", "SyncRunFilter")


@register_filter(models.Fabric, lookups=True, name="HedgehogFabricFilter")
class FabricFilter(TenancyFilterMixin, PrimaryModelFilter):
    name: StrFilterLookup | None = strawberry_django.filter_field()
    api_url: StrFilterLookup | None = strawberry_django.filter_field()
    mode: StrFilterLookup | None = strawberry_django.filter_field()
    credential_kind: StrFilterLookup | None = strawberry_django.filter_field()
    site: Annotated["SiteFilter", strawberry.lazy("dcim.graphql.filters")] | None = strawberry_django.filter_field()
    site_id: ID | None = strawberry_django.filter_field()


@register_filter(models.SyncRun, lookups=True, name="HedgehogSyncRunFilter")
class SyncRunFilter(BaseModelFilter):
    fabric: FabricFilter | None = strawberry_django.filter_field()
    fabric_id: ID | None = strawberry_django.filter_field()
    operation: StrFilterLookup | None = strawberry_django.filter_field()
    trigger: StrFilterLookup | None = strawberry_django.filter_field()
    requester: StrFilterLookup | None = strawberry_django.filter_field()
    worker: StrFilterLookup | None = strawberry_django.filter_field()
    error_code: StrFilterLookup | None = strawberry_django.filter_field()
    created: DatetimeFilterLookup | None = strawberry_django.filter_field()
    started: DatetimeFilterLookup | None = strawberry_django.filter_field()
    finished: DatetimeFilterLookup | None = strawberry_django.filter_field()

    @strawberry_django.filter_field
    def state(self, info: Info, queryset: QuerySet, value: StrFilterLookup, prefix: str) -> tuple[QuerySet, Q]:
        """By the state that is shown: a run whose worker is gone is lost, marked or not."""
        name = f"{prefix}known_state".replace("__", "_")
        queryset = queryset.alias(**{name: models.known_state(prefix)})
        return strawberry_django.process_filters(value, queryset, info, prefix=f"{name}__")


@register_filter(models.RunIssue, lookups=True, name="HedgehogRunIssueFilter")
class RunIssueFilter(BaseModelFilter):
    run: SyncRunFilter | None = strawberry_django.filter_field()
    run_id: ID | None = strawberry_django.filter_field()
    api_group: StrFilterLookup | None = strawberry_django.filter_field()
    kind: StrFilterLookup | None = strawberry_django.filter_field()
    namespace: StrFilterLookup | None = strawberry_django.filter_field()
    name: StrFilterLookup | None = strawberry_django.filter_field()
    code: StrFilterLookup | None = strawberry_django.filter_field()


@register_filter(models.ResourceChange, lookups=True, name="HedgehogRunChangeFilter")
class ResourceChangeFilter(BaseModelFilter):
    run: SyncRunFilter | None = strawberry_django.filter_field()
    run_id: ID | None = strawberry_django.filter_field()
    kind: StrFilterLookup | None = strawberry_django.filter_field()
    namespace: StrFilterLookup | None = strawberry_django.filter_field()
    name: StrFilterLookup | None = strawberry_django.filter_field()
    action: StrFilterLookup | None = strawberry_django.filter_field()


# What objects of all kinds can be filtered by.
COMMON: dict[str, Any] = {
    "fabric": FabricFilter | None,
    "fabric_id": ID | None,
    "namespace": StrFilterLookup | None,
    "name": StrFilterLookup | None,
    "uid": StrFilterLookup | None,
    "deleting": FilterLookup[bool] | None,
    "seen_at": DatetimeFilterLookup | None,
    "missing_since": DatetimeFilterLookup | None,
    "labels": JSONFilter | None,
    "live": JSONFilter | None,
    "status": JSONFilter | None,
}


def _filter_for(model: type[models.HedgehogObject]) -> type:
    """The filter of ``model``: what all kinds have, and the columns that its lists show."""
    columns = (*computed_columns(model), *model.identity_fields)
    annotations = {**COMMON, **dict.fromkeys(columns, StrFilterLookup | None)}
    fields = {name: strawberry_django.filter_field() for name in annotations}
    name = f"{model.__name__}Filter"
    declared = make_class(__name__, name, NetBoxModelFilter, __annotations__=annotations, **fields)
    about = f"Filters of {model._meta.verbose_name_plural}."
    # Bound as registered: another plugin may have added to it.
    return bind(register_filter(model, lookups=True, name=f"Hedgehog{name}", description=about)(declared))


FILTERS = {model: _filter_for(model) for model in models.kind_models()}
