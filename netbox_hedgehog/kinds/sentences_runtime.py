"""Sentences about the objects that controllers and agents write."""

from typing import Any

from netbox_hedgehog.kinds.reading import listed, plain, table
from netbox_hedgehog.kinds.sentence import Sentence, name_of, with_details
from netbox_hedgehog.kinds.texts import _, counted, gettext_noop

__all__ = ("RUNTIME_SENTENCES",)

_NUMBERS = {
    "connectionIDs": gettext_noop("connections"),
    "vpcVNIs": gettext_noop("VPCs"),
    "vpcSubnetVNIs": gettext_noop("VPCs' subnets"),
    "vpcInfoIDs": gettext_noop("VPCs for gateways"),
    "irbVLANs": gettext_noop("routed VLANs"),
    "portChannelIDs": gettext_noop("port channels"),
    "externalIDs": gettext_noop("externals"),
    "subnetIDs": gettext_noop("prefixes"),
    "staticExternalSubnetOffsets": gettext_noop("static externals"),
    "loopbackWorkaroundLinks": gettext_noop("loopback links"),
    "loopbackWorkaroundVLANs": gettext_noop("loopback VLANs"),
    "th5WorkaroundVLANs": gettext_noop("connections' VLANs"),
}


def _agent(obj: Any) -> str:
    return _report(
        obj, _("Switch {name}").format(name=plain(obj, "metadata", "name")).strip(), plain(obj, "status", "version")
    )


def _gateway_agent(obj: Any) -> str:
    return _report(
        obj,
        _("Gateway {name}").format(name=plain(obj, "metadata", "name")).strip(),
        plain(obj, "status", "agentVersion"),
    )


def _report(obj: Any, who: str, version: str) -> str:
    """Say whether a device runs its newest configuration, by comparing generations."""
    wanted, applied = plain(obj, "metadata", "generation"), plain(obj, "status", "lastAppliedGen")
    heard = plain(obj, "status", "lastHeartbeat")
    if not applied and not heard:
        return _("{who} has not reported yet").format(who=who)
    if not applied:
        head = _("{who} has not applied its configuration yet").format(who=who)
    elif applied == wanted:
        head = _("{who} runs its newest configuration (generation {applied})").format(who=who, applied=applied)
    else:
        head = _("{who} runs generation {applied} of its configuration").format(who=who, applied=applied) + (
            _(", not yet {wanted}").format(wanted=wanted) if wanted else ""
        )
    return with_details(
        head,
        _("agent {version}").format(version=version) if version else "",
        _("last heard of at {heard}").format(heard=heard) if heard else "",
    )


def _dhcp_subnet(obj: Any) -> str:
    vpc, slash, subnet = plain(obj, "spec", "subnet").partition("/")
    block, first, last = (plain(obj, "spec", key) for key in ("cidrBlock", "startIP", "endIP"))
    where = (
        _("in VPC {vpc}, subnet {subnet}").format(vpc=vpc, subnet=subnet)
        if slash
        else _("in {vpc}").format(vpc=vpc)
        if vpc
        else ""
    )
    leases = table(obj, "status", "allocated")
    return with_details(
        " ".join(part for part in (_("Serves DHCP"), where, f"({block})" if block else "") if part),
        _("addresses {first} to {last}").format(first=first, last=last) if first and last else "",
        counted(len(leases), "{number} lease", "{number} leases"),
    )


def _vpc_info(obj: Any) -> str:
    name = plain(obj, "metadata", "name")
    vni, subnets = plain(obj, "spec", "vni"), table(obj, "spec", "subnets")
    if not name:
        return ""
    about = _("Tells gateways about {object}").format(object=name_of(name))
    return with_details(
        about,
        _("VNI {vni}").format(vni=vni) if vni else "",
        counted(len(subnets), "{number} subnet", "{number} subnets") if subnets else "",
    )


def _catalog(obj: Any) -> str:
    spec = table(obj, "spec")
    shown = listed(f"{_(words)} ({len(table(spec, key))})" for key, words in _NUMBERS.items() if table(spec, key))
    return _("Numbers given out for {shown}").format(shown=shown) if shown else ""


RUNTIME_SENTENCES: dict[str, Sentence] = {
    "Agent": _agent,
    "GatewayAgent": _gateway_agent,
    "DHCPSubnet": _dhcp_subnet,
    "VPCInfo": _vpc_info,
    "Catalog": _catalog,
}
