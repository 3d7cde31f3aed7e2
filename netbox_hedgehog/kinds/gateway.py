"""gateway.githedgehog.com: gateways, which join VPCs and externals with NAT and access lists."""

from functools import partial

from netbox_hedgehog.kinds.common import BOOLEAN, INT32, INTEGER, TEXT
from netbox_hedgehog.kinds.model import AGE, Area, Column, Kind, Writer
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, Integer, List, Map, Object, Reference

__all__ = ("GATEWAY", "GATEWAY_CATEGORIES", "GATEWAY_GROUP", "GATEWAY_SPEC", "VPC_INFO", "gateway_kind")

GATEWAY_CATEGORIES = ("hedgehog", "hedgehog-gateway")

gateway_kind = partial(
    Kind,
    group="gateway.githedgehog.com",
    version="v1alpha1",
    categories=GATEWAY_CATEGORIES,
)

GATEWAY_GROUP = gateway_kind(
    kind="GatewayGroup",
    plural="gatewaygroups",
    singular="gatewaygroup",
    short_names=("gwgr",),
    writer=Writer.USER,
    area=Area.GATEWAY,
    wave=0,
    label=gettext_noop("gateway group"),
    label_plural=gettext_noop("gateway groups"),
    summary=gettext_noop("A name under which gateways stand in for each other."),
    required=("metadata",),
    columns=(Column("Age", "date", ".metadata.creationTimestamp", extra=True),),
)

_INTERFACE = Object(
    Field("pci", TEXT, "PCI address of the card; excludes kernel."),
    Field("kernel", TEXT, "Name that the kernel gives the interface; excludes pci."),
    Field("ips", List(TEXT), "IPv4 addresses with prefix length."),
    Field("mtu", INT32, "Largest packet in bytes."),
)

_NEIGHBOR = Object(
    Field("source", TEXT, "Interface that the session goes out of."),
    Field("ip", TEXT, "Neighbour's IPv4 address."),
    Field("asn", INT32, "Neighbour's AS number."),
)

_LOGS = Object(
    Field("default", TEXT, "off, error, warning, info (when left out), debug or trace."),
    Field("tags", Map(TEXT), "Levels by tag."),
    Field(
        "rateLimit",
        Object(
            Field("burst", Integer(format="int32", minimum=0), "Lines at once."),
            Field("replenishPerSecond", Integer(format="int32", minimum=0), "Lines a second after that."),
        ),
        "How much is logged at most.",
    ),
)

GATEWAY_SPEC = Object(
    Field("protocolIP", TEXT, "Loopback address for BGP, a /32, unique among switches and gateways."),
    Field("vtepIP", TEXT, "VTEP address, a /32, unique among switches and gateways."),
    Field("vtepMAC", TEXT, "VTEP's MAC address, unique among gateways."),
    Field("asn", INT32, "BGP AS number."),
    Field("vtepMTU", INT32, "Largest packet on the VTEP in bytes."),
    Field("interfaces", Map(_INTERFACE), "Interfaces towards the fabric by name, one or more."),
    Field("neighbors", List(_NEIGHBOR), "BGP sessions with the switches, one or more."),
    Field("logs", _LOGS, "What the data plane logs."),
    Field("profiling", Object(Field("enabled", BOOLEAN, "Whether it is on.")), "Profiling of the data plane."),
    Field("workers", INTEGER, "Threads that move packets, 1 to 64; 4 when left out."),
    Field(
        "groups",
        List(
            Object(
                Field("name", TEXT, "Gateway group.", names=Reference("GatewayGroup")),
                Field("priority", INT32, "Rank in the group; the highest is in use."),
            ),
        ),
        "Groups that it serves; default when left out.",
    ),
    Field("flowTableCapacity", INT32, "Most flows that are tracked at a time."),
)

GATEWAY = gateway_kind(
    kind="Gateway",
    plural="gateways",
    singular="gateway",
    short_names=("gw",),
    writer=Writer.USER,
    area=Area.GATEWAY,
    wave=1,
    label=gettext_noop("gateway"),
    label_plural=gettext_noop("gateways"),
    summary=gettext_noop("A server that joins VPCs and externals with NAT and access lists."),
    spec=GATEWAY_SPEC,
    columns=(
        Column("ProtoIP", "string", ".spec.protocolIP"),
        Column("VTEPIP", "string", ".spec.vtepIP"),
        Column("Groups", "string", ".spec.groups", priority=1),
        AGE,
        Column("ASN", "integer", ".spec.asn", extra=True),
    ),
)

VPC_INFO = gateway_kind(
    kind="VPCInfo",
    plural="vpcinfos",
    singular="vpcinfo",
    short_names=("gwvpc",),
    writer=Writer.CONTROLLER,
    area=Area.RUNTIME,
    label=gettext_noop("VPC info"),
    label_plural=gettext_noop("VPC infos"),
    summary=gettext_noop("What gateways need to know of a VPC or external; the controller keeps one for each."),
    spec=Object(
        Field("subnets", Map(Object(Field("cidr", TEXT, "The subnet's prefix."))), "Subnets by name."),
        Field("vni", INT32, "VXLAN network identifier."),
    ),
    status=Object(Field("internalID", TEXT, "Identifier inside the gateway.")),
    own_name=Reference("VPC", prefixed=("ext.", "External")),
    columns=(
        Column("InternalID", "string", ".status.internalID"),
        AGE,
        Column("VNI", "integer", ".spec.vni", extra=True),
    ),
)
