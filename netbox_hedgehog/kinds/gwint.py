"""gwint.githedgehog.com: the configuration that the controller compiles for a gateway, and what the gateway reports."""

from netbox_hedgehog.kinds.common import BOOLEAN, INT32, INT64, NUMBER, TEXT, TIME
from netbox_hedgehog.kinds.gateway import GATEWAY_CATEGORIES, GATEWAY_SPEC
from netbox_hedgehog.kinds.gateway_peering import GATEWAY_PEERING_SPEC
from netbox_hedgehog.kinds.model import AGE, Area, Column, Kind, Writer
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, List, Map, Object, Reference, Text

__all__ = ("GATEWAY_AGENT",)

_SPEC = Object(
    Field("agentVersion", TEXT, "Version that the agent should run."),
    Field("gateway", GATEWAY_SPEC, "The gateway, as its user wrote it."),
    Field(
        "vpcs",
        Map(
            Object(
                Field("internalID", TEXT, "Identifier inside the gateway."),
                Field("vni", INT32, "VXLAN network identifier."),
                Field("subnets", Map(Object(Field("cidr", TEXT, "The subnet's prefix."))), "Subnets by name."),
            ),
        ),
        "VPCs and externals that it knows.",
    ),
    Field("peerings", Map(GATEWAY_PEERING_SPEC), "Gateway peerings by name."),
    Field(
        "groups",
        Map(
            Object(
                Field(
                    "members",
                    List(
                        Object(
                            Field("name", TEXT, "Gateway.", required=True),
                            Field("priority", INT32, "Rank in the group.", required=True),
                            Field("vtepIP", TEXT, "VTEP address.", required=True),
                        ),
                    ),
                    "Gateways of the group.",
                ),
            ),
        ),
        "Gateway groups by name.",
    ),
    Field("communities", Map(TEXT), "BGP communities by rank."),
    Field("config", Object(Field("fabricBFD", BOOLEAN, "BFD on sessions with the fabric.")), "Fabric-wide settings."),
    atomic=True,
)

_PREFIXES = Object(
    Field("received", INT32, "Prefixes received."),
    Field("receivedPrePolicy", INT32, "Prefixes received before filters."),
    Field("sent", INT32, "Prefixes sent."),
)

_MESSAGES = Object(
    *(Field(name, INT64) for name in ("capability", "keepalive", "notification", "open", "routeRefresh", "update")),
)

_BGP_NEIGHBOR = Object(
    Field("enabled", BOOLEAN, "Whether the session is configured to be up."),
    Field("localAS", INT32, "The gateway's AS number."),
    Field("peerAS", INT32, "The neighbour's AS number."),
    Field("remoteRouterID", TEXT, "The neighbour's router ID."),
    Field(
        "sessionState",
        Text(enum=("unset", "idle", "connect", "active", "open", "established")),
        "State of the session; established is up.",
    ),
    Field("connectionsDropped", INT64, "Sessions lost."),
    Field("establishedTransitions", INT64, "Times that it came up."),
    Field("lastResetReason", TEXT, "Why it was lost last."),
    Field(
        "messages",
        Object(Field("received", _MESSAGES, "Messages received."), Field("sent", _MESSAGES, "Messages sent.")),
        "Messages by type.",
    ),
    Field("ipv4UnicastPrefixes", _PREFIXES, "IPv4 prefixes."),
    Field("ipv6UnicastPrefixes", _PREFIXES, "IPv6 prefixes."),
    Field("l2VPNEVPNPrefixes", _PREFIXES, "EVPN routes."),
)

_BYTES = Field("b", INT64, "Bytes.")
_PACKETS = Field("p", INT64, "Packets.")
_DROPS = Field("d", INT64, "Packets dropped.")

_STATE = Object(
    Field("lastCollectedTime", TIME, "When this was gathered."),
    Field("dataplane", Object(Field("version", TEXT, "Its version.")), "The program that moves packets."),
    Field("frr", Object(Field("lastAppliedGen", INT64, "Generation that it runs.")), "The routing program."),
    Field("vpcs", Map(Object(_BYTES, _PACKETS, _DROPS), heading=gettext_noop("VPC")), "Traffic by VPC."),
    Field(
        "peerings",
        Map(
            Object(
                _BYTES,
                _PACKETS,
                _DROPS,
                Field("bps", NUMBER, "Bytes a second."),
                Field("pps", NUMBER, "Packets a second."),
            ),
            heading=gettext_noop("Direction"),
        ),
        "Traffic by direction of a peering.",
    ),
    Field(
        "bgp",
        Object(
            Field(
                "vrfs",
                Map(
                    Object(
                        Field("neighbors", Map(_BGP_NEIGHBOR, heading=gettext_noop("Neighbor")), "Sessions by address.")
                    ),
                    heading=gettext_noop("VRF"),
                ),
                "Sessions by VRF.",
            ),
        ),
        "BGP sessions.",
    ),
)

_STATUS = Object(
    Field("agentVersion", TEXT, "Version that runs."),
    Field("lastAppliedGen", INT64, "Generation of this object that the gateway runs."),
    Field("lastAppliedTime", TIME, "When it was applied."),
    Field("lastHeartbeat", TIME, "When the agent reported last."),
    Field("state", _STATE, "What the gateway reports."),
    atomic=True,
)

GATEWAY_AGENT = Kind(
    kind="GatewayAgent",
    plural="gatewayagents",
    singular="gatewayagent",
    short_names=("gwag",),
    group="gwint.githedgehog.com",
    version="v1alpha1",
    categories=GATEWAY_CATEGORIES,
    writer=Writer.CONTROLLER,
    area=Area.RUNTIME,
    label=gettext_noop("gateway agent"),
    label_plural=gettext_noop("gateway agents"),
    summary=gettext_noop("What a gateway is told to do and what it reports."),
    spec=_SPEC,
    status=_STATUS,
    own_name=Reference("Gateway"),
    repeats=True,
    columns=(
        Column("Applied", "date", ".status.lastAppliedTime"),
        Column("AppliedG", "integer", ".status.lastAppliedGen"),
        Column("CurrentG", "integer", ".metadata.generation"),
        Column("Version", "string", ".status.agentVersion"),
        Column("ProtoIP", "string", ".spec.gateway.protocolIP", priority=1),
        Column("VTEPIP", "string", ".spec.gateway.vtepIP", priority=1),
        AGE,
        Column("Heartbeat", "date", ".status.lastHeartbeat", extra=True),
    ),
)
