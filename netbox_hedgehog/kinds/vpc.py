"""vpc.githedgehog.com: what tenants ask for. Externals have a file of their own."""

from functools import partial

from netbox_hedgehog.kinds.common import BOOLEAN, INT32, INTEGER, TEXT
from netbox_hedgehog.kinds.model import AGE, Area, Column, Kind, Writer
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, List, Map, Object, Reference

__all__ = (
    "ADVERTISED_ROUTES",
    "IPV4_NAMESPACE",
    "IPV4_NAMESPACE_SPEC",
    "VPC",
    "VPC_ATTACHMENT",
    "VPC_ATTACHMENT_FIELDS",
    "VPC_PEERING",
    "VPC_PEERING_SPEC",
    "VPC_SPEC",
    "vpc_kind",
)

vpc_kind = partial(
    Kind,
    group="vpc.githedgehog.com",
    version="v1beta1",
    categories=("hedgehog", "fabric"),
    area=Area.VPC,
    writer=Writer.USER,
)

IPV4_NAMESPACE_SPEC = Object(
    Field(
        "subnets",
        List(TEXT, min_items=1, max_items=20),
        "Prefixes that VPC subnets of this namespace lie in; 10 at most, without overlap.",
    ),
)

IPV4_NAMESPACE = vpc_kind(
    kind="IPv4Namespace",
    plural="ipv4namespaces",
    singular="ipv4namespace",
    short_names=("ipns",),
    wave=0,
    label=gettext_noop("IPv4 namespace"),
    label_plural=gettext_noop("IPv4 namespaces"),
    summary=gettext_noop("Prefixes that VPCs take their subnets from; addresses are unique within it."),
    spec=IPV4_NAMESPACE_SPEC,
    columns=(Column("Subnets", "string", ".spec.subnets"), AGE),
)

ADVERTISED_ROUTES = List(
    Object(
        Field("destination", TEXT, "Prefix that the route leads to."),
        Field("gateway", TEXT, "Next hop, in the subnet."),
    ),
)

_DHCP_OPTIONS = Object(
    Field("pxeURL", TEXT, "Address of a boot file for PXE."),
    Field("dnsServers", List(TEXT), "DNS servers for the hosts."),
    Field("timeServers", List(TEXT), "NTP servers for the hosts."),
    Field("interfaceMTU", INTEGER, "MTU for the hosts' interfaces, 96 to 9036; 9036 when left out.", required=True),
    Field("leaseTimeSeconds", INT32, "Seconds that a lease lasts; 3600 when left out.", required=True),
    Field("disableDefaultRoute", BOOLEAN, "Gives the hosts no default route."),
    Field("advertisedRoutes", ADVERTISED_ROUTES, "Further routes for the hosts."),
)

_DHCP = Object(
    Field("enable", BOOLEAN, "Whether the fabric answers DHCP in this subnet."),
    Field("relay", TEXT, "DHCP server to relay to, as ADDRESS/32; excludes the fabric's own."),
    Field("relayVPC", TEXT, "VPC that the relay's server is reached in.", names=Reference("VPC")),
    Field(
        "range",
        Object(
            Field("start", TEXT, "First address handed out; the subnet's third when left out."),
            Field("end", TEXT, "Last address handed out; the subnet's last when left out."),
        ),
        "Addresses that are handed out.",
    ),
    Field("options", _DHCP_OPTIONS, "What else the hosts are told."),
    Field(
        "static",
        Map(
            Object(Field("ip", TEXT, "The address for this host.", required=True)), heading=gettext_noop("MAC address")
        ),
        "Fixed addresses by the host's MAC address.",
    ),
)

_SUBNET = Object(
    Field("subnet", TEXT, "Prefix, /30 or shorter, inside the IPv4 namespace and without overlap."),
    Field("gateway", TEXT, "The subnet's gateway; its first address when left out."),
    Field("vlan", INTEGER, "VLAN, inside the VLAN namespace and unique there."),
    Field("isolated", BOOLEAN, "Closed to the VPC's other subnets."),
    Field("restricted", BOOLEAN, "Closed between its own hosts."),
    Field("hostBGP", BOOLEAN, "Hosts announce their addresses by BGP; excludes DHCP."),
    Field("dhcp", _DHCP, "DHCP in this subnet."),
)

