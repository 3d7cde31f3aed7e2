"""Fabrics, each with its four facts."""

from functools import cached_property

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from netbox.tables import PrimaryModelTable, columns

from netbox_hedgehog.models import Fabric
from netbox_hedgehog.queries.all_objects import totals
from netbox_hedgehog.queries.fabric_facts import visible_facts
from netbox_hedgehog.tables.page import PageTable

__all__ = ("FabricTable",)


class FactColumn(tables.Column):
    """One of the four facts: its word, its age and its colour. Computed, so it does not sort."""

    def __init__(self, name, **options):
        super().__init__(accessor="pk", orderable=False, **options)
        self.name = name

    def render(self, value, table):
        fact = getattr(table.facts[value], self.name)
        return format_html(
            '<span class="badge text-bg-{}" title="{}">{}</span>', fact.color, fact.detail or fact.label, fact.label
        )

    def value(self, value, table):
        return getattr(table.facts[value], self.name).value


class FabricTable(PageTable, PrimaryModelTable):
    name = tables.Column(linkify=True, verbose_name=_("Name"))
    connection = FactColumn("connection", verbose_name=_("Connection"))
    freshness = FactColumn("freshness", verbose_name=_("Freshness"))
    drift = FactColumn("drift", verbose_name=_("Drift"))
    health = FactColumn("health", verbose_name=_("Health"))
    schedule = FactColumn("schedule", verbose_name=_("Schedule"))
    objects = tables.Column(accessor="pk", orderable=False, verbose_name=_("Objects"))
    credential_kind = columns.ChoiceFieldColumn(verbose_name=_("Credential"))
    mode = tables.Column(verbose_name=_("Mode"))
    namespaces = columns.ArrayColumn(verbose_name=_("Namespaces"))
    site = tables.Column(linkify=True, verbose_name=_("Site"))
    tenant = tables.Column(linkify=True, verbose_name=_("Tenant"))
    tags = columns.TagColumn(url_name="plugins:netbox_hedgehog:fabric_list")
    actions = columns.ActionsColumn(orderable=False)

    class Meta(PrimaryModelTable.Meta):
        model = Fabric
        fields = (
            "pk",
            "id",
            "name",
            "connection",
            "freshness",
            "drift",
            "health",
            "schedule",
            "objects",
            "api_url",
            "mode",
            "suspended",
            "watch",
            "sync_interval",
            "credential_kind",
            "namespaces",
            "site",
            "tenant",
            "owner",
            "description",
            "comments",
            "tags",
            "created",
            "last_updated",
        )
        default_columns = ("pk", "name", "connection", "freshness", "drift", "health", "objects", "api_url", "site")

    @cached_property
    def facts(self):
        """The facts of the page's fabrics; a constant number of queries."""
        return visible_facts(self.page_records, self.viewer)

    @cached_property
    def totals(self):
        return totals([fabric.pk for fabric in self.page_records], self.user)

    def render_objects(self, value):
        if not (count := self.totals.get(value)):
            # Nothing seen may mean that nobody has looked; the freshness beside it tells which.
            return "—"
        return format_html(
            '<a href="{}">{}</a>', reverse("plugins:netbox_hedgehog:fabric_resources", args=[value]), count
        )

    def value_objects(self, value):
        return self.totals.get(value, "")
