"""Sync runs."""

from functools import cached_property

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from netbox.tables import BaseTable, columns

from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.presentation.age import length
from netbox_hedgehog.presentation.error_titles import error_title
from netbox_hedgehog.presentation.run_counts import count_label
from netbox_hedgehog.tables.columns import AgeColumn
from netbox_hedgehog.tables.page import PageTable

__all__ = ("SyncRunTable",)


class KnownStateColumn(columns.ChoiceFieldColumn):
    """A run whose worker is gone is shown as lost, marked or not, in exports too."""

    def render(self, record, bound_column, value):
        return super().render(record, bound_column, record.get_state_display())

    def value(self, record, value):
        return record.get_state_display()


class SyncRunTable(PageTable, BaseTable):
    id = tables.Column(linkify=True, verbose_name=_("Run"))
    state = KnownStateColumn(verbose_name=_("State"))
    fabric = tables.Column(linkify=True, verbose_name=_("Fabric"))
    scope = tables.Column(orderable=False, verbose_name=_("Scope"), empty_values=(None,))
    operation = columns.ChoiceFieldColumn(verbose_name=_("Operation"))
    trigger = tables.Column(verbose_name=_("Cause"))
    requester = tables.Column(verbose_name=_("Requested by"))
    age = AgeColumn(accessor="created", verbose_name=_("Age"))
    created = columns.DateTimeColumn(verbose_name=_("Created"))
    started = columns.DateTimeColumn(verbose_name=_("Started"))
    finished = columns.DateTimeColumn(verbose_name=_("Finished"))
    duration = tables.Column(orderable=False, verbose_name=_("Length"))
    changes = tables.Column(accessor="counts", orderable=False, verbose_name=_("Changes"), empty_values=(None,))
    error_code = tables.Column(verbose_name=_("Problem"), empty_values=(None,))
    worker = tables.Column(verbose_name=_("Worker"))

    class Meta(BaseTable.Meta):
        model = SyncRun
        fields = (
            "id",
            "state",
            "fabric",
            "scope",
            "operation",
            "trigger",
            "requester",
            "age",
            "created",
            "started",
            "finished",
            "duration",
            "changes",
            "error_code",
            "worker",
        )
        default_columns = (
            "id",
            "state",
            "fabric",
            "scope",
            "trigger",
            "requester",
            "age",
            "duration",
            "error_code",
            "worker",
        )

    def render_id(self, value):
        return f"#{value}"

    def value_id(self, value):
        return value

    @cached_property
    def seen(self):
        """What the user may see of the page's runs."""
        return self.viewer.runs(self.page_records)

    def render_scope(self, record):
        return self.seen[record.pk].scope_words

    def render_duration(self, value):
        return length(value)

    def render_error_code(self, record):
        return error_title(self.seen[record.pk].error_code)

    def value_error_code(self, record):
        return self.seen[record.pk].error_code

    def render_changes(self, record):
        names = ("created", "updated", "replaced", "restored", "missing", "removed")
        counted = self.seen[record.pk].counts.values()
        sums = {name: sum(counts.get(name, 0) for counts in counted) for name in names}
        return ", ".join(f"{count} {count_label(name)}" for name, count in sums.items() if count) or "—"
