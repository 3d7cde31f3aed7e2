"""Sync runs: list, page, the fragment that moves, and the Cancel button."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from netbox.object_actions import BulkExport
from netbox.views import generic
from utilities.permissions import get_permission_for_model
from utilities.views import ViewTab, register_model_view

from netbox_hedgehog import forms
from netbox_hedgehog.filtersets import SyncRunFilterSet
from netbox_hedgehog.models import Fabric, SyncRun
from netbox_hedgehog.netbox_internals.object_views import BaseObjectView
from netbox_hedgehog.presentation.error_titles import error_title
from netbox_hedgehog.presentation.folded_troubles import Trouble, fold_troubles
from netbox_hedgehog.presentation.removal_hold import HeldObjects, HeldView
from netbox_hedgehog.presentation.removal_hold_state import with_state
from netbox_hedgehog.presentation.run_counts import Counts
from netbox_hedgehog.queries.viewer import viewer_of
from netbox_hedgehog.queries.visible import visible_changes, visible_issues
from netbox_hedgehog.sync import cancel_run, waiting_reason
from netbox_hedgehog.tables import HeldObjectTable, RunChangeTable, RunIssueTable, SyncRunTable
from netbox_hedgehog.views.fragment import PolledView
from netbox_hedgehog.views.unusable import UsableQueries

__all__ = ("PAGE", "WHOLE", "run_context")

RUNS = SyncRun.objects.lapses().select_related("fabric").defer("fabric__credential_data")
PAGE = "netbox_hedgehog/run.html"
# With all that this page says of a run.
WHOLE = RUNS.select_related("job", "requested_by", "held", "let_through")


@register_model_view(SyncRun, "list", path="", detail=False)
class SyncRunListView(UsableQueries, generic.ObjectListView):
    queryset = RUNS
    filterset = SyncRunFilterSet
    filterset_form = forms.SyncRunFilterForm
    table = SyncRunTable
    actions = (BulkExport,)


@register_model_view(Fabric, "runs")
class FabricRunsView(UsableQueries, generic.ObjectChildrenView):
    queryset = Fabric.objects.defer("credential_data")
    child_model = SyncRun
    table = SyncRunTable
    filterset = SyncRunFilterSet
    filterset_form = forms.SyncRunFilterForm
    actions = ()
    tab = ViewTab(label=_("Runs"), permission="netbox_hedgehog.view_syncrun", weight=520)

    def get_children(self, request, parent):
        return RUNS.restrict(request.user, "view").filter(fabric=parent)


def table_of(kind, rows, run, request, prefix):
    """A table of a run's ``rows``, paginated by parameters that begin with ``prefix``."""
    table = kind(rows, prefix=prefix, orderable=False)
    table.fabric_id = run.fabric_id
    table.configure(request)
    return table


@register_model_view(SyncRun)
class SyncRunView(generic.ObjectView):
    queryset = WHOLE
    template_name = PAGE
    actions = ()

    def get_extra_context(self, request, instance):
        return run_context(request, instance)


def run_context(request, run, form=None):
    """What the page of ``run`` shows, whole or as a fragment; ``form`` is the override's where it was refused."""
    changes = visible_changes(run.changes.order_by("pk"), request.user)
    issues = visible_issues(run.issues.order_by("pk"), request.user)
    of_kinds = issues.filter(name="")
    alike = fold_troubles(Trouble(*row) for row in of_kinds.values_list("kind", "code", "message", "hint"))
    if alike:
        issues = issues.exclude(name="", code__in=[each.code for each in alike])
    return {
        "object": run,
        "reason": waiting_reason(run),
        "error_title": error_title(run.error_code) if run.error_code else "",
        "counts": Counts(run, viewer_of(request)),
        "override": form or forms.OverrideForm(),
        **held_context(request, run),
        "may_cancel": run.is_active and SyncRun.objects.restrict(request.user, "cancel").filter(pk=run.pk).exists(),
        "changes": None if run.is_active else table_of(RunChangeTable, changes, run, request, "changes-"),
        "alike": alike,
        "issues": table_of(RunIssueTable, issues, run, request, "issues-"),
    }


def held_context(request, run):
    """What a run has held, or removed because somebody had approved it."""
    held = HeldView(run, request.user) if run.held else None
    gone = HeldObjects(run.let_through, run.fabric, request.user) if run.let_through else None
    return {
        "held": held,
        "held_table": held and table_of(HeldObjectTable, with_state(held.objects.rows), run, request, "held-"),
        "gone": gone,
        "gone_table": gone and table_of(HeldObjectTable, with_state(gone.rows), run, request, "gone-"),
    }


@register_model_view(SyncRun, "live")
class SyncRunLiveView(PolledView):
    """Moved when the run's state is another than the page has SHOWN."""

    queryset = WHOLE
    part = "netbox_hedgehog/run/progress.html"
    whole = "netbox_hedgehog/run/live.html"

    def get(self, request, **kwargs):
        run = self.get_object(**kwargs)
        if run.is_active and run.known_state == request.GET.get("shown"):
            context = {"object": run, "run": run, "reason": waiting_reason(run)}
            return self.answer(request, context, moved=False)
        return self.answer(request, run_context(request, run), moved=True)


@register_model_view(SyncRun, "cancel")
class SyncRunCancelView(BaseObjectView):
    queryset = RUNS

    def get_required_permission(self):
        return get_permission_for_model(SyncRun, "cancel")

    def post(self, request, **kwargs):
        run = self.get_object(**kwargs)
        if not cancel_run(run, request.user):
            messages.info(request, _("Run #{run} had ended already.").format(run=run.pk))
        else:
            messages.success(request, _("Run #{run} is cancelled, or stops before its next batch.").format(run=run.pk))
        return redirect(run.get_absolute_url())

    def get(self, request, **kwargs):
        return redirect(self.get_object(**kwargs).get_absolute_url())
