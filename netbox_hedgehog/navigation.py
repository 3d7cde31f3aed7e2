"""The menu: fabrics, their kinds by area, what no version knows yet, and sync runs."""

from netbox.plugins import PluginMenu, PluginMenuButton, PluginMenuItem
from utilities.string import title

from netbox_hedgehog import kinds

APP = "netbox_hedgehog"


def _item(model: str, label: str, buttons: tuple[PluginMenuButton, ...] = ()) -> PluginMenuItem:
    return PluginMenuItem(
        link=f"plugins:{APP}:{model}_list", link_text=title(label), permissions=[f"{APP}.view_{model}"], buttons=buttons
    )


def _kinds(area: kinds.Area) -> tuple[PluginMenuItem, ...]:
    """The kinds of ``area`` in their own order; the ones that few people ask for come last."""
    entries = sorted((kind for kind in kinds.KINDS if kind.area == area), key=lambda kind: kind.hidden)
    return tuple(_item(kind.kind.lower(), kind.label_plural) for kind in entries)


add_fabric = PluginMenuButton(
    link=f"plugins:{APP}:fabric_add", title="Add", icon_class="mdi mdi-plus-thick", permissions=[f"{APP}.add_fabric"]
)
import_fabrics = PluginMenuButton(
    link=f"plugins:{APP}:fabric_bulk_import",
    title="Import",
    icon_class="mdi mdi-upload",
    permissions=[f"{APP}.add_fabric"],
)

menu = PluginMenu(
    label="Hedgehog",
    icon_class="mdi mdi-lan",
    groups=(
        ("Fabrics", (_item("fabric", "Fabrics", (add_fabric, import_fabrics)),)),
        ("VPC", _kinds(kinds.Area.VPC)),
        ("Wiring", _kinds(kinds.Area.WIRING)),
        ("Gateway", _kinds(kinds.Area.GATEWAY)),
        ("Run-time", (*_kinds(kinds.Area.RUNTIME), _item("otherresource", "Other resources"))),
        ("Sync", (_item("syncrun", "Sync runs"),)),
    ),
)
