"""gateway.githedgehog.com: peerings through gateways."""

from netbox_hedgehog.kinds.common import BOOLEAN, TEXT
from netbox_hedgehog.kinds.gateway import gateway_kind
from netbox_hedgehog.kinds.model import AGE, Area, Column, Writer
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, List, Map, Object, Reference, Text

__all__ = ("GATEWAY_PEERING", "GATEWAY_PEERING_SPEC", "VPC_OR_EXTERNAL")

# A side of a peering is a VPC by its name, or "ext." and the name of an External (no VPC's name begins so).
VPC_OR_EXTERNAL = Reference("VPC", prefixed=("ext.", "External"))

_CIDR = Field("cidr", TEXT, "A prefix.")
_NOT = Field("not", TEXT, "A prefix that is left out.")
_IDLE = Field("idleTimeout", TEXT, "Time without packets after which a flow is forgotten, as 2m0s.")

_PORT_FORWARD = Object(
    Field("proto", Text(enum=("tcp", "udp", "")), "Protocol; empty for both."),
    Field("port", TEXT, "Port inside, or a range as 8000-8100."),
    Field("as", TEXT, "Port as seen by the peer, or a range."),
)

_NAT = Object(
    Field("masquerade", Object(_IDLE), "Many addresses behind few, for flows from this side."),
    Field(
        "portForward",
        Object(_IDLE, Field("ports", List(_PORT_FORWARD), "Ports that are passed on, one or more.")),
        "Flows from the peer to chosen ports.",
    ),
    Field("static", Object(), "One address for one; both lists must be equally long."),
)

_EXPOSE = Object(
    Field(
        "ips",
        List(
            Object(
                _CIDR,
                _NOT,
                Field("vpcSubnet", TEXT, "One of the VPC's subnets by name; not for externals."),
            ),
        ),
        "Addresses that the peer reaches; each entry has one of the three.",
    ),
    Field("as", List(Object(_CIDR, _NOT)), "Addresses that the peer sees in their place; with NAT only."),
    Field("nat", _NAT, "How addresses are translated, one of the three; with as only."),
    Field("default", BOOLEAN, "Stands for every other address; alone in its entry."),
)

_MATCH_SIDE = List(
    Object(
        Field("cidr", TEXT, "A prefix; excludes vpcSubnet."),
        Field("vpcSubnet", TEXT, "A subnet of the VPC by name; excludes cidr."),
        Field("ports", List(TEXT), "Ports or ranges."),
    ),
)

_ACL_RULE = Object(
    Field("name", TEXT, "Name of the rule, up to 64 characters."),
    Field("from", TEXT, "Side that packets come from; from or to is needed."),
    Field("to", TEXT, "Side that packets go to."),
    Field("action", Text(enum=("deny", "allow")), "What happens to them.", required=True),
    Field(
        "match",
        Object(
            Field("src", _MATCH_SIDE, "Sources."),
            Field("dst", _MATCH_SIDE, "Destinations."),
            Field("proto", TEXT, "tcp, udp, a protocol number, or empty for all."),
        ),
        "Packets that the rule is about.",
    ),
    Field("scope", Text(enum=("flow", "packet", "")), "Whether it judges whole flows (when left out) or packets."),
    Field("log", BOOLEAN, "Whether matches are logged."),
)

GATEWAY_PEERING_SPEC = Object(
    Field(
        "gatewayGroup",
        TEXT,
        "Gateways that carry the peering; default when left out.",
        names=Reference("GatewayGroup"),
    ),
    Field(
        "peering",
        Map(Object(Field("expose", List(_EXPOSE), "What this side shows the other.")), keys=VPC_OR_EXTERNAL),
        "The two sides: a VPC's name, or ext. and an external's.",
    ),
    Field(
        "acl",
        Object(
            Field(
                "default",
                Text(enum=("deny", "deny-unless-exposed", "")),
                "What happens where no rule matches; deny-unless-exposed when left out.",
                required=True,
            ),
            Field("rules", List(_ACL_RULE), "Rules, the first match counts."),
        ),
        "Which packets may pass.",
    ),
)

GATEWAY_PEERING = gateway_kind(
    kind="GatewayPeering",
    plural="gatewaypeerings",
    singular="gatewaypeering",
    short_names=("gwpeer",),
    writer=Writer.USER,
    area=Area.GATEWAY,
    wave=4,
    label=gettext_noop("gateway peering"),
    label_plural=gettext_noop("gateway peerings"),
    summary=gettext_noop("Lets two VPCs, or a VPC and an external, reach each other through a gateway."),
    spec=GATEWAY_PEERING_SPEC,
    columns=(Column("GatewayGroup", "string", ".spec.gatewayGroup"), AGE),
)
