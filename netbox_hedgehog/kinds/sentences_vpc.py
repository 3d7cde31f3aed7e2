"""What the kinds of vpc.githedgehog.com are, in words."""

from typing import Any

from netbox_hedgehog.kinds.reading import counted, items, listed, lookup, plain, table, texts
from netbox_hedgehog.kinds.sentence import Find, RelatedSentence, Sentence, with_details
from netbox_hedgehog.kinds.sentences_wiring import ends_of

__all__ = ("VPC_RELATED_SENTENCES", "VPC_SENTENCES")

_MODES = {"": "bridged", "l2vni": "bridged", "l3vni": "routed", "l3flat": "routed without VXLAN"}


def _vpc(obj: Any) -> str:
    subnets = table(obj, "spec", "subnets")
    if not subnets:
        return "VPC without a subnet"
    mode = plain(obj, "spec", "mode")
    shown = listed((_subnet(name, subnet) for name, subnet in subnets.items()), most=4)
    return f"VPC ({_MODES.get(mode, mode)}) with {counted(len(subnets), 'subnet')}: {shown}"


def _subnet(name: str, subnet: Any) -> str:
    vlan = plain(subnet, "vlan")
    dhcp = lookup(subnet, "dhcp", "enable") is True
    known = [plain(subnet, "subnet"), f"VLAN {vlan}" if vlan not in ("", "0") else "", "DHCP" if dhcp else ""]
    details = " ".join(detail for detail in known if detail)
    return f"{name} ({details})" if details else name


def _attachment(obj: Any, find: Find) -> str:
    vpc, _, subnet = plain(obj, "spec", "subnet").partition("/")
    name = plain(obj, "spec", "connection")
    if not vpc or not name:
        return ""
    subnet = subnet or "default"
    connection = find("Connection", name)
    servers, switches = ends_of(connection)
    where = f"over connection {name}"
    if servers and switches:
        where = f"to {listed(servers)} through {listed(switches)}"
    if lookup(obj, "spec", "nativeVLAN") is True:
        tag = "untagged"
    else:
        vlan = plain(find("VPC", vpc), "spec", "subnets", subnet, "vlan")
        tag = f"tagged {vlan}" if vlan not in ("", "0") else ""
    return with_details(f"Attaches VPC {vpc}, subnet {subnet}, {where}", tag)


def _peering(obj: Any) -> str:
    sides: dict[str, list[str]] = {}
    for permit in items(obj, "spec", "permit"):
        for vpc, side in table(permit).items():
            sides.setdefault(vpc, []).extend(texts(side, "subnets") or [""])
    if not sides:
        return ""
    named = (f"{vpc} ({_subnets(subnets)})" for vpc, subnets in sides.items())
    return f"Lets VPCs {listed(named)} reach each other"


def _subnets(names: list[str]) -> str:
    if "" in names or not names:
        return "all subnets"
    return f"{'subnet' if len(set(names)) == 1 else 'subnets'} {listed(names)}"


def _ipv4_namespace(obj: Any) -> str:
    subnets = texts(obj, "spec", "subnets")
    return f"Addresses for VPCs out of {listed(subnets)}" if subnets else ""


def _external(obj: Any) -> str:
    if isinstance(lookup(obj, "spec", "static"), dict):
        prefixes = texts(obj, "spec", "static", "prefixes")
        return f"Outside network with static routes to {listed(prefixes) or 'no prefix'}"
    taken, given = plain(obj, "spec", "inboundCommunity"), plain(obj, "spec", "outboundCommunity")
    return with_details(
        "Outside network reached by BGP",
        f"taking routes with community {taken}" if taken else "",
        f"announcing with community {given}" if given else "",
    )


def _external_attachment(obj: Any, find: Find) -> str:
    external, name = plain(obj, "spec", "external"), plain(obj, "spec", "connection")
    if not external or not name:
        return ""
    _, switches = ends_of(find("Connection", name))
    static = isinstance(lookup(obj, "spec", "static"), dict)
    side = "static" if static else "switch"
    vlan = plain(obj, "spec", side, "vlan")
    return with_details(
        f"Connects external {external} to {listed(switches) if switches else f'connection {name}'}",
        f"VLAN {vlan}" if vlan not in ("", "0") else "",
        _by_static(obj) if static else _by_bgp(obj),
    )


def _by_static(obj: Any) -> str:
    remote = plain(obj, "spec", "static", "remoteIP")
    return f"by static routes through {remote}" if remote else "by static routes"


def _by_bgp(obj: Any) -> str:
    asn, address = plain(obj, "spec", "neighbor", "asn"), plain(obj, "spec", "neighbor", "ip")
    return "by BGP" + (f" with AS {asn}" if asn else "") + (f" at {address}" if address else "")


def _external_peering(obj: Any) -> str:
    vpc, external = plain(obj, "spec", "permit", "vpc", "name"), plain(obj, "spec", "permit", "external", "name")
    if not vpc or not external:
        return ""
    subnets = texts(obj, "spec", "permit", "vpc", "subnets")
    prefixes = [plain(item, "prefix") for item in items(obj, "spec", "permit", "external", "prefixes")]
    who = (
        f"Lets VPC {vpc}, {_subnets(subnets)}, reach external {external}"
        if subnets
        else f"Lets VPC {vpc} reach external {external}"
    )
    return with_details(who, f"prefixes {listed(prefixes)}" if any(prefixes) else "")


VPC_SENTENCES: dict[str, Sentence] = {
    "VPC": _vpc,
    "VPCPeering": _peering,
    "IPv4Namespace": _ipv4_namespace,
    "External": _external,
    "ExternalPeering": _external_peering,
}

# These say more when the objects that they name are at hand.
VPC_RELATED_SENTENCES: dict[str, RelatedSentence] = {
    "VPCAttachment": _attachment,
    "ExternalAttachment": _external_attachment,
}
