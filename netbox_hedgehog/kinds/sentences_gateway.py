"""What the kinds of gateway.githedgehog.com that users write are, in words."""

from typing import Any

from netbox_hedgehog.kinds.reading import counted, items, listed, lookup, plain, table
from netbox_hedgehog.kinds.sentence import Sentence, name_of, with_details

__all__ = ("GATEWAY_SENTENCES",)

_NAT = {"masquerade": "masquerading", "portForward": "port forwarding", "static": "static NAT"}


def _gateway(obj: Any) -> str:
    groups = listed(plain(group, "name") for group in items(obj, "spec", "groups"))
    asn, vtep = plain(obj, "spec", "asn"), plain(obj, "spec", "vtepIP")
    interfaces = table(obj, "spec", "interfaces")
    return with_details(
        f"Gateway with {counted(len(interfaces), 'interface')}",
        f"AS {asn}" if asn else "",
        f"VTEP {vtep}" if vtep else "",
        f"serving {groups}" if groups else "",
    )


def _peering(obj: Any) -> str:
    sides = table(obj, "spec", "peering")
    if not sides:
        return ""
    group = plain(obj, "spec", "gatewayGroup")
    rules = items(obj, "spec", "acl", "rules")
    shown = listed(name_of(name) + _nat(side) for name, side in sides.items())
    return with_details(
        f"Lets {shown} reach each other" + (f" through gateway group {group}" if group else ""),
        f"with {counted(len(rules), 'access rule')}" if rules else "",
    )


def _nat(side: Any) -> str:
    used = (words for expose in items(side, "expose") for key, words in _NAT.items() if _has(expose, key))
    shown = listed(used)
    return f" ({shown})" if shown else ""


def _has(expose: Any, key: str) -> bool:
    return isinstance(lookup(expose, "nat", key), dict)


GATEWAY_SENTENCES: dict[str, Sentence] = {"Gateway": _gateway, "GatewayPeering": _peering}
