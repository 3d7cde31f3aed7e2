"""Filters of the list over all kinds: one form, checked once, applied to each kind's query set."""

from functools import cached_property

import django_filters
from django.utils.translation import gettext_lazy as _
from utilities.filters import MultiValueCharFilter

from netbox_hedgehog.filtersets.fields import FabricFilters, LabelFilter, StateFilter, of_kinds
from netbox_hedgehog.filtersets.kinds import search
from netbox_hedgehog.models import HedgehogObject
from netbox_hedgehog.queries.kind_names import kinds_called

__all__ = ("ResourceFilterSet",)


class ResourceFilterSet(FabricFilters):
    q = django_filters.CharFilter(method="search", label=_("Search"))
    api_group = MultiValueCharFilter(method="of_group", label=_("API group"))
    kind = MultiValueCharFilter(method="of_kind", label=_("Kind"))
    namespace = MultiValueCharFilter(distinct=False)
    name = MultiValueCharFilter(distinct=False)
    state = StateFilter()
    label = LabelFilter()

    def wants(self, model: type[HedgehogObject]) -> bool:
        """Whether objects of ``model`` can pass the filters by kind and group. The form must be valid."""
        entry, groups = model.kind_entry, self.form.cleaned_data["api_group"]
        if entry is None:
            return True
        of_kind = not self.form.cleaned_data["kind"] or (entry.group, entry.kind) in self._kinds
        return of_kind and (not groups or entry.group in groups)

    @cached_property
    def _kinds(self) -> set[tuple[str, str]]:
        """The kinds that are asked for, as (group, kind). The form must be valid."""
        return kinds_called(self.form.cleaned_data["kind"])

    def of_kind(self, queryset, _name, values):
        return queryset.filter(of_kinds(values)) if values and "kind" in queryset.model.identity_fields else queryset

    def of_group(self, queryset, _name, values):
        named = values and "api_group" in queryset.model.identity_fields
        return queryset.filter(api_group__in=values) if named else queryset

    def search(self, queryset, _name, value):
        return search(queryset, value)
