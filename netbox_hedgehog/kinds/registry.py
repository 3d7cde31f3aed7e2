"""All kinds that the plugin knows, and how to find one."""

from netbox_hedgehog.kinds.agent import AGENT
from netbox_hedgehog.kinds.catalog import CATALOG
from netbox_hedgehog.kinds.connection import CONNECTION
from netbox_hedgehog.kinds.dhcp import DHCP_SUBNET
from netbox_hedgehog.kinds.external import EXTERNAL, EXTERNAL_ATTACHMENT, EXTERNAL_PEERING
from netbox_hedgehog.kinds.gateway import GATEWAY, GATEWAY_GROUP, VPC_INFO
from netbox_hedgehog.kinds.gateway_peering import GATEWAY_PEERING
from netbox_hedgehog.kinds.gwint import GATEWAY_AGENT
from netbox_hedgehog.kinds.model import Kind
from netbox_hedgehog.kinds.switch import SWITCH
from netbox_hedgehog.kinds.switch_profile import SWITCH_PROFILE
from netbox_hedgehog.kinds.vpc import IPV4_NAMESPACE, VPC, VPC_ATTACHMENT, VPC_PEERING
from netbox_hedgehog.kinds.wiring import SERVER, SERVER_PROFILE, SWITCH_GROUP, VLAN_NAMESPACE

__all__ = ("KINDS", "by_name", "by_plural", "find", "find_by_name")

# In the order in which menus and counts show them: by area, what people look for first.
KINDS: tuple[Kind, ...] = (
    VPC,
    VPC_ATTACHMENT,
    VPC_PEERING,
    EXTERNAL,
    EXTERNAL_ATTACHMENT,
    EXTERNAL_PEERING,
    IPV4_NAMESPACE,
    SWITCH,
    SERVER,
    CONNECTION,
    SWITCH_GROUP,
    SWITCH_PROFILE,
    SERVER_PROFILE,
    VLAN_NAMESPACE,
    GATEWAY,
    GATEWAY_GROUP,
    GATEWAY_PEERING,
    AGENT,
    GATEWAY_AGENT,
    DHCP_SUBNET,
    VPC_INFO,
    CATALOG,
)

_BY_NAME = {kind.kind: kind for kind in KINDS}
_BY_PLURAL = {kind.plural: kind for kind in KINDS}


def by_name(name: str) -> Kind:
    """Find a kind by its name, such as ``VPCAttachment``.

    Raises:
        KeyError: The plugin knows no such kind.
    """
    return _BY_NAME[name]


def by_plural(plural: str) -> Kind:
    """Find a kind by its plural, such as ``vpcattachments``.

    Raises:
        KeyError: The plugin knows no such kind.
    """
    return _BY_PLURAL[plural]


def find_by_name(name: str) -> Kind | None:
    """The kind of that name, as ``VPCAttachment``; None when we do not know it."""
    return _BY_NAME.get(name)


def find(group: str, kind: str) -> Kind | None:
    """Find a kind by its API group (without version) and name.

    Returns:
        The kind; None if the plugin does not know it.
    """
    known = _BY_NAME.get(kind)
    return known if known is not None and known.group == group else None
