"""Filters of the list over all kinds: one form, checked once, applied to each kind's query set."""

import django_filters
from django.utils.translation import gettext_lazy as _
from utilities.filters import MultiValueCharFilter

from netbox_hedgehog.filtersets.fields import FabricFilters, LabelFilter, StateFilter
from netbox_hedgehog.filtersets.resource import search
from netbox_hedgehog.models import HedgehogObject, OtherResource

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
        """Whether objects of MODEL can pass the filters by kind and group. The form must be valid."""
        entry = model.kind_entry
        names, groups = self.form.cleaned_data["kind"], self.form.cleaned_data["api_group"]
        return entry is None or ((not names or entry.kind in names) and (not groups or entry.group in groups))

    def of_kind(self, queryset, _name, values):
        return queryset.filter(kind__in=values) if queryset.model is OtherResource and values else queryset

    def of_group(self, queryset, _name, values):
        return queryset.filter(api_group__in=values) if queryset.model is OtherResource and values else queryset

    def search(self, queryset, _name, value):
        return search(queryset, value)
