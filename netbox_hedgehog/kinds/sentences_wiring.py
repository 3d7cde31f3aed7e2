"""What the kinds of wiring.githedgehog.com are, in words."""

from collections.abc import Iterator
from typing import Any

from netbox_hedgehog.kinds.connection import CONNECTION_TYPES
from netbox_hedgehog.kinds.reading import counted, items, listed, lookup, plain, table, texts
from netbox_hedgehog.kinds.sentence import Sentence, with_details

__all__ = ("WIRING_SENTENCES", "ends_of")

_ROLES = {
    "spine": "Spine",
    "server-leaf": "Server leaf",
    "border-leaf": "Border leaf",
    "mixed-leaf": "Leaf for servers and borders",
    "virtual-edge": "Virtual edge",
}
_BUNDLES = {"unbundled": "", "bundled": "one port channel", "eslag": "ESLAG", "mclag": "MCLAG"}
_SIDES = {
    "fabric": ("spine", "leaf"),
    "mesh": ("leaf1", "leaf2"),
    "gateway": ("switch", "gateway"),
    "mclagDomain": ("switch1", "switch2"),
    "vpcLoopback": ("switch1", "switch2"),
}


def _type_of(connection: Any) -> str:
    """The connection's type: the key of its spec; empty where it has none."""
    spec = table(connection, "spec")
    return next((name for name in CONNECTION_TYPES if isinstance(spec.get(name), dict)), "")


def _links(connection: Any, kind: str) -> Iterator[Any]:
    body = table(connection, "spec", kind)
    for name in ("link", "links", "peerLinks", "sessionLinks"):
        value = body.get(name)
        yield from value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def _devices(links: list[Any], *roles: str) -> list[str]:
    found = (plain(link, role, "port").partition("/")[0] for role in roles for link in links)
    return list(dict.fromkeys(name for name in found if name))


def ends_of(connection: Any) -> tuple[list[str], list[str]]:
    """Servers and switches of a connection, each once, in the order of its links."""
    links = list(_links(connection, _type_of(connection)))
    return _devices(links, "server"), _devices(links, "switch")


def _connection(obj: Any) -> str:
    kind = _type_of(obj)
    links = list(_links(obj, kind))
    if kind in _BUNDLES:
        ends = _devices(links, "server"), _devices(links, "switch")
    elif kind in _SIDES:
        left, right = _SIDES[kind]
        ends = _devices(links, left), _devices(links, right)
    else:
        return _outside(obj, kind, links)
    if not all(ends):
        return ""
    how = f"by {counted(len(links), 'link')}"
    if kind == "mclagDomain":
        return f"Joins {listed(ends[0] + ends[1])} as an MCLAG pair {how}"
    if kind == "vpcLoopback":
        return f"Loops {counted(len(links), 'cable')} of {listed(ends[0] + ends[1])} back for VPC peerings"
    bundle = _BUNDLES.get(kind, kind)
    return f"Connects {listed(ends[0])} to {listed(ends[1])} {how}" + (f" ({bundle})" if bundle else "")


def _outside(obj: Any, kind: str, links: list[Any]) -> str:
    ports = [plain(link, "switch", "port") for link in links]
    if not any(ports):
        return ""
    device, _, port = ports[0].partition("/")
    head = f"Leads from {device}, port {port}, out of the fabric"
    if kind != "staticExternal":
        return head
    subnets = texts(links[0], "switch", "subnets")
    vpc = plain(obj, "spec", kind, "withinVPC")
    return with_details(
        head,
        f"with static routes to {listed(subnets)}" if subnets else "",
        f"for VPC {vpc}" if vpc else "",
    )


def _switch(obj: Any) -> str:
    role = plain(obj, "spec", "role")
    profile, asn, address = (plain(obj, "spec", key) for key in ("profile", "asn", "ip"))
    group, kind = plain(obj, "spec", "redundancy", "group"), plain(obj, "spec", "redundancy", "type")
    return with_details(
        _ROLES.get(role, role or "Switch") + (f" of model {profile}" if profile else ""),
        f"AS {asn}" if asn else "",
        f"management address {address}" if address else "",
        f"in {kind.upper()} group {group}".replace("  ", " ") if group else "",
    )


def _server(obj: Any) -> str:
    description = plain(obj, "spec", "description")
    return f"Server: {description}" if description else "Server cabled to the fabric"


def _vlan_namespace(obj: Any) -> str:
    ranges = (_range(plain(item, "from"), plain(item, "to")) for item in items(obj, "spec", "ranges"))
    shown = listed(ranges)
    return f"VLANs {shown} for VPCs" if shown else ""


def _range(first: str, last: str) -> str:
    return first if last in ("", "0", first) else f"{first} to {last}"


def _switch_profile(obj: Any) -> str:
    name = plain(obj, "spec", "displayName")
    ports, nos = table(obj, "spec", "ports"), plain(obj, "spec", "nosType")
    management = sum(lookup(port, "management") is True for port in ports.values())
    head = f"Switch model {name}" if name else "Switch model"
    if ports:
        head += f" with {counted(len(ports) - management, 'port')}"
        head += f" and {counted(management, 'management port')}" if management else ""
    return with_details(head, f"running {nos}" if nos else "")


def _server_profile(obj: Any) -> str:
    nics = items(obj, "spec", "nics")
    if not nics:
        return ""
    shown = listed(_nic(nic) for nic in nics)
    return f"Server model with {counted(len(nics), 'network card')}" + (f": {shown}" if shown else "")


def _nic(nic: Any) -> str:
    ports = listed(plain(port, "name") for port in items(nic, "ports"))
    return f"{plain(nic, 'name')} ({ports})" if ports else plain(nic, "name")


WIRING_SENTENCES: dict[str, Sentence] = {
    "Connection": _connection,
    "Server": _server,
    "ServerProfile": _server_profile,
    "Switch": _switch,
    "SwitchProfile": _switch_profile,
    "VLANNamespace": _vlan_namespace,
}
