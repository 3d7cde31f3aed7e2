"""The pages of every kind, from one factory; a kind that has more to say has panels of its own."""

from extras.ui.panels import CustomFieldsPanel, TagsPanel
from netbox.object_actions import BulkEdit, BulkExport, EditObject
from netbox.ui.layout import SimpleLayout
from netbox.ui.panels import Panel, TemplatePanel
from netbox.views import generic
from utilities.views import register_model_view

from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.filtersets import filterset_for
from netbox_hedgehog.forms import bulk_edit_form_for, filter_form_for, form_for
from netbox_hedgehog.models import Agent, HedgehogObject, kind_models, not_served
from netbox_hedgehog.presentation.agent_report import AgentReport
from netbox_hedgehog.presentation.object_page import ObjectPage
from netbox_hedgehog.queries.viewer import viewer_of
from netbox_hedgehog.tables import table_for
from netbox_hedgehog.views.resource_sync import ResourceSyncsView, ResourceSyncView
from netbox_hedgehog.views.unusable import UsableQueries

__all__ = ("register_views",)


def panel(name: str, **options) -> TemplatePanel:
    return TemplatePanel(f"netbox_hedgehog/object/{name}.html", **options)


def right_panels() -> list[Panel]:
    return [*map(panel, ("uses", "used_by", "status", "history")), TagsPanel(), CustomFieldsPanel()]


class ResourceListView(UsableQueries, generic.ObjectListView):
    actions = (BulkExport, BulkEdit)


class ResourceView(generic.ObjectView):
    """An object in plain words, its fields, what it uses and what uses it, and where that came from."""

    template_name = "netbox_hedgehog/object.html"
    actions = (EditObject,)
    layout = SimpleLayout(
        left_panels=[panel("spec"), panel("labels")],
        right_panels=right_panels(),
        bottom_panels=[panel("yaml")],
    )

    def get_extra_context(self, request, instance):
        return {"page": ObjectPage(instance, viewer_of(request))}


class AgentView(ResourceView):
    """An agent's page begins with what its switch reports."""

    layout = SimpleLayout(
        left_panels=[panel("agent"), panel("labels")],
        right_panels=right_panels(),
        bottom_panels=[panel("bgp"), panel("interfaces"), panel("spec"), panel("yaml")],
    )

    def get_extra_context(self, request, instance):
        page = ObjectPage(instance, viewer_of(request), shown_elsewhere=("interfaces", "bgpNeighbors"))
        return {"page": page, "report": AgentReport(instance)}


# A job of a bulk edit loads its view by this name.
PACKAGE = "netbox_hedgehog.views"
VIEWS = {Agent: AgentView}


def register_views(model: type[HedgehogObject]) -> None:
    """Register the list, page, edit and bulk edit views of ``model``; NetBox adds change log and journal by itself."""
    queryset = model.objects.all()
    filterset, table = filterset_for(model), table_for(model)

    def add(base, name="", path=None, detail=True, **attributes):
        called = f"{model.__name__}{''.join(word.title() for word in name.split('_'))}View"
        view = make_class(PACKAGE, called, base, **{"queryset": queryset, **attributes})
        register_model_view(model, name, path=path, detail=detail)(bind(view))

    filter_form = filter_form_for(model)
    add(ResourceListView, "list", "", detail=False, filterset=filterset, filterset_form=filter_form, table=table)
    # One query for the fabric and the object; the page shows all of its columns.
    shown = queryset.select_related("fabric").defer("fabric__credential_data").annotate(unserved=not_served(model))
    add(VIEWS.get(model, ResourceView), queryset=shown)
    add(ResourceSyncView, "sync")
    add(ResourceSyncsView, "syncs")
    add(generic.ObjectEditView, "edit", form=form_for(model))
    add(
        generic.BulkEditView,
        "bulk_edit",
        "edit",
        detail=False,
        filterset=filterset,
        table=table,
        form=bulk_edit_form_for(model),
    )


for kind_model in kind_models():
    register_views(kind_model)
