"""The button of a blocked run's page that lets through what the run has held."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from utilities.permissions import get_permission_for_model
from utilities.views import register_model_view

from netbox_hedgehog import forms
from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.netbox_internals.object_views import BaseObjectView
from netbox_hedgehog.sync import NotHeld, approve_removal
from netbox_hedgehog.views.run import PAGE, WHOLE, run_context

__all__ = ()


@register_model_view(SyncRun, "override")
class SyncRunOverrideView(BaseObjectView):
    """What is refused leads back to the run's page, with what was typed."""

    queryset = WHOLE

    def get_required_permission(self):
        return get_permission_for_model(SyncRun, "override")

    def post(self, request, **kwargs):
        run = self._run(**kwargs)
        form = forms.OverrideForm(request.POST)
        if not form.is_valid():
            return self._again(request, run, form)
        try:
            requested = approve_removal(run, form.cleaned_data["reason"], request.user)
        except NotHeld as refused:
            form.add_error(None, str(refused))
            return self._again(request, run, form)
        said = _("Let through. Run <a href='{url}'>#{run}</a> lets these objects go, if no others are gone by then.")
        messages.success(request, format_html(said, url=requested.run.get_absolute_url(), run=requested.run.pk))
        return redirect(run.get_absolute_url())

    def get(self, request, **kwargs):
        """Someone reloaded, or logged in again on the way: nothing is done by looking."""
        return redirect(self._run(**kwargs).get_absolute_url())

    def _run(self, **kwargs):
        return get_object_or_404(self.queryset.restrict(self.request.user, "view"), **kwargs)

    def _again(self, request, run, form):
        context = {"actions": (), "tab": None, **run_context(request, run, form)}
        return render(request, PAGE, context)
