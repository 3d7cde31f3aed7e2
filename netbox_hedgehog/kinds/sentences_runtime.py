"""What the objects that controllers and agents write are, in words."""

from typing import Any

from netbox_hedgehog.kinds.reading import counted, listed, plain, table
from netbox_hedgehog.kinds.sentence import Sentence, name_of, with_details

__all__ = ("RUNTIME_SENTENCES",)

_NUMBERS = {
    "connectionIDs": "connections",
    "vpcVNIs": "VPCs",
    "vpcSubnetVNIs": "VPCs' subnets",
    "vpcInfoIDs": "VPCs for gateways",
    "irbVLANs": "routed VLANs",
    "portChannelIDs": "port channels",
    "externalIDs": "externals",
    "subnetIDs": "prefixes",
    "staticExternalSubnetOffsets": "static externals",
    "loopbackWorkaroundLinks": "loopback links",
    "loopbackWorkaroundVLANs": "loopback VLANs",
    "th5WorkaroundVLANs": "connections' VLANs",
}


def _agent(obj: Any) -> str:
    return _report(obj, f"Switch {plain(obj, 'metadata', 'name')}".strip(), plain(obj, "status", "version"))


def _gateway_agent(obj: Any) -> str:
    return _report(obj, f"Gateway {plain(obj, 'metadata', 'name')}".strip(), plain(obj, "status", "agentVersion"))


def _report(obj: Any, who: str, version: str) -> str:
    """Whether a device runs what it is told to: compares the generation applied with the one wanted."""
    wanted, applied = plain(obj, "metadata", "generation"), plain(obj, "status", "lastAppliedGen")
    heard = plain(obj, "status", "lastHeartbeat")
    if not applied and not heard:
        return f"{who} has not reported yet"
    if not applied:
        head = f"{who} has not applied its configuration yet"
    elif applied == wanted:
        head = f"{who} runs its newest configuration (generation {applied})"
    else:
        head = f"{who} runs generation {applied} of its configuration" + (f", not yet {wanted}" if wanted else "")
    return with_details(head, f"agent {version}" if version else "", f"last heard of at {heard}" if heard else "")


def _dhcp_subnet(obj: Any) -> str:
    vpc, slash, subnet = plain(obj, "spec", "subnet").partition("/")
    block, first, last = (plain(obj, "spec", key) for key in ("cidrBlock", "startIP", "endIP"))
    where = f"in VPC {vpc}, subnet {subnet}" if slash else f"in {vpc}" if vpc else ""
    leases = table(obj, "status", "allocated")
    return with_details(
        " ".join(part for part in ("Serves DHCP", where, f"({block})" if block else "") if part),
        f"addresses {first} to {last}" if first and last else "",
        counted(len(leases), "lease"),
    )


def _vpc_info(obj: Any) -> str:
    name = plain(obj, "metadata", "name")
    vni, subnets = plain(obj, "spec", "vni"), table(obj, "spec", "subnets")
    if not name:
        return ""
    about = f"Tells gateways about {name_of(name)}"
    return with_details(about, f"VNI {vni}" if vni else "", counted(len(subnets), "subnet") if subnets else "")


def _catalog(obj: Any) -> str:
    spec = table(obj, "spec")
    shown = listed(f"{words} ({len(table(spec, key))})" for key, words in _NUMBERS.items() if table(spec, key))
    return f"Numbers given out for {shown}" if shown else ""


RUNTIME_SENTENCES: dict[str, Sentence] = {
    "Agent": _agent,
    "GatewayAgent": _gateway_agent,
    "DHCPSubnet": _dhcp_subnet,
    "VPCInfo": _vpc_info,
    "Catalog": _catalog,
}
