"""wiring.githedgehog.com: connections, the cabling and the logical links made of it."""

from netbox_hedgehog.kinds.common import BOOLEAN, INTEGER, IPV4_ADDRESS, IPV4_PREFIX, TEXT
from netbox_hedgehog.kinds.model import AGE, Column, Writer
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, List, Object, Reference
from netbox_hedgehog.kinds.wiring import wiring_kind

__all__ = ("CONNECTION", "CONNECTION_SPEC", "CONNECTION_TYPES")

# A port is "DEVICE/PORT"; the device ends at the first slash, as ports have slashes too (leaf-01/E1/1).
_SWITCH = Reference("Switch", cut="/", strict=True)
_SERVER = Reference("Server", cut="/", strict=True)
_GATEWAY = Reference("Gateway", cut="/", strict=True)

_MTU = Field("mtu", INTEGER, "Largest packet in bytes; without it the fabric's own for servers.")
_FALLBACK = Field("fallback", BOOLEAN, "Lets one link work before LACP has come up.")


def _port(names: Reference, *more: Field) -> Object:
    return Object(Field("port", TEXT, "Device and port, as DEVICE/PORT.", names=names), *more)


def _end(role: str, names: Reference, help_text: str) -> Field:
    return Field(role, _port(names), help_text)


def _routed_end(role: str, names: Reference, help_text: str) -> Field:
    address = Field("ip", IPV4_PREFIX, "Address of this end, with both ends in one /31.")
    return Field(role, _port(names, address), help_text)


_SERVER_LINK = Object(_end("server", _SERVER, "Server's end."), _end("switch", _SWITCH, "Switch's end."))
_SWITCH_PAIR = Object(_end("switch1", _SWITCH, "One end."), _end("switch2", _SWITCH, "The other end."))
_SERVER_LINKS = Field("links", List(_SERVER_LINK), "Links of the bundle.")
_SERVER_LINKS_2 = Field("links", List(_SERVER_LINK, min_items=2), "Links of the bundle, two or more.")


def _routed(left: str, left_names: Reference, right: str, right_names: Reference) -> Object:
    link = Object(
        _routed_end(left, left_names, f"End at the {left.rstrip('12')}."),
        _routed_end(right, right_names, f"End at the {right.rstrip('12')}."),
    )
    return Object(Field("links", List(link, min_items=1), "Links of the connection."))


_MCLAG_DOMAIN = Object(
    Field("peerLinks", List(_SWITCH_PAIR, min_items=1), "Links that carry traffic between the two switches."),
    Field("sessionLinks", List(_SWITCH_PAIR, min_items=1), "Links that keep the two in step."),
)

_STATIC_EXTERNAL = Object(
    Field(
        "link",
        Object(
            Field(
                "switch",
                Object(
                    Field("port", TEXT, "Switch and port, as SWITCH/PORT.", names=_SWITCH),
                    Field("ip", IPV4_PREFIX, "Switch's address with prefix length."),
                    Field("nextHop", IPV4_ADDRESS, "Address that traffic to the subnets goes to."),
                    Field("subnets", List(TEXT), "Prefixes behind the next hop; 0.0.0.0/0 only alone."),
                    Field("vlan", INTEGER, "VLAN of the link; 0 untagged."),
                ),
                "Switch's end.",
            ),
        ),
        "The link.",
    ),
    Field("withinVPC", TEXT, "VPC that reaches the subnets; it cannot be changed later.", names=Reference("VPC")),
)

CONNECTION_SPEC = Object(
    Field(
        "unbundled",
        Object(Field("link", _SERVER_LINK, "The link."), _MTU),
        "One link between a server and a switch.",
    ),
    Field("bundled", Object(_SERVER_LINKS, _MTU, _FALLBACK), "A server's links to one switch, as one port channel."),
    Field(
        "eslag",
        Object(_SERVER_LINKS_2, _MTU, _FALLBACK),
        "A server's links to two to four switches of one ESLAG group, as one port channel.",
    ),
    Field(
        "mclag",
        Object(_SERVER_LINKS_2, _MTU, _FALLBACK),
        "A server's links to an MCLAG pair; the vendor is retiring it.",
    ),
    Field("mclagDomain", _MCLAG_DOMAIN, "Links between the switches of an MCLAG pair; the vendor is retiring it."),
    Field("fabric", _routed("spine", _SWITCH, "leaf", _SWITCH), "Links between a spine and a leaf."),
    Field("mesh", _routed("leaf1", _SWITCH, "leaf2", _SWITCH), "Links between two leaves of a fabric without spines."),
    Field("gateway", _routed("switch", _SWITCH, "gateway", _GATEWAY), "Links between a switch and a gateway."),
    Field(
        "vpcLoopback",
        Object(Field("links", List(_SWITCH_PAIR, min_items=1), "Links of the loopback.")),
        "Cables from a switch to itself that older fabrics peered VPCs through.",
    ),
    Field(
        "external",
        Object(
            Field("link", Object(_end("switch", _SWITCH, "Switch's end.")), "The link."),
        ),
        "A switch port towards a network outside the fabric.",
    ),
    Field("staticExternal", _STATIC_EXTERNAL, "A switch port towards an outside network, with static routes."),
)

# The keys of spec, of which a connection has exactly one.
CONNECTION_TYPES = tuple(field.name for field in CONNECTION_SPEC.fields)

CONNECTION = wiring_kind(
    kind="Connection",
    plural="connections",
    singular="connection",
    short_names=("conn",),
    writer=Writer.USER,
    wave=2,
    label=gettext_noop("connection"),
    label_plural=gettext_noop("connections"),
    summary=gettext_noop("Cabling between devices and what it serves as; its type cannot be changed."),
    spec=CONNECTION_SPEC,
    columns=(
        Column(
            "Type", "string", r".metadata.labels.fabric\.githedgehog\.com/connection-type", label=gettext_noop("Type")
        ),
        AGE,
    ),
)
