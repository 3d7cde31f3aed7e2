"""Tables of the kinds, made from what each kind's entry says: printed columns, references, and what all have."""

from collections import defaultdict
from functools import cache, cached_property

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from netbox.tables import NetBoxTable, columns
from utilities.string import title

from netbox_hedgehog import kinds
from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.models import HedgehogObject, Reference, kind_models, not_served
from netbox_hedgehog.presentation.age import age, moment
from netbox_hedgehog.presentation.labels import shortened
from netbox_hedgehog.presentation.printer_columns import PrinterColumn, printer_columns
from netbox_hedgehog.queries.links import Key, Links
from netbox_hedgehog.tables.columns import AgeColumn, LabelsColumn, StateColumn
from netbox_hedgehog.tables.page import PageTable

__all__ = ("HedgehogTable", "linked", "table_for")

# Where NetBox looks for a model's table.
PACKAGE = "netbox_hedgehog.tables"
# Never read for a list: what a list shows of them comes as columns of the query.
LARGE = ("spec", "live", "status", "annotations", "field_managers", "custom_field_data")
LONGEST = 120  # characters of a cell
LONGEST_TITLE = 1000  # characters that a tooltip shows of it
MOST_NAMES = 50  # objects that a cell names
# Columns that kubectl prints only when asked for more, and that people look for first all the same.
SHOWN = {"VPC": ("col_subnets",)}


def linked(text, link):
    """``text`` as a link where its target may be seen, with a word where there is none."""
    shown = format_html('<a href="{}">{}</a>', link.url, text) if link.url else text
    return (
        format_html('{} <span class="badge text-bg-orange">{}</span>', shown, gettext("missing"))
        if link.gone
        else shown
    )


class PrintedColumn(tables.Column):
    """A column that kubectl prints for the kind; names of other objects are links."""

    def __init__(self, entry: PrinterColumn):
        # Headings of several words would make the table wider than its card.
        attrs = {"th": {"class": "text-wrap"}}
        super().__init__(accessor=entry.name, verbose_name=entry.heading, default="—", attrs=attrs)
        self.entry = entry

    def render(self, value, record, table):
        if self.entry.is_date and (then := moment(value)):
            return format_html('<span title="{}">{}</span>', value, age(then))
        if self.entry.names:
            return table.linked(self.entry.names, value, record)
        text = self.entry.text(value, most=LONGEST)
        if len(text) > LONGEST:
            return format_html('<span title="{}">{}…</span>', text[:LONGEST_TITLE], text[:LONGEST])
        return text or "—"

    def value(self, value):
        return self.entry.text(value)

    def order(self, queryset, descending):
        queryset = queryset.annotate(**{self.entry.name: self.entry.expression})
        return queryset.order_by(f"{'-' if descending else ''}{self.entry.name}", "pk"), True


class ReferenceColumn(tables.Column):
    """Every object of one kind that the row's object names anywhere."""

    def __init__(self, target: kinds.Kind):
        super().__init__(accessor="name", orderable=False, verbose_name=title(target.label_plural))
        self.target = target

    def render(self, record, table):
        names = table.named(record, self.target.kind)
        shown = names[:MOST_NAMES]
        links = [(linked(name, table.links[table.key(record, self.target.kind, name)]),) for name in shown]
        return format_html_join(mark_safe(", "), "{}", [*links, *_more(names)]) or "—"

    def value(self, record, table):
        return ",".join(table.named(record, self.target.kind))


