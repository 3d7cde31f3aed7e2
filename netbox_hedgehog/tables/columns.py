"""Columns that the tables of several kinds share."""

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from netbox_hedgehog.presentation.age import age
from netbox_hedgehog.presentation.labels import shortened

__all__ = ("AgeColumn", "LabelsColumn", "StateColumn", "state_badge")

PLACEHOLDER = "—"
MOST, LONGEST = 20, 120  # labels of a cell, and characters of one


def state_badge(missing_since, held_run=None, unserved=False):
    """An object's state as a badge: the word, and for a missing one since when.

    ``held_run``: the run that did not find it, and in which a guard held its removal back. ``unserved``: the cluster
    does not serve its kind any more, so that nobody can say whether it is there.
    """
    if unserved and not missing_since:
        return format_html('<span class="badge text-bg-orange">{}</span>', _("kind not served"))
    if missing_since:
        state = format_html(
            '<span class="badge text-bg-orange" title="{}">{}</span>',
            f"{missing_since:%Y-%m-%d %H:%M:%S}",
            gettext("missing since {age}").format(age=age(missing_since)),
        )
    else:
        # Green says that all is well, which nobody knows of what the cluster did not show.
        state = format_html('<span class="badge text-bg-{}">{}</span>', "orange" if held_run else "green", _("present"))
    if not held_run:
        return state
    return format_html('{} <span class="badge text-bg-orange">{}</span>', state, _("removal held back"))


class StateColumn(tables.Column):
    """``present`` or ``missing since ...``; sorts the missing ones by how long they are."""

    empty_values = ()

    def __init__(self, **options):
        super().__init__(**{"accessor": "missing_since", "verbose_name": _("State"), **options})

    def render(self, value, record):
        if isinstance(record, dict):
            return state_badge(value, record["held_run"], record.get("unserved", False))
        return state_badge(value, record.held_run, getattr(record, "unserved", False))

    def value(self, value, record):
        unserved = record.get("unserved") if isinstance(record, dict) else getattr(record, "unserved", False)
        return str(_("missing") if value else _("kind not served") if unserved else _("present"))


class AgeColumn(tables.Column):
    """How long ago a moment was, with the moment itself as a tooltip and in exports."""

    def __init__(self, **options):
        super().__init__(**{"attrs": {"td": {"class": "text-nowrap"}}, **options})

    def render(self, value):
        return format_html('<span title="{}">{}</span>', f"{value:%Y-%m-%d %H:%M:%S}", age(value))

    def value(self, value):
        return value.isoformat()


class LabelsColumn(tables.Column):
    """Kubernetes labels, a badge each."""

    def __init__(self, **options):
        super().__init__(**{"orderable": False, "verbose_name": _("Labels"), **options})

    def render(self, value):
        pairs = sorted(value.items())
        badges = [(shortened(f"{key}={text}" if text else key, LONGEST),) for key, text in pairs[:MOST]]
        more = [(gettext("{number} more").format(number=len(pairs) - MOST),)] if len(pairs) > MOST else []
        return format_html_join(" ", '<span class="badge text-bg-gray">{}</span>', [*badges, *more]) or PLACEHOLDER

    def value(self, value):
        return ",".join(f"{key}={text}" for key, text in sorted(value.items()))
