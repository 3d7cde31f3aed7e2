"""The Sync button of an object's page, which asks the cluster for this object alone, and what becomes of its run."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from utilities.permissions import get_permission_for_model

from netbox_hedgehog.models import Fabric, RunTriggerChoices
from netbox_hedgehog.netbox_internals.object_views import BaseObjectView
from netbox_hedgehog.presentation.object_page import ObjectPage
from netbox_hedgehog.queries.viewer import viewer_of
from netbox_hedgehog.sync import Scope, request_sync
from netbox_hedgehog.views.fabric_actions import say_requested
from netbox_hedgehog.views.fragment import PolledView

__all__ = ("ResourceSyncView", "ResourceSyncsView")


class ResourceSyncView(BaseObjectView):
    """Needs to see the object, and ``sync`` on its fabric."""

    def get_required_permission(self):
        return get_permission_for_model(self.queryset.model, "view")

    def post(self, request, **kwargs):
        obj = self.get_object(**kwargs)
        fabric = Fabric.objects.restrict(request.user, "sync").defer("credential_data").filter(pk=obj.fabric_id).first()
        if fabric is None:
            raise PermissionDenied
        scope = Scope(group=obj.api_group, kind=obj.kind, namespace=obj.namespace, name=obj.name)
        say_requested(request, request_sync(fabric, RunTriggerChoices.BUTTON, request.user, scope=scope))
        return redirect(obj.get_absolute_url())

    def get(self, request, **kwargs):
        return redirect(self.get_object(**kwargs).get_absolute_url())


class ResourceSyncsView(PolledView):
    """The runs that an object's page shows, as they are now. The page itself stays: somebody may be reading it."""

    def get(self, request, **kwargs):
        obj = self.get_object(**kwargs)
        keys = [int(key) for key in request.GET.getlist("run") if key.isdecimal() and len(key) < 19]
        syncs = ObjectPage(obj, viewer_of(request)).syncs(keys)
        follows = any(run.is_active for run, _ in syncs)
        context = {"object": obj, "syncs": syncs, "follows": follows}
        return render(request, "netbox_hedgehog/object/under_way.html", context)
