"""The menu: fabrics, their kinds by area, what no version knows yet, and sync runs."""

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from netbox.plugins import PluginMenu, PluginMenuButton, PluginMenuItem
from utilities.string import title

from netbox_hedgehog import kinds

APP = "netbox_hedgehog"
heading = lazy(title, str)  # the menu is made once, and read in many languages


def _item(model: str, label: str, buttons: tuple[PluginMenuButton, ...] = ()) -> PluginMenuItem:
    return PluginMenuItem(
        link=f"plugins:{APP}:{model}_list",
        link_text=heading(label),
        permissions=[f"{APP}.view_{model}"],
        buttons=buttons,
    )


def _kinds(area: kinds.Area) -> tuple[PluginMenuItem, ...]:
    """The kinds of ``area`` in their own order; the ones that few people ask for come last."""
    entries = sorted((kind for kind in kinds.KINDS if kind.area == area), key=lambda kind: kind.hidden)
    return tuple(_item(kind.kind.lower(), _(kind.label_plural)) for kind in entries)


add_fabric = PluginMenuButton(
    link=f"plugins:{APP}:fabric_add", title=_("Add"), icon_class="mdi mdi-plus-thick", permissions=[f"{APP}.add_fabric"]
)
import_fabrics = PluginMenuButton(
    link=f"plugins:{APP}:fabric_bulk_import",
    title=_("Import"),
    icon_class="mdi mdi-upload",
    permissions=[f"{APP}.add_fabric"],
)

menu = PluginMenu(
    label="Hedgehog",
    icon_class="mdi mdi-lan",
    groups=(
        (_("Fabrics"), (_item("fabric", _("Fabrics"), (add_fabric, import_fabrics)),)),
        (_("VPC"), _kinds(kinds.Area.VPC)),
        (_("Wiring"), _kinds(kinds.Area.WIRING)),
        (_("Gateway"), _kinds(kinds.Area.GATEWAY)),
        (_("Run-time"), (*_kinds(kinds.Area.RUNTIME), _item("otherresource", _("Other resources")))),
        (_("Sync"), (_item("syncrun", _("Sync runs")),)),
    ),
)
