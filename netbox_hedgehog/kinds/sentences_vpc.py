"""Sentences about the kinds of vpc.githedgehog.com."""

from typing import Any

from netbox_hedgehog.kinds.reading import items, listed, lookup, plain, table, texts
from netbox_hedgehog.kinds.sentence import Find, RelatedSentence, Sentence, with_details
from netbox_hedgehog.kinds.sentences_wiring import ends_of
from netbox_hedgehog.kinds.texts import _, counted, gettext_noop

__all__ = ("VPC_RELATED_SENTENCES", "VPC_SENTENCES")

_MODES = {
    "": gettext_noop("bridged"),
    "l2vni": gettext_noop("bridged"),
    "l3vni": gettext_noop("routed"),
    "l3flat": gettext_noop("routed without VXLAN"),
}


def _vpc(obj: Any) -> str:
    subnets = table(obj, "spec", "subnets")
    if not subnets:
        return _("VPC without a subnet")
    mode = plain(obj, "spec", "mode")
    shown = listed((_subnet(name, subnet) for name, subnet in subnets.items()), most=4)
    return _("VPC ({mode}) with {subnets}: {shown}").format(
        mode=_(_MODES[mode]) if mode in _MODES else mode,
        subnets=counted(len(subnets), "{number} subnet", "{number} subnets"),
        shown=shown,
    )


def _subnet(name: str, subnet: Any) -> str:
    vlan = plain(subnet, "vlan")
    dhcp = lookup(subnet, "dhcp", "enable") is True
    known = [
        plain(subnet, "subnet"),
        _("VLAN {vlan}").format(vlan=vlan) if vlan not in ("", "0") else "",
        "DHCP" if dhcp else "",
    ]
    details = " ".join(detail for detail in known if detail)
    return f"{name} ({details})" if details else name


def _attachment(obj: Any, find: Find) -> str:
    vpc, _slash, subnet = plain(obj, "spec", "subnet").partition("/")
    name = plain(obj, "spec", "connection")
    if not vpc or not name:
        return ""
    subnet = subnet or "default"
    connection = find("Connection", name)
    servers, switches = ends_of(connection)
    where = _("over connection {name}").format(name=name)
    if servers and switches:
        where = _("to {servers} through {switches}").format(servers=listed(servers), switches=listed(switches))
    if lookup(obj, "spec", "nativeVLAN") is True:
        tag = _("untagged")
    else:
        vlan = plain(find("VPC", vpc), "spec", "subnets", subnet, "vlan")
        tag = _("tagged {vlan}").format(vlan=vlan) if vlan not in ("", "0") else ""
    return with_details(
        _("Attaches VPC {vpc}, subnet {subnet}, {where}").format(vpc=vpc, subnet=subnet, where=where), tag
    )


def _peering(obj: Any) -> str:
    sides: dict[str, list[str]] = {}
    for permit in items(obj, "spec", "permit"):
        for vpc, side in table(permit).items():
            sides.setdefault(vpc, []).extend(texts(side, "subnets") or [""])
    if not sides:
        return ""
    named = (f"{vpc} ({_subnets(subnets)})" for vpc, subnets in sides.items())
    return _("Lets VPCs {named} reach each other").format(named=listed(named))


def _subnets(names: list[str]) -> str:
    if "" in names or not names:
        return _("all subnets")
    said = _("subnet {names}") if len(set(names)) == 1 else _("subnets {names}")
    return said.format(names=listed(names))


def _ipv4_namespace(obj: Any) -> str:
    subnets = texts(obj, "spec", "subnets")
    return _("Addresses for VPCs out of {subnets}").format(subnets=listed(subnets)) if subnets else ""


def _external(obj: Any) -> str:
    if isinstance(lookup(obj, "spec", "static"), dict):
        prefixes = texts(obj, "spec", "static", "prefixes")
        return _("Outside network with static routes to {prefixes}").format(prefixes=listed(prefixes) or _("no prefix"))
    taken, given = plain(obj, "spec", "inboundCommunity"), plain(obj, "spec", "outboundCommunity")
    return with_details(
        _("Outside network reached by BGP"),
        _("taking routes with community {taken}").format(taken=taken) if taken else "",
        _("announcing with community {given}").format(given=given) if given else "",
    )


def _external_attachment(obj: Any, find: Find) -> str:
    external, name = plain(obj, "spec", "external"), plain(obj, "spec", "connection")
    if not external or not name:
        return ""
    _servers, switches = ends_of(find("Connection", name))
    static = isinstance(lookup(obj, "spec", "static"), dict)
    side = "static" if static else "switch"
    vlan = plain(obj, "spec", side, "vlan")
    where = listed(switches) if switches else _("connection {name}").format(name=name)
    return with_details(
        _("Connects external {external} to {where}").format(external=external, where=where),
        _("VLAN {vlan}").format(vlan=vlan) if vlan not in ("", "0") else "",
        _by_static(obj) if static else _by_bgp(obj),
    )


def _by_static(obj: Any) -> str:
    remote = plain(obj, "spec", "static", "remoteIP")
    return _("by static routes through {remote}").format(remote=remote) if remote else _("by static routes")


def _by_bgp(obj: Any) -> str:
    asn, address = plain(obj, "spec", "neighbor", "asn"), plain(obj, "spec", "neighbor", "ip")
    return (
        _("by BGP")
        + (_(" with AS {asn}").format(asn=asn) if asn else "")
        + (_(" at {address}").format(address=address) if address else "")
    )


def _external_peering(obj: Any) -> str:
    vpc, external = plain(obj, "spec", "permit", "vpc", "name"), plain(obj, "spec", "permit", "external", "name")
    if not vpc or not external:
        return ""
    subnets = texts(obj, "spec", "permit", "vpc", "subnets")
    prefixes = [plain(item, "prefix") for item in items(obj, "spec", "permit", "external", "prefixes")]
    who = (
        _("Lets VPC {vpc}, {subnets}, reach external {external}").format(
            vpc=vpc, subnets=_subnets(subnets), external=external
        )
        if subnets
        else _("Lets VPC {vpc} reach external {external}").format(vpc=vpc, external=external)
    )
    return with_details(who, _("prefixes {prefixes}").format(prefixes=listed(prefixes)) if any(prefixes) else "")


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
