"""Sentences about the kinds of gateway.githedgehog.com that users write."""

from typing import Any

from netbox_hedgehog.kinds.reading import items, listed, lookup, plain, table
from netbox_hedgehog.kinds.sentence import Sentence, name_of, with_details
from netbox_hedgehog.kinds.texts import _, counted, gettext_noop

__all__ = ("GATEWAY_SENTENCES",)

_NAT = {
    "masquerade": gettext_noop("masquerading"),
    "portForward": gettext_noop("port forwarding"),
    "static": gettext_noop("static NAT"),
}


def _gateway(obj: Any) -> str:
    groups = listed(plain(group, "name") for group in items(obj, "spec", "groups"))
    asn, vtep = plain(obj, "spec", "asn"), plain(obj, "spec", "vtepIP")
    interfaces = table(obj, "spec", "interfaces")
    return with_details(
        _("Gateway with {interfaces}").format(
            interfaces=counted(len(interfaces), "{number} interface", "{number} interfaces")
        ),
        _("AS {asn}").format(asn=asn) if asn else "",
        _("VTEP {vtep}").format(vtep=vtep) if vtep else "",
        _("serving {groups}").format(groups=groups) if groups else "",
    )


def _peering(obj: Any) -> str:
    sides = table(obj, "spec", "peering")
    if not sides:
        return ""
    group = plain(obj, "spec", "gatewayGroup")
    rules = items(obj, "spec", "acl", "rules")
    shown = listed(name_of(name) + _nat(side) for name, side in sides.items())
    return with_details(
        _("Lets {shown} reach each other").format(shown=shown)
        + (_(" through gateway group {group}").format(group=group) if group else ""),
        _("with {access_rules}").format(
            access_rules=counted(len(rules), "{number} access rule", "{number} access rules")
        )
        if rules
        else "",
    )


def _nat(side: Any) -> str:
    used = (_(words) for expose in items(side, "expose") for key, words in _NAT.items() if _has(expose, key))
    shown = listed(used)
    return f" ({shown})" if shown else ""


def _has(expose: Any, key: str) -> bool:
    return isinstance(lookup(expose, "nat", key), dict)


GATEWAY_SENTENCES: dict[str, Sentence] = {"Gateway": _gateway, "GatewayPeering": _peering}
