"""Fabrics: list, page, forms."""

from extras.ui.panels import CustomFieldsPanel, TagsPanel
from netbox.object_actions import AddObject, BulkDelete, BulkEdit, BulkExport, BulkImport, DeleteObject, EditObject
from netbox.ui.layout import SimpleLayout
from netbox.ui.panels import CommentsPanel
from netbox.views import generic
from utilities.views import register_model_view

from netbox_hedgehog import forms
from netbox_hedgehog.filtersets import FabricFilterSet
from netbox_hedgehog.models import Fabric, SyncRun, kind_models
from netbox_hedgehog.netbox_internals.object_views import CountedDependents
from netbox_hedgehog.queries.allowed_actions import allowed_actions
from netbox_hedgehog.queries.viewer import viewer_of
from netbox_hedgehog.tables import FabricTable
from netbox_hedgehog.views.fragment import PolledView
from netbox_hedgehog.views.live import FabricLive
from netbox_hedgehog.views.unusable import UsableQueries

__all__ = ()

# The sealed credential is read where a cluster is talked to, never for a page.
FABRICS = Fabric.objects.defer("credential_data")


@register_model_view(Fabric, "list", path="", detail=False)
class FabricListView(UsableQueries, generic.ObjectListView):
    queryset = FABRICS
    filterset = FabricFilterSet
    filterset_form = forms.FabricFilterForm
    table = FabricTable
    actions = (AddObject, BulkImport, BulkExport, BulkEdit, BulkDelete)


@register_model_view(Fabric)
class FabricView(generic.ObjectView):
    queryset = FABRICS.select_related("site", "tenant", "owner")
    actions = (EditObject, DeleteObject)
    layout = SimpleLayout(left_panels=[CustomFieldsPanel(), TagsPanel()], right_panels=[CommentsPanel()])

    def get_extra_context(self, request, instance):
        return {"live": FabricLive(instance, viewer_of(request)), **allowed_actions(request.user, instance)}


@register_model_view(Fabric, "live")
class FabricLiveView(PolledView):
    """Moved when a run or a connection test has begun, gone on or ended since the page was SHOWN."""

    queryset = FABRICS.select_related("site", "tenant")
    part = "netbox_hedgehog/fabric/progress.html"
    whole = "netbox_hedgehog/fabric/live.html"

    def get(self, request, **kwargs):
        fabric = self.get_object(**kwargs)
        live = FabricLive(fabric, viewer_of(request))
        context = {"object": fabric, "live": live, **allowed_actions(request.user, fabric)}
        return self.answer(request, context, moved=not live.polls or live.token != request.GET.get("shown"))


@register_model_view(Fabric, "add", detail=False)
@register_model_view(Fabric, "edit")
class FabricEditView(generic.ObjectEditView):
    queryset = Fabric.objects.all()
    form = forms.FabricForm
    template_name = "netbox_hedgehog/fabric_edit.html"


@register_model_view(Fabric, "delete")
class FabricDeleteView(CountedDependents, generic.ObjectDeleteView):
    queryset = FABRICS

    def dependents(self, obj):
        return {model: model.objects.filter(fabric=obj).count() for model in (*kind_models(), SyncRun)}


@register_model_view(Fabric, "bulk_import", path="import", detail=False)
class FabricBulkImportView(generic.BulkImportView):
    queryset = FABRICS
    model_form = forms.FabricImportForm


@register_model_view(Fabric, "bulk_edit", path="edit", detail=False)
class FabricBulkEditView(generic.BulkEditView):
    queryset = Fabric.objects.all()
    filterset = FabricFilterSet
    table = FabricTable
    form = forms.FabricBulkEditForm


@register_model_view(Fabric, "bulk_delete", path="delete", detail=False)
class FabricBulkDeleteView(generic.BulkDeleteView):
    queryset = FABRICS
    filterset = FabricFilterSet
    table = FabricTable
