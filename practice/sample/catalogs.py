"""The controller's own notes of the numbers that it handed out."""

from __future__ import annotations

from practice.sample.ids import EXTERNALS, irb_vlans, port_channels, subnet_vnis, vpc_vni
from practice.sample.make import AGENT, Data, make
from practice.sample.servers import HOSTS
from practice.sample.switches import BOXES, LEAVES
from practice.sample.tenants import VPCS


def catalogs() -> list[Data]:
    eslags = [host.connection for host in HOSTS if host.type == "eslag"]
    vnis = {name.replace("ext.", "ext@"): vpc_vni(name) for name in (*EXTERNALS, *VPCS)}
    numbers = {name: number for number, name in enumerate((*EXTERNALS, *VPCS))}
    found: dict[str, Data] = {
        "connections": {"connectionIDs": {name: number for number, name in enumerate(eslags, 1)}},
        "vpcs": {"vpcVNIs": vnis, "vpcSubnetVNIs": {name: subnet_vnis(name) for name in VPCS}},
        "vpcinfos": {"vpcInfoIDs": numbers},
    }
    for group in ("eslag-1", "mclag-1"):
        members = [leaf.name for leaf in LEAVES if leaf.group == group]
        vlans = {vpc: vlan for leaf in members for vpc, vlan in irb_vlans(leaf).items()}
        channels = {name: number for leaf in members for name, number in port_channels(leaf).items()}
        found[f"redundancy.{group}"] = {"irbVLANs": vlans, "portChannelIDs": channels}
    for box in BOXES:
        found[f"switch.{box.name}"] = {"externalIDs": {"internet": 10, "office": 11}} if box.name == "leaf-04" else {}
    return [make(AGENT, "Catalog", name, spec) for name, spec in found.items()]
