"""vpc.githedgehog.com: networks outside the fabric and how VPCs reach them."""

from netbox_hedgehog.kinds.common import BOOLEAN, INT32, INTEGER, TEXT
from netbox_hedgehog.kinds.model import AGE, Column
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, List, Object, Reference
from netbox_hedgehog.kinds.vpc import vpc_kind

__all__ = (
    "EXTERNAL",
    "EXTERNAL_ATTACHMENT",
    "EXTERNAL_ATTACHMENT_SPEC",
    "EXTERNAL_PEERING",
    "EXTERNAL_PEERING_SPEC",
    "EXTERNAL_SPEC",
)

_CATEGORIES = ("hedgehog", "fabric", "external")

EXTERNAL_SPEC = Object(
    Field("ipv4Namespace", TEXT, "Namespace of the VPCs that may peer; default.", names=Reference("IPv4Namespace")),
    Field("inboundCommunity", TEXT, "BGP community on routes that are accepted, as 65102:5000."),
    Field("outboundCommunity", TEXT, "BGP community put on routes that are announced."),
    Field(
        "static",
        Object(Field("prefixes", List(TEXT), "Prefixes behind the external, without overlap.")),
        "For networks reached by static routes in place of BGP; excludes communities.",
    ),
)

EXTERNAL = vpc_kind(
    kind="External",
    plural="externals",
    singular="external",
    short_names=("ext",),
    categories=_CATEGORIES,
    wave=3,
    label=gettext_noop("external"),
    label_plural=gettext_noop("externals"),
    summary=gettext_noop("A network outside the fabric, reached by BGP or by static routes."),
    spec=EXTERNAL_SPEC,
    columns=(
        Column("IPv4NS", "string", ".spec.ipv4Namespace"),
        Column("InComm", "string", ".spec.inboundCommunity"),
        Column("OutComm", "string", ".spec.outboundCommunity"),
        AGE,
        Column("Prefixes", "string", ".spec.static.prefixes", extra=True),
    ),
)

_FLAGS = (
    ("syn", "notSyn", "SYN"),
    ("ack", "notAck", "ACK"),
    ("fin", "notFin", "FIN"),
    ("rst", "notRst", "RST"),
    ("psh", "notPsh", "PSH"),
    ("urg", "notUrg", "URG"),
)

_TCP_FILTERS = Object(
    Field("established", BOOLEAN, "Packets of connections already made; excludes the flags."),
    *(Field(on, BOOLEAN, f"{flag} is set.") for on, _, flag in _FLAGS),
    *(Field(off, BOOLEAN, f"{flag} is not set.") for _, off, flag in _FLAGS),
)

_STATEMENT = Object(
    Field("seq", INTEGER, "Place in the order, 10 or more, unique.", required=True),
    Field("action", TEXT, "permit, deny, discard or transit.", required=True),
    Field("protocol", TEXT, "ip, tcp, udp or icmp.", required=True),
    Field("srcPrefix", TEXT, "Source prefix, or any.", required=True),
    Field("dstPrefix", TEXT, "Destination prefix, or any.", required=True),
    Field("portRangeBegin", INTEGER, "First destination port; tcp and udp."),
    Field("portRangeEnd", INTEGER, "Last destination port; tcp and udp."),
    Field("tcpFilters", _TCP_FILTERS, "TCP flags to match."),
    Field("icmpType", INTEGER, "ICMP type to match."),
    Field("icmpCode", INTEGER, "ICMP code to match."),
)

EXTERNAL_ATTACHMENT_SPEC = Object(
    Field("external", TEXT, "External that is reached here.", names=Reference("External")),
    Field("connection", TEXT, "Connection of type external.", names=Reference("Connection")),
    Field(
        "switch",
        Object(
            Field("vlan", INTEGER, "VLAN of the link, unique on the connection; 0 untagged."),
            Field("ip", TEXT, "Switch's address with prefix length."),
        ),
        "The fabric's side of the BGP session.",
        required=True,
    ),
    Field(
        "neighbor",
        Object(
            Field("asn", INT32, "Neighbour's AS number."),
            Field("ip", TEXT, "Neighbour's address."),
        ),
        "The other side of the BGP session.",
        required=True,
    ),
    Field(
        "static",
        Object(
            Field("remoteIP", TEXT, "Address that routes go through.", required=True),
            Field("vlan", INTEGER, "VLAN of the link, unique on the connection; 0 untagged."),
            Field("ip", TEXT, "Switch's address with prefix length; excludes proxy."),
            Field("proxy", BOOLEAN, "Answers ARP for the far side in place of an own address."),
        ),
        "For externals with static routes; excludes switch and neighbor.",
    ),
    Field(
        "inboundACL",
        Object(Field("statements", List(_STATEMENT), "Rules in the order of their seq.")),
        "What may come in.",
    ),
)

EXTERNAL_ATTACHMENT = vpc_kind(
    kind="ExternalAttachment",
    plural="externalattachments",
    singular="externalattachment",
    short_names=("extattach",),
    categories=_CATEGORIES,
    wave=4,
    label=gettext_noop("external attachment"),
    label_plural=gettext_noop("external attachments"),
    summary=gettext_noop("Where and how an external is connected to a switch."),
    spec=EXTERNAL_ATTACHMENT_SPEC,
    required=("spec",),
    columns=(
        Column("External", "string", ".spec.external"),
        Column("Connection", "string", ".spec.connection"),
        Column("SwVLAN", "string", ".spec.switch.vlan", priority=1),
        Column("SwIP", "string", ".spec.switch.ip", priority=1),
        Column("NeighASN", "string", ".spec.neighbor.asn", priority=1),
        Column("NeighIP", "string", ".spec.neighbor.ip", priority=1),
        AGE,
    ),
)

EXTERNAL_PEERING_SPEC = Object(
    Field(
        "permit",
        Object(
            Field(
                "vpc",
                Object(
                    Field("name", TEXT, "VPC that peers.", names=Reference("VPC")),
                    Field("subnets", List(TEXT), "Its subnets that take part."),
                ),
                "The VPC's side.",
            ),
            Field(
                "external",
                Object(
                    Field("name", TEXT, "External that it peers with.", names=Reference("External")),
                    Field(
                        "prefixes",
                        List(Object(Field("prefix", TEXT, "A prefix and all within it."))),
                        "Prefixes that the VPC may reach.",
                    ),
                ),
                "The external's side.",
            ),
        ),
        "Who reaches what.",
    ),
)

EXTERNAL_PEERING = vpc_kind(
    kind="ExternalPeering",
    plural="externalpeerings",
    singular="externalpeering",
    short_names=("extpeering", "extpeer"),
    categories=_CATEGORIES,
    wave=4,
    label=gettext_noop("external peering"),
    label_plural=gettext_noop("external peerings"),
    summary=gettext_noop("Lets a VPC reach an external."),
    spec=EXTERNAL_PEERING_SPEC,
    columns=(
        Column("VPC", "string", ".spec.permit.vpc.name", label=gettext_noop("VPC")),
        Column("VPCSubnets", "string", ".spec.permit.vpc.subnets", priority=1, label=gettext_noop("VPC subnets")),
        Column("External", "string", ".spec.permit.external.name", label=gettext_noop("External")),
        Column(
            "ExtPrefixes",
            "string",
            ".spec.permit.external.prefixes",
            priority=1,
            label=gettext_noop("External prefixes"),
        ),
        AGE,
    ),
)
