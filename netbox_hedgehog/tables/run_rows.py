"""The rows of a run about single objects: what it changed, what went wrong, what it held."""

from functools import cached_property

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from netbox.tables import BaseTable, columns
from utilities.string import title as heading

from netbox_hedgehog import kinds
from netbox_hedgehog.models import HeldObject, ResourceChange, RunIssue
from netbox_hedgehog.presentation.error_titles import error_title
from netbox_hedgehog.presentation.removal_hold_state import MISSING, PRESENT
from netbox_hedgehog.queries.links import Key, Links
from netbox_hedgehog.tables.page import PageTable

__all__ = ("HeldObjectTable", "RunChangeTable", "RunIssueTable")

STATES = {PRESENT: "orange", MISSING: "orange"}  # badge colours: neither is well
STATE_LABELS = {PRESENT: _("present"), MISSING: _("missing")}


class OfObjects(PageTable, BaseTable):
    """Rows that name an object by kind, namespace and name: linked where it exists and the user may see it."""

    fabric_id = None

    @cached_property
    def links(self):
        return Links(self.user, (self._key(record) for record in self.page_records if record.name))

    def _key(self, record):
        return Key(self.fabric_id, record.namespace, record.kind, record.name)

    def render_name(self, value, record):
        link = self.links[self._key(record)]
        return format_html('<a href="{}">{}</a>', link.url, value) if link.url else value

    def render_kind(self, value):
        entry = kinds.find_by_name(value)
        return heading(gettext(entry.label)) if entry else value


class RunChangeTable(OfObjects):
    action = columns.ChoiceFieldColumn(verbose_name=_("What happened"))
    kind = tables.Column(verbose_name=_("Kind"))
    namespace = tables.Column(verbose_name=_("Namespace"))
    name = tables.Column(verbose_name=_("Name"))
    fields = tables.Column(orderable=False, verbose_name=_("Fields"), attrs={"td": {"class": "text-break"}})

    class Meta(BaseTable.Meta):
        model = ResourceChange
        fields = ("action", "kind", "namespace", "name", "fields")
        default_columns = fields
        empty_text = _("Nothing changed")

    def render_fields(self, value):
        paths = [change["path"] for change in value]
        more = " " + gettext("and {number} more").format(number=len(paths) - 6) if len(paths) > 6 else ""
        return ", ".join(paths[:6]) + more or "—"


class HeldObjectTable(OfObjects):
    kind = tables.Column(verbose_name=_("Kind"))
    namespace = tables.Column(verbose_name=_("Namespace"))
    name = tables.Column(verbose_name=_("Name"))
    code = tables.Column(verbose_name=_("Held because"))
    state = tables.Column(orderable=False, verbose_name=_("In NetBox now"), empty_values=())

    class Meta(BaseTable.Meta):
        model = HeldObject
        fields = ("kind", "namespace", "name", "code", "state")
        default_columns = fields
        empty_text = _("None that you may see")

    def render_code(self, value):
        return error_title(value)

    def render_state(self, value):
        return format_html(
            '<span class="badge text-bg-{}">{}</span>', STATES.get(value, "gray"), STATE_LABELS.get(value, _("removed"))
        )


class RunIssueTable(OfObjects):
    code = tables.Column(verbose_name=_("What happened"))
    kind = tables.Column(verbose_name=_("Kind"))
    namespace = tables.Column(verbose_name=_("Namespace"))
    name = tables.Column(verbose_name=_("Object"))
    message = tables.Column(verbose_name=_("The server's words"), attrs={"td": {"class": "text-break"}})
    hint = tables.Column(verbose_name=_("What to do"), attrs={"td": {"class": "text-break"}})

    class Meta(BaseTable.Meta):
        model = RunIssue
        fields = ("kind", "namespace", "name", "code", "message", "hint")
        default_columns = ("kind", "name", "code", "message", "hint")
        empty_text = _("No issues")

    def render_code(self, value):
        return format_html('{}<div class="text-secondary"><code>{}</code></div>', error_title(value), value)
