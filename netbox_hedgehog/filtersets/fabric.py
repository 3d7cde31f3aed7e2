"""Filters of fabrics."""

import django_filters
from dcim.models import Site
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from netbox.filtersets import PrimaryModelFilterSet
from tenancy.filtersets import TenancyFilterSet
from utilities.filters import MultiValueCharFilter
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
    namespaces = MultiValueCharFilter(method="of_namespaces", label=_("Reads one of these namespaces"))

    class Meta:
        model = Fabric
        # Not the credential, which could be told letter by letter.
        fields = (
            "id",
            "name",
            "description",
            "api_url",
            "credential_file",
            "credential_set",
            "suspended",
            "watch",
            "sync_interval",
            "shrink_percent",
            "shrink_count",
            "removal_runs",
            "removal_hours",
        )

    def of_namespaces(self, queryset, _name, values):
        return queryset.filter(Q(namespaces__overlap=values) | Q(namespaces=[])) if values else queryset

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
