"""Filters of fabrics."""

import django_filters
from dcim.models import Site
from django.db.models import Q
from netbox.filtersets import PrimaryModelFilterSet
from tenancy.filtersets import TenancyFilterSet
from utilities.filtersets import register_filterset

from netbox_hedgehog.models import CredentialChoices, Fabric, ModeChoices

__all__ = ("FabricFilterSet",)


@register_filterset
class FabricFilterSet(TenancyFilterSet, PrimaryModelFilterSet):
    site_id = django_filters.ModelMultipleChoiceFilter(queryset=Site.objects.all(), distinct=False)
    site = django_filters.ModelMultipleChoiceFilter(
        field_name="site__slug", queryset=Site.objects.all(), to_field_name="slug", distinct=False
    )
    mode = django_filters.MultipleChoiceFilter(choices=ModeChoices, distinct=False)
    credential_kind = django_filters.MultipleChoiceFilter(choices=CredentialChoices, distinct=False)

    class Meta:
        model = Fabric
        fields = ("id", "name", "description", "api_url", "suspended", "watch", "sync_interval")

    def search(self, queryset, _name, value):
        text = value.strip()
        if not text:
            return queryset
        return queryset.filter(
            Q(name__icontains=text)
            | Q(description__icontains=text)
            | Q(comments__icontains=text)
            | Q(api_url__icontains=text)
        )
