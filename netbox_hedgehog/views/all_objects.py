"""A fabric's Resources tab: the objects of all kinds that the user may see."""

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from utilities.htmx import htmx_partial
from utilities.views import ViewTab, register_model_view

from netbox_hedgehog.forms.all_objects import ResourcesFilterForm
from netbox_hedgehog.models import Fabric
from netbox_hedgehog.netbox_internals.object_views import TableMixin
from netbox_hedgehog.queries.all_objects import rows
from netbox_hedgehog.tables import ResourceTable

__all__ = ()


@register_model_view(Fabric, "resources")
class FabricResourcesView(TableMixin, generic.ObjectView):
    queryset = Fabric.objects.defer("credential_data")
    template_name = "netbox_hedgehog/fabric/resources.html"
    table = ResourceTable
    actions = ()
    tab = ViewTab(label=_("Resources"), weight=510)

    def get(self, request, **kwargs):
        fabric = self.get_object(**kwargs)
        form = ResourcesFilterForm(request.GET)
        chosen = form.cleaned_data if form.is_valid() else {}
        kind, state, text = (chosen.get(name, "") for name in ("kind", "state", "q"))
        table = self.get_table(rows(fabric, request.user, [kind] if kind else [], state, text), request)
        if htmx_partial(request):
            return render(request, "htmx/table.html", {"object": fabric, "table": table})
        return render(
            request,
            self.template_name,
            {
                "object": fabric,
                "table": table,
                "filters": form,
                "actions": (),
                "tab": self.tab,
            },
        )
