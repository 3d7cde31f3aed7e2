"""The objects of every kind on one fabric, in one table."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from netbox.tables import BaseTable
from utilities.string import title

from netbox_hedgehog import kinds
from netbox_hedgehog.tables.columns import AgeColumn, StateColumn
from netbox_hedgehog.tables.page import PageTable

__all__ = ("ResourceTable",)


class ResourceTable(PageTable, BaseTable):
    """Rows are dicts of ``queries.all_objects.rows``."""

    prefetches = False  # rows of a union have no relations to fetch

    state = StateColumn()
    of_kind = tables.Column(verbose_name=_("Kind"))
    name = tables.Column(verbose_name=_("Name"))
    namespace = tables.Column(verbose_name=_("Namespace"))
    of_group = tables.Column(verbose_name=_("API group"))
    seen_at = AgeColumn(verbose_name=_("Last change"))

    class Meta(BaseTable.Meta):
        fields = ("state", "of_kind", "name", "namespace", "of_group", "seen_at")
        default_columns = ("state", "of_kind", "name", "namespace", "seen_at")
        empty_text = _("No objects found")

    def render_of_kind(self, value, record):
        entry = kinds.find(record["of_group"], value)
        return title(entry.label) if entry else value

    def value_of_kind(self, value):
        return value

    def render_name(self, value, record):
        url = reverse(f"plugins:netbox_hedgehog:{record['of_model']}", args=[record["pk"]])
        return format_html('<a href="{}">{}</a>', url, value)

    def value_name(self, value):
        return value
