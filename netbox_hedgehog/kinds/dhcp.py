"""dhcp.githedgehog.com: what the fabric's DHCP server serves, and its leases."""

from netbox_hedgehog.kinds.common import BOOLEAN, INT32, INTEGER, TEXT, TIME
from netbox_hedgehog.kinds.model import AGE, Area, Column, Kind, Writer
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, List, Map, Object, Reference
from netbox_hedgehog.kinds.vpc import ADVERTISED_ROUTES

__all__ = ("DHCP_SUBNET",)

_SPEC = Object(
    # The management network's own entry has a subnet without a slash and names no VPC.
    Field("subnet", TEXT, "VPC and subnet, as VPC/SUBNET.", required=True, names=Reference("VPC", "/", strict=True)),
    Field("cidrBlock", TEXT, "The subnet's prefix.", required=True),
    Field("gateway", TEXT, "Gateway for the hosts.", required=True),
    Field("startIP", TEXT, "First address handed out.", required=True),
    Field("endIP", TEXT, "Last address handed out.", required=True),
    Field("leaseTimeSeconds", INT32, "Seconds that a lease lasts.", required=True),
    Field("vrf", TEXT, "VRF that requests come from.", required=True),
    Field("circuitID", TEXT, "VLAN interface that they come from, as the relay tells it.", required=True),
    Field("pxeURL", TEXT, "Address of a boot file for PXE.", required=True),
    Field("dnsServers", List(TEXT), "DNS servers for the hosts.", required=True),
    Field("timeServers", List(TEXT), "NTP servers for the hosts.", required=True),
    Field("interfaceMTU", INTEGER, "MTU for the hosts' interfaces.", required=True),
    Field("defaultURL", TEXT, "Address of the installer; management network only.", required=True),
    Field("ztpBaseURL", TEXT, "Where switches fetch their first configuration; management network only."),
    Field("onieOnly", BOOLEAN, "Answers only switches that are being installed."),
    Field("disableDefaultRoute", BOOLEAN, "Gives the hosts no default route."),
    Field("advertisedRoutes", ADVERTISED_ROUTES, "Further routes for the hosts."),
    Field("l3Mode", BOOLEAN, "Whether the VPC is routed (l3vni)."),
    Field(
        "static",
        Map(
            Object(Field("ip", TEXT, "The address for this host.", required=True)), heading=gettext_noop("MAC address")
        ),
        "Fixed addresses by the host's MAC address.",
    ),
    atomic=True,
)

_STATUS = Object(
    Field(
        "allocated",
        Map(
            Object(
                Field("ip", TEXT, "Address.", required=True),
                Field("expiry", TIME, "When the lease ends."),
                Field("hostname", TEXT, "Name that the host gave."),
                Field("discover", BOOLEAN, "Only offered so far, not taken."),
            ),
            heading=gettext_noop("MAC address"),
        ),
        "Leases by the host's MAC address.",
    ),
    atomic=True,
)

DHCP_SUBNET = Kind(
    kind="DHCPSubnet",
    plural="dhcpsubnets",
    singular="dhcpsubnet",
    short_names=("dhcp",),
    group="dhcp.githedgehog.com",
    version="v1beta1",
    categories=("hedgehog",),
    writer=Writer.CONTROLLER,
    area=Area.RUNTIME,
    label=gettext_noop("DHCP subnet"),
    label_plural=gettext_noop("DHCP subnets"),
    summary=gettext_noop("A subnet that the fabric's DHCP server serves, with its leases."),
    spec=_SPEC,
    status=_STATUS,
    columns=(
        Column("Subnet", "string", ".spec.subnet"),
        Column("CIDRBlock", "string", ".spec.cidrBlock"),
        Column("Gateway", "string", ".spec.gateway"),
        Column("StartIP", "string", ".spec.startIP"),
        Column("EndIP", "string", ".spec.endIP"),
        Column("VRF", "string", ".spec.vrf", priority=1),
        Column("CircuitID", "string", ".spec.circuitID", priority=1),
        Column("DNSServers", "string", ".spec.dnsServers", priority=1),
        Column("TimeServers", "string", ".spec.timeServers", priority=1),
        Column("InterfaceMTU", "integer", ".spec.interfaceMTU", priority=1),
        AGE,
    ),
)
