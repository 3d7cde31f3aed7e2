"""wiring.githedgehog.com: the switch."""

from netbox_hedgehog.kinds.common import BOOLEAN, INT32, TEXT
from netbox_hedgehog.kinds.model import AGE, Column, Writer
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, Integer, List, Map, Object, Reference, Text
from netbox_hedgehog.kinds.wiring import wiring_kind

__all__ = ("SWITCH", "SWITCH_ROLE", "SWITCH_SPEC")

SWITCH_ROLE = Text(enum=("spine", "server-leaf", "border-leaf", "mixed-leaf", "virtual-edge"))

_REDUNDANCY = Object(
    Field("group", TEXT, "Switch group whose members back each other up.", names=Reference("SwitchGroup")),
    Field(
        "type",
        Text(enum=("mclag", "eslag")),
        "How they do it: eslag, or mclag, which the vendor is retiring. Needed with a group, refused without.",
    ),
)

_BOOT = Object(
    Field("serial", TEXT, "Serial number by which the switch is known when it boots."),
    Field("mac", TEXT, "MAC address of the management port by which it is known when it boots."),
)

_LINK_FLAP = Object(
    Field("flapThreshold", Integer(minimum=1, maximum=50, default=3), "Link changes that disable a port."),
    Field(
        "samplingInterval",
        Integer(format="int32", minimum=1, maximum=65535, default=30),
        "Seconds in which they are counted.",
    ),
    Field(
        "recoveryInterval",
        Integer(format="int32", minimum=0, maximum=65534, default=300),
        "Seconds until a disabled port is tried again; 0 never.",
    ),
)

SWITCH_SPEC = Object(
    Field("role", SWITCH_ROLE, "Place in the fabric: a spine, or a leaf for servers, borders or both.", required=True),
    Field("description", TEXT, "What the switch is, for people."),
    Field("profile", TEXT, "Hardware model, as a switch profile.", names=Reference("SwitchProfile")),
    Field("groups", List(TEXT), "Switch groups that it belongs to.", names=Reference("SwitchGroup")),
    Field("redundancy", _REDUNDANCY, "Redundancy group of a pair or set of leaves."),
    Field(
        "vlanNamespaces",
        List(TEXT),
        "VLAN namespaces whose VPCs may be attached here; their ranges must not overlap.",
        names=Reference("VLANNamespace"),
    ),
    Field("asn", INT32, "BGP AS number: the spines share one, each leaf has its own."),
    Field("ip", TEXT, "Management address with prefix length, unique in the fabric."),
    Field("vtepIP", TEXT, "VTEP address, a /32; leaves only."),
    Field("protocolIP", TEXT, "Loopback address for BGP, a /32, unique in the fabric."),
    Field("portGroupSpeeds", Map(TEXT), "Speed by port group, such as 10G."),
    Field("portSpeeds", Map(TEXT), "Speed by port, such as 25G on E1/1."),
    Field("portBreakouts", Map(TEXT), "Breakout mode by port, such as 4x25G on E1/55."),
    Field("portAutoNegs", Map(BOOLEAN), "Whether a port negotiates its speed."),
    Field("portFECs", Map(Text(enum=("rs", "fc", "auto", "disabled"))), "Forward error correction by port."),
    Field("boot", _BOOT, "How the fabric knows the switch when it boots."),
    Field("enableAllPorts", BOOLEAN, "Whether ports without a connection are up too."),
    Field("roce", BOOLEAN, "Lossless traffic classes for RDMA; the profile must support it."),
    Field(
        "ecmp",
        Object(Field("roceQPN", BOOLEAN, "Whether RDMA queue pairs take part in the hash.")),
        "How traffic is spread over equal paths.",
    ),
    Field("linkFlapErrDisable", _LINK_FLAP, "Takes a port down that changes state too often."),
)

SWITCH = wiring_kind(
    kind="Switch",
    plural="switches",
    singular="switch",
    short_names=("sw",),
    writer=Writer.USER,
    wave=1,
    label=gettext_noop("switch"),
    label_plural=gettext_noop("switches"),
    summary=gettext_noop("A switch of the fabric: its model, role, addresses and port settings."),
    spec=SWITCH_SPEC,
    columns=(
        Column("Profile", "string", ".spec.profile"),
        Column("Role", "string", ".spec.role"),
        Column("Descr", "string", ".spec.description"),
        Column("Groups", "string", ".spec.groups"),
        Column("Redundancy", "string", ".spec.redundancy", priority=1),
        Column("Boot", "string", ".spec.boot", priority=1),
        AGE,
        Column("ASN", "integer", ".spec.asn", extra=True),
        Column("IP", "string", ".spec.ip", extra=True),
    ),
)