VPC_SPEC = Object(
    Field("mode", TEXT, "Empty for bridged over VXLAN, l3vni for routed; l3flat is not supported yet."),
    Field("ipv4Namespace", TEXT, "Where its prefixes come from; default.", names=Reference("IPv4Namespace")),
    Field("vlanNamespace", TEXT, "Where its VLANs come from; default.", names=Reference("VLANNamespace")),
    Field("defaultIsolated", BOOLEAN, "Subnets are isolated unless they say otherwise."),
    Field("defaultRestricted", BOOLEAN, "Subnets are restricted unless they say otherwise."),
    Field("permit", List(List(TEXT)), "Sets of isolated subnets that may reach each other."),
    Field(
        "staticRoutes",
        List(
            Object(
                Field("prefix", TEXT, "Prefix that the route leads to."),
                Field("nextHops", List(TEXT), "Addresses that it goes through."),
            ),
        ),
        "Static routes of the VPC.",
    ),
    Field("subnets", Map(_SUBNET), "Subnets by name, 1 to 20."),
)

VPC = vpc_kind(
    kind="VPC",
    plural="vpcs",
    singular="vpc",
    wave=3,
    label=gettext_noop("VPC"),
    label_plural=gettext_noop("VPCs"),
    summary=gettext_noop("A tenant's own network of up to 20 subnets, apart from all others."),
    spec=VPC_SPEC,
    columns=(
        Column("IPv4NS", "string", ".spec.ipv4Namespace"),
        Column("VLANNS", "string", ".spec.vlanNamespace"),
        Column("Subnets", "string", ".spec.subnets", priority=1),
        Column("VNI", "string", ".status.vni", priority=1),
        AGE,
        Column("Mode", "string", ".spec.mode", extra=True),
    ),
)

VPC_ATTACHMENT_FIELDS = (
    Field("subnet", TEXT, "VPC and subnet, as VPC/SUBNET.", names=Reference("VPC", cut="/")),
    Field(
        "connection",
        TEXT,
        "Connection of the server: unbundled, bundled or eslag.",
        names=Reference("Connection"),
    ),
    Field("nativeVLAN", BOOLEAN, "Untagged on the link; one attachment a connection at most."),
)

VPC_ATTACHMENT = vpc_kind(
    kind="VPCAttachment",
    plural="vpcattachments",
    singular="vpcattachment",
    short_names=("vpcattach",),
    wave=4,
    label=gettext_noop("VPC attachment"),
    label_plural=gettext_noop("VPC attachments"),
    summary=gettext_noop("Brings a VPC's subnet to a server through one of its connections."),
    spec=Object(*VPC_ATTACHMENT_FIELDS),
    columns=(
        Column("VPCSUBNET", "string", ".spec.subnet"),
        Column("Connection", "string", ".spec.connection"),
        Column("NativeVLAN", "string", ".spec.nativeVLAN"),
        AGE,
    ),
)

VPC_PEERING_SPEC = Object(
    Field(
        "permit",
        List(
            Map(
                Object(
                    Field("subnets", List(TEXT, min_items=1, max_items=10), "Subnets that take part; all if left out."),
                ),
                keys=Reference("VPC"),
            ),
            min_items=1,
            max_items=10,
        ),
        "Which subnets of the two VPCs reach each other; every entry names both.",
    ),
    Field("remote", TEXT, "No longer used; must be empty.", names=Reference("SwitchGroup")),
)

VPC_PEERING = vpc_kind(
    kind="VPCPeering",
    plural="vpcpeerings",
    singular="vpcpeering",
    short_names=("vpcpeer",),
    wave=4,
    label=gettext_noop("VPC peering"),
    label_plural=gettext_noop("VPC peerings"),
    summary=gettext_noop("Lets two VPCs of the same namespaces reach each other."),
    spec=VPC_PEERING_SPEC,
    columns=(
        Column("VPC1", "string", r".metadata.labels.fabric\.githedgehog\.com/vpc1"),
        Column("VPC2", "string", r".metadata.labels.fabric\.githedgehog\.com/vpc2"),
        Column("Remote", "string", ".spec.remote"),
        AGE,
    ),
)
