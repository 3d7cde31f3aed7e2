"""Sentences about the kinds of wiring.githedgehog.com."""

from collections.abc import Iterator
from typing import Any

from netbox_hedgehog.kinds.connection import CONNECTION_TYPES
from netbox_hedgehog.kinds.reading import items, listed, lookup, plain, table, texts
from netbox_hedgehog.kinds.sentence import Sentence, with_details
from netbox_hedgehog.kinds.texts import _, counted, gettext_noop

__all__ = ("WIRING_SENTENCES", "ends_of")

_ROLES = {
    "spine": gettext_noop("Spine"),
    "server-leaf": gettext_noop("Server leaf"),
    "border-leaf": gettext_noop("Border leaf"),
    "mixed-leaf": gettext_noop("Leaf for servers and borders"),
    "virtual-edge": gettext_noop("Virtual edge"),
}
_BUNDLES = {
    "unbundled": "",
    "bundled": gettext_noop("one port channel"),
    "eslag": gettext_noop("ESLAG"),
    "mclag": gettext_noop("MCLAG"),
}
_SIDES = {
    "fabric": ("spine", "leaf"),
    "mesh": ("leaf1", "leaf2"),
    "gateway": ("switch", "gateway"),
    "mclagDomain": ("switch1", "switch2"),
    "vpcLoopback": ("switch1", "switch2"),
}


def _type_of(connection: Any) -> str:
    """The type of a connection: the key of its spec; empty if it has none."""
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
    """The servers and the switches of a connection, each once, in the order of its links."""
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
    how = _("by {links}").format(links=counted(len(links), "{number} link", "{number} links"))
    if kind == "mclagDomain":
        return _("Joins {switches} as an MCLAG pair {how}").format(switches=listed(ends[0] + ends[1]), how=how)
    if kind == "vpcLoopback":
        return _("Loops {cables} of {switches} back for VPC peerings").format(
            cables=counted(len(links), "{number} cable", "{number} cables"), switches=listed(ends[0] + ends[1])
        )
    bundle = _BUNDLES.get(kind, kind)
    joined = _("Connects {ones} to {others} {how}").format(ones=listed(ends[0]), others=listed(ends[1]), how=how)
    return f"{joined} ({_(bundle)})" if bundle else joined


def _outside(obj: Any, kind: str, links: list[Any]) -> str:
    ports = [plain(link, "switch", "port") for link in links]
    if not any(ports):
        return ""
    device, _slash, port = ports[0].partition("/")
    head = _("Leads from {device}, port {port}, out of the fabric").format(device=device, port=port)
    if kind != "staticExternal":
        return head
    subnets = texts(links[0], "switch", "subnets")
    vpc = plain(obj, "spec", kind, "withinVPC")
    return with_details(
        head,
        _("with static routes to {subnets}").format(subnets=listed(subnets)) if subnets else "",
        _("for VPC {vpc}").format(vpc=vpc) if vpc else "",
    )


def _switch(obj: Any) -> str:
    role = plain(obj, "spec", "role")
    profile, asn, address = (plain(obj, "spec", key) for key in ("profile", "asn", "ip"))
    group, kind = plain(obj, "spec", "redundancy", "group"), plain(obj, "spec", "redundancy", "type")
    return with_details(
        (_(_ROLES[role]) if role in _ROLES else role or _("Switch"))
        + (_(" of model {profile}").format(profile=profile) if profile else ""),
        _("AS {asn}").format(asn=asn) if asn else "",
        _("management address {address}").format(address=address) if address else "",
        _("in {type} group {group}").format(type=kind.upper(), group=group).replace("  ", " ") if group else "",
    )


def _server(obj: Any) -> str:
    description = plain(obj, "spec", "description")
    return (
        _("Server: {description}").format(description=description) if description else _("Server cabled to the fabric")
    )


def _vlan_namespace(obj: Any) -> str:
    ranges = (_range(plain(item, "from"), plain(item, "to")) for item in items(obj, "spec", "ranges"))
    shown = listed(ranges)
    return _("VLANs {shown} for VPCs").format(shown=shown) if shown else ""


def _range(first: str, last: str) -> str:
    return first if last in ("", "0", first) else _("{first} to {last}").format(first=first, last=last)


def _switch_profile(obj: Any) -> str:
    name = plain(obj, "spec", "displayName")
    ports, nos = table(obj, "spec", "ports"), plain(obj, "spec", "nosType")
    management = sum(lookup(port, "management") is True for port in ports.values())
    head = _("Switch model {name}").format(name=name) if name else _("Switch model")
    if ports:
        head += _(" with {ports}").format(ports=counted(len(ports) - management, "{number} port", "{number} ports"))
        head += (
            _(" and {management_ports}").format(
                management_ports=counted(management, "{number} management port", "{number} management ports")
            )
            if management
            else ""
        )
    return with_details(head, _("running {nos}").format(nos=nos) if nos else "")


def _server_profile(obj: Any) -> str:
    nics = items(obj, "spec", "nics")
    if not nics:
        return ""
    shown = listed(_nic(nic) for nic in nics)
    return _("Server model with {network_cards}").format(
        network_cards=counted(len(nics), "{number} network card", "{number} network cards")
    ) + (f": {shown}" if shown else "")


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
