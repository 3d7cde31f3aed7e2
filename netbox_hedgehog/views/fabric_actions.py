"""The buttons of a fabric's page. Both only ask: a worker does the work."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from utilities.permissions import get_permission_for_model
from utilities.views import register_model_view

from netbox_hedgehog.models import Fabric, RunTriggerChoices
from netbox_hedgehog.netbox_internals.object_views import BaseObjectView
from netbox_hedgehog.sync import Requested, Scope, request_sync, request_test

__all__ = ("say_requested",)


def say_requested(request, requested: Requested) -> None:
    """Show which run answers a press of Sync."""
    run = requested.run
    said = _('Sync requested as run <a href="{url}">#{run}</a>.')
    if not requested.created:
        said = _('A sync is queued already: joined run <a href="{url}">#{run}</a>.')
    messages.success(request, format_html(said, url=run.get_absolute_url(), run=run.pk))


class FabricAction(BaseObjectView):
    """One POST that needs the permission of its own name on the fabric; back to the page it came from."""

    queryset = Fabric.objects.defer("credential_data")
    action = ""

    def get_required_permission(self):
        return get_permission_for_model(Fabric, self.action)

    def post(self, request, **kwargs):
        fabric = self.get_object(**kwargs)
        self.act(request, fabric)
        return redirect(fabric.get_absolute_url())

    def get(self, request, **kwargs):
        """Someone reloaded, or logged in again on the way: nothing is done by looking."""
        return redirect(self.get_object(**kwargs).get_absolute_url())


@register_model_view(Fabric, "sync")
class FabricSyncView(FabricAction):
    """Requests a sync of the whole fabric; with ``hard`` posted, everything is compared anew."""

    action = "sync"

    def act(self, request, fabric):
        scope = Scope(hard=bool(request.POST.get("hard")))
        say_requested(request, request_sync(fabric, RunTriggerChoices.BUTTON, request.user, scope=scope))


@register_model_view(Fabric, "test", path="test-connection")
class FabricTestConnectionView(FabricAction):
    action = "test"

    def act(self, request, fabric):
        request_test(fabric, request.user)
        messages.success(request, _("Connection test requested; its steps appear below."))
