"""What the plugin's templates need beside NetBox's own tags."""

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from utilities.views import get_viewname

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster.errors import credential_recipe
from netbox_hedgehog.models import RunStateChoices
from netbox_hedgehog.presentation.age import age as age_of
from netbox_hedgehog.presentation.age import ago, length, moment
from netbox_hedgehog.presentation.error_titles import error_title
from netbox_hedgehog.presentation.folded_troubles import kind_label
from netbox_hedgehog.presentation.object_page import ObjectPage
from netbox_hedgehog.presentation.removal_hold import patience
from netbox_hedgehog.presentation.run_counts import count_label
from netbox_hedgehog.queries.allowed_actions import allowed_actions
from netbox_hedgehog.queries.fabric_facts import visible_facts
from netbox_hedgehog.queries.viewer import RunView, viewer_of
from netbox_hedgehog.sync import ACCESS_DENIED_CODES, acts_when
from netbox_hedgehog.tables.columns import state_badge

register = template.Library()

register.filter("age", age_of)
register.filter("length_of", length)
register.filter("code_title", error_title)
register.filter("ago", ago)
register.filter("guard_acts_when", acts_when)
register.filter("patience", patience)
register.filter("state_badge", state_badge)
register.filter("kind_label", kind_label)
register.filter("count_label", lambda name: count_label(name).capitalize())

PHASES = {
    "discover": gettext_lazy("asking which kinds the cluster serves"),
    "gather": gettext_lazy("reading {kind}, kind {number} of {total}"),
    "finish": gettext_lazy("finishing"),
}


@register.simple_tag(takes_context=True)
def run_view(context, run) -> RunView:
    """What the user whose page this is may see of ``run``."""
    return viewer_of(context["request"]).run(run)


@register.filter
def doing(seen: RunView) -> str:
    """What an active run is doing, in words, as far as the user may see it."""
    if seen.run.state == RunStateChoices.QUEUED:
        return _("waiting for a worker")
    if seen.run.lapsed:
        return _("its worker stopped; the schedule's next tick ends it, and the next sync does what is left")
    progress = seen.progress
    total = progress.get("kinds_total", 0)
    number = min(progress.get("kinds_done", 0) + 1, total)
    pattern = str(PHASES.get(progress.get("phase", ""), _("starting")))
    kind = progress.get("kind", "")
    entry = kinds.find_by_name(kind)
    label = _(entry.label_plural) if entry else kind
    nameless = _("a kind") if seen.run.progress.get("kind") else _("the first kind")
    return pattern.format(kind=label or nameless, number=number, total=total)


ENDED = {
    RunStateChoices.FAILED: gettext_lazy("failed"),
    RunStateChoices.LOST: gettext_lazy("was lost"),
    RunStateChoices.BLOCKED: gettext_lazy("was blocked"),
    RunStateChoices.PARTIAL: gettext_lazy("ended partial"),
}


@register.filter
def ended(run) -> str:
    """How a run that did not succeed ended, as the verb of a sentence."""
    return str(ENDED.get(run.state) or _("ended {state}").format(state=run.state))


@register.filter
def with_code(text: str) -> str:
    """``text`` with what stands in backticks as code."""
    parts = (format_html("<code>{}</code>" if odd % 2 else "{}", part) for odd, part in enumerate(text.split("`")))
    return mark_safe("".join(parts))  # noqa: S308  every part is escaped above


STEPS = {
    "resolve": gettext_lazy("Resolve name"),
    "connect": gettext_lazy("Connect"),
    "proxy": gettext_lazy("Proxy"),
    "tls": "TLS",
    "authenticate": gettext_lazy("Authenticate"),
    "version": gettext_lazy("Version"),
    "discover": gettext_lazy("Discover kinds"),
    "list": gettext_lazy("List objects"),
}


@register.filter
def step_label(name: str) -> str:
    """A step of a connection test in words."""
    return str(STEPS.get(name, name.capitalize()))


@register.filter
def alert_color(run) -> str:
    """Bootstrap's colour of a banner about a run that ended badly."""
    return "danger" if run.state in (RunStateChoices.FAILED, RunStateChoices.LOST) else "warning"


@register.filter
def first_lower(text: str) -> str:
    """``text`` after a colon; ``API`` and its like keep their capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


@register.filter
def run_link(run, key: int) -> str:
    """A run's number, as a link if the user may see the run; ``run`` is None if not."""
    if run is None:
        return f"#{key}"
    return format_html('<a href="{}">#{}</a>', run.get_absolute_url(), run.pk)


@register.filter
def kind_url(count, fabric_id: int) -> str:
    """The list of a kind's objects on one fabric."""
    query = {"fabric_id": fabric_id}
    if count.model.identity_fields:
        query |= {"api_group": count.group, "kind": count.kind}
    return f"{reverse(get_viewname(count.model, 'list'))}?{urlencode(query)}"


@register.filter
def stamp(then) -> str:
    """A moment as text for a tooltip, where NetBox's own filter would put markup."""
    return timezone.localtime(then).strftime("%Y-%m-%d %H:%M:%S") if then else ""


@register.filter
def when(then) -> str:
    """How long ago a moment was, or how soon it is, and the moment itself."""
    if not then:
        return ""
    return format_html('{} <span class="text-secondary">({})</span>', ago(then), stamp(then))


register.filter("as_moment", moment)


@register.inclusion_tag("netbox_hedgehog/fabric/facts.html", takes_context=True)
def fabric_facts(context):
    """The four facts of the fabric that the page, or one of its tabs, is about."""
    live = context.get("live")
    if live:
        return {"facts": live.facts, "swapped": False}
    fabric = context["object"]
    return {"facts": visible_facts([fabric], viewer_of(context["request"]))[fabric.pk], "swapped": False}


@register.inclusion_tag("netbox_hedgehog/fabric/buttons.html", takes_context=True)
def fabric_buttons(context):
    """What the user may do with that fabric."""
    fabric, names = context["object"], ("may_sync", "may_test")
    known = {name: context[name] for name in names if name in context}
    return {"object": fabric, **(known or allowed_actions(context["request"].user, fabric))}


@register.inclusion_tag("netbox_hedgehog/object/head.html", takes_context=True)
def object_head(context):
    """Which object the page, or one of its tabs, is about, how it stands, and what it is in a sentence."""
    return {"object": context["object"], "page": _page(context)}


@register.inclusion_tag("netbox_hedgehog/object/buttons.html", takes_context=True)
def object_buttons(context):
    """What the user may do with that object."""
    return {"object": context["object"], "page": _page(context)}


def _page(context) -> ObjectPage:
    return context.get("page") or ObjectPage(context["object"], viewer_of(context["request"]))


@register.simple_tag(takes_context=True)
def page_link(context, table, number: int) -> str:
    """The address of page ``number`` of ``table``, with the other tables where they are."""
    query = context["request"].GET.copy()
    query.pop("shown", None)  # of the fragment that brought the table
    query[table.prefixed_page_field] = number
    return f"?{query.urlencode()}"


@register.filter
def denies(code: str) -> bool:
    """Whether ``code`` says that the credential was refused (401) or may not do what was asked (403)."""
    return code in ACCESS_DENIED_CODES


@register.inclusion_tag("netbox_hedgehog/parts/recipe.html")
def recipe(where: str, open: bool = False):  # noqa: A002  as the attribute of <details> is called
    """How to make a credential; ``where`` keeps the ids of two on one page apart."""
    return {
        "where": where,
        "open": open,
        "steps": [(_(words), command) for words, command in credential_recipe.STEPS],
        "manifest": credential_recipe.MANIFEST,
    }