class HedgehogTable(PageTable, NetBoxTable):
    """What the tables of all kinds share. One page asks the database a fixed number of times."""

    printed: tuple[PrinterColumn, ...] = ()

    state = StateColumn()
    name = tables.Column(linkify=True, verbose_name=_("Name"))
    fabric = tables.Column(linkify=True, verbose_name=_("Fabric"))
    namespace = tables.Column(verbose_name=_("Namespace"))
    age = AgeColumn(accessor="cluster_created", verbose_name=_("Age"))
    labels = LabelsColumn()
    seen_at = AgeColumn(verbose_name=_("Last change"))
    missing_since = columns.DateTimeColumn(verbose_name=_("Missing since"))
    uid = tables.Column(verbose_name=_("UID"))
    tags = columns.TagColumn()
    actions = columns.ActionsColumn(actions=("edit", "changelog"), orderable=False)

    def before_fetch(self, columns):
        visible = set(columns) if columns is not None else {name for name, _ in self.selected_columns}
        wanted = {each.name: each.expression for each in self.printed if each.name in visible}
        large = [name for name in LARGE if name != "custom_field_data" or not any(n.startswith("cf_") for n in visible)]
        if "state" in visible:
            wanted["unserved"] = not_served(self._meta.model)
        self.data.data = self.data.data.defer(*large).annotate(**wanted)

    def key(self, record, kind, name):
        return Key(record.fabric_id, record.namespace, kind, name)

    def named(self, record, kind) -> list[str]:
        """Names of the objects of ``kind`` that ``record``'s object names."""
        return self.references[record.fabric_id, record.namespace, record.name].get(kind, [])

    @cached_property
    def references(self):
        """What the objects of this page name: (fabric, namespace, name) to kind to names."""
        found = defaultdict(lambda: defaultdict(list))
        records = self.page_records
        rows = Reference.objects.filter(
            source_kind=self._meta.model.kind_entry.kind,
            fabric_id__in={record.fabric_id for record in records},
            namespace__in={record.namespace for record in records},
            source_name__in={record.name for record in records},
        )
        columns = ("fabric_id", "namespace", "source_name", "target_kind", "target_name")
        for fabric_id, namespace, source, kind, target in rows.order_by("pk").values_list(*columns):
            names = found[fabric_id, namespace, source][kind]
            if target not in names:
                names.append(target)
        return found

    @cached_property
    def links(self) -> Links:
        """The links of everything that this page names: one query."""
        keys = set()
        for record in self.page_records:
            for kind, names in self.references[record.fabric_id, record.namespace, record.name].items():
                keys |= {self.key(record, kind, name) for name in names[:MOST_NAMES]}
            for each in self.printed:
                for text in _texts(getattr(record, each.name, None))[:MOST_NAMES] if each.names else ():
                    if found := each.names.resolve(text):
                        keys.add(self.key(record, *found))
        return Links(self.user, keys)

    def linked(self, names: kinds.Reference, value, record):
        """The text or texts of a printed column as links."""
        cells, texts = [], _texts(value)
        for text in texts[:MOST_NAMES]:
            found = names.resolve(text)
            shown = shortened(text, LONGEST)
            cells.append((linked(shown, self.links[self.key(record, *found)]) if found else shown,))
        return format_html_join(mark_safe(", "), "{}", [*cells, *_more(texts)]) or "—"


def _more(names: list[str]) -> list[tuple[str]]:
    """How many of ``names`` a cell does not show, in words."""
    return [(gettext("{number} more").format(number=len(names) - MOST_NAMES),)] if len(names) > MOST_NAMES else []


def _texts(value) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str) and each]


@cache
def table_for(model: type[HedgehogObject]) -> type[HedgehogTable]:
    """The table of ``model``."""
    first, last = ("pk", "state", "name", "fabric", "namespace"), ("age", "labels", "seen_at", "missing_since")
    own, default = {}, []
    if model.identity_fields:
        own = {"api_group": tables.Column(verbose_name=_("API group")), "kind": tables.Column(verbose_name=_("Kind"))}
        default = ["kind", "api_group"]
    else:
        entry = model.kind_entry
        columns_ = tuple(printer_columns(entry))
        own = {each.name: PrintedColumn(each) for each in columns_}
        default = [each.name for each in columns_ if not each.wide or each.name in SHOWN.get(entry.kind, ())]
        covered = {
            entry.kind,
            *(kind for each in columns_ if each.names and not each.wide for kind in each.names.kinds),
        }
        targets = dict.fromkeys(kind for rule in entry.references for kind in rule.to.kinds)
        for target in map(kinds.by_name, targets):
            own[f"ref_{target.singular}"] = ReferenceColumn(target)
        uncovered = [name for name in targets if name not in covered]
        default += [f"ref_{kinds.by_name(name).singular}" for name in uncovered[:2]]
        own["printed"] = columns_
    names = [name for name in own if name != "printed"]
    # An agent's generation is among the columns that are printed.
    generation = () if any(each.heading == "Generation" for each in own.get("printed", ())) else ("generation",)
    fields = (*first, *names, *last, *generation, "uid", "resource_version", "tags", "created", "last_updated")
    meta = {"model": model, "fields": fields, "default_columns": (*first[:4], *default, "age")}
    own["tags"] = columns.TagColumn(url_name=f"plugins:netbox_hedgehog:{model._meta.model_name}_list")
    name = f"{model.__name__}Table"
    return bind(make_class(PACKAGE, name, HedgehogTable, meta=meta, meta_bases=(NetBoxTable.Meta,), **own))


for kind_model in kind_models():
    table_for(kind_model)
