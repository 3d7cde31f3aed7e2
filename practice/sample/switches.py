"""Switches, their groups, and the cables between them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import count

from practice.sample import profiles
from practice.sample.make import WIRING, Data, label, listed, make


@dataclass(frozen=True)
class Box:
    """One switch; NUMBER counts all of them from 0, and makes its addresses."""

    name: str
    role: str
    number: int
    asn: int
    group: str = ""
    redundancy: str = ""
    description: str = ""

    @property
    def is_spine(self) -> bool:
        return self.role == "spine"

    @property
    def protocol_ip(self) -> str:
        return f"172.30.8.{self.number}"

    @property
    def mac(self) -> str:
        return f"0c:20:12:fe:00:{self.number:02x}"


BOXES = (
    Box("spine-01", "spine", 0, 65100, description="Rack 1, unit 40"),
    Box("spine-02", "spine", 1, 65100, description="Rack 2, unit 40"),
    Box("leaf-01", "server-leaf", 2, 65101, "eslag-1", "eslag", "Rack 1, unit 38"),
    Box("leaf-02", "server-leaf", 3, 65102, "eslag-1", "eslag", "Rack 2, unit 38"),
    Box("leaf-03", "server-leaf", 4, 65103, "mclag-1", "mclag", "Rack 3, unit 38"),
    Box("leaf-04", "border-leaf", 5, 65104, "mclag-1", "mclag", "Rack 4, unit 38, to the outside"),
)
SPINES = tuple(box for box in BOXES if box.is_spine)
LEAVES = tuple(box for box in BOXES if not box.is_spine)
GATEWAY_PORTS = {"spine-01": "enp2s1", "spine-02": "enp2s2"}
FIRST_LINK = IPv4Address("172.30.128.0")


def switches() -> list[Data]:
    groups = [make(WIRING, "SwitchGroup", name, {}) for name in ("eslag-1", "mclag-1", "border")]
    return groups + [_switch(box) for box in BOXES]


def _switch(box: Box) -> Data:
    groups = sorted({box.group, *(("border",) if box.role == "border-leaf" else ())} - {""})
    spec: Data = {
        "role": box.role,
        "description": box.description,
        "profile": profiles.SPINE if box.is_spine else profiles.LEAF,
        "asn": box.asn,
        "ip": f"172.30.0.{8 + box.number}/21",
        "protocolIP": f"{box.protocol_ip}/32",
        "boot": {"mac": box.mac, "serial": f"PRACTICE{box.number:04}"},
        "vlanNamespaces": ["default"],
        "ecmp": {},
    }
    if groups:
        spec["groups"] = groups
    if not box.is_spine:
        spec |= {"vtepIP": f"172.30.12.{box.number}/32", "redundancy": {"group": box.group, "type": box.redundancy}}
    labels = label("profile", spec["profile"]) | listed("vlanns", "default") | listed("switchgroup", *groups)
    return make(WIRING, "Switch", box.name, spec, labels)


def fabric_links() -> list[Data]:
    """Two cables from every spine to every leaf, and one to the gateway; addresses are handed out in this order."""
    pairs = count()
    connections = []
    for spine in SPINES:
        port = count(1)
        for leaf in LEAVES:
            up = 49 + 2 * spine.number
            links = [
                _pair("spine", f"{spine.name}/E1/{next(port)}", "leaf", f"{leaf.name}/E1/{up + side}", next(pairs))
                for side in (0, 1)
            ]
            connections.append(_cabled(f"{spine.name}--fabric--{leaf.name}", "fabric", links, spine.name, leaf.name))
        far = f"gateway-1/{GATEWAY_PORTS[spine.name]}"
        links = [_pair("switch", f"{spine.name}/E1/{next(port)}", "gateway", far, next(pairs))]
        connections.append(_cabled(f"{spine.name}--gateway--gateway-1", "gateway", links, spine.name))
    return connections


def _pair(near: str, port: str, far: str, far_port: str, number: int) -> Data:
    """A cable with a /31 of its own: the even address is the near end's."""
    first = FIRST_LINK + 2 * number
    return {near: {"port": port, "ip": f"{first}/31"}, far: {"port": far_port, "ip": f"{first + 1}/31"}}


def _cabled(name: str, kind: str, links: list[Data], *boxes: str) -> Data:
    labels = label("connection-type", kind) | listed("switch", *boxes)
    return make(WIRING, "Connection", name, {kind: {"links": links}}, labels)


def peer_links() -> list[Data]:
    """The cables within the MCLAG pair, and an older leaf's cable to itself."""

    def between(port: int) -> Data:
        return {"switch1": {"port": f"leaf-03/E1/{port}"}, "switch2": {"port": f"leaf-04/E1/{port}"}}

    domain = {"peerLinks": [between(55), between(56)], "sessionLinks": [between(54)]}
    loop = {"switch1": {"port": "leaf-03/E1/47"}, "switch2": {"port": "leaf-03/E1/48"}}
    labels = label("connection-type", "vpc-loopback") | listed("switch", "leaf-03")
    return [
        make(WIRING, "Connection", "leaf-03--mclag-domain--leaf-04", {"mclagDomain": domain}),
        make(WIRING, "Connection", "leaf-03--vpc-loopback", {"vpcLoopback": {"links": [loop]}}, labels),
    ]
