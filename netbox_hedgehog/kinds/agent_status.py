"""agent.githedgehog.com: what a switch's agent reports, anew every 15 seconds."""

from netbox_hedgehog.kinds.agent_hardware import CRITICAL_RESOURCES, NOS, PLATFORM, TRANSCEIVER
from netbox_hedgehog.kinds.common import BOOLEAN, INT32, INT64, INTEGER, NUMBER, TEXT, TIME
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, Integer, List, Map, Object, Text

__all__ = ("AGENT_STATUS", "STATUS_UPDATES")

STATUS_UPDATES = List(
    Object(
        Field("apiVersion", TEXT, "API version of the object."),
        Field("kind", TEXT, "Its kind."),
        Field("namespace", TEXT, "Its namespace."),
        Field("name", TEXT, "Its name."),
        Field("generation", INT64, "Its generation."),
    ),
)

# Conditions are Kubernetes' own (metav1.Condition), bounds and patterns with them.
_REASON = r"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
_TYPE = (
    r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
)

_CONDITION = Object(
    Field("type", Text(pattern=_TYPE, max_length=316), "What it is about: Applied.", required=True),
    Field("status", Text(enum=("True", "False", "Unknown")), "Whether it holds.", required=True),
    Field("reason", Text(pattern=_REASON, min_length=1, max_length=1024), "Why, in one word.", required=True),
    Field("message", Text(max_length=32768), "Why, in words.", required=True),
    Field("observedGeneration", Integer(format="int64", minimum=0), "Generation that it is about."),
    Field("lastTransitionTime", TIME, "Since when.", required=True),
)

_MESSAGES = Object(*(Field(name, INT64) for name in ("cap", "keepal", "notif", "open", "rrefresh", "update")))

_ROUTES = Map(
    Object(Field("rec", INT32), Field("recPre", INT32), Field("sent", INT32)),
    heading=gettext_noop("Address family"),
)

_BGP_NEIGHBOR = Object(
    Field("state", TEXT, "State of the session; established is up."),
    Field("enabled", BOOLEAN, "Whether it is configured to be up."),
    Field("localAS", INT32, "The switch's AS number."),
    Field("peerAS", INT32, "The neighbour's AS number."),
    Field("peerGroup", TEXT, "Group of the session: fabric, or towards externals."),
    Field("peerPort", INTEGER, "The neighbour's TCP port."),
    Field("peerType", TEXT, "Whether the AS numbers differ (external)."),
    Field("remoteRouterID", TEXT, "The neighbour's router ID."),
    Field("prefixes", _ROUTES, "Routes."),
    Field("msgs", Object(Field("rec", _MESSAGES), Field("sent", _MESSAGES)), "Messages by type."),
    Field("connDropped", INT64, "Sessions lost."),
    Field("estabTrans", INT64, "Times that it came up."),
    Field("lastEstab", TIME, "When it came up last."),
    Field("lastRead", TIME, "When it was last heard of."),
    Field("lastWrite", TIME, "When it was last written to."),
    Field("lastReset", TIME, "When it was lost last."),
    Field("lastResetReason", TEXT, "Why it was lost last."),
    Field("shutdownMsg", TEXT, "What the neighbour said when it closed it."),
)

_BFD_PEER = Object(
    Field("state", TEXT, "Whether the neighbour answers."),
    Field("profile", TEXT, "Its timing."),
    Field("fails", INT64, "Failures."),
    Field("lastUpTime", TIME, "When it came up last."),
)

_QUEUE = Object(*(Field(name, INT64) for name in ("p", "pps", "b", "bps", "dp", "db", "ecnp", "ecnb", "wreddp")))

_COUNTERS = Object(
    Field("clear", TIME, "Since when they count."),
    Field("inb", INT64, "Bytes in."),
    Field("inbps", NUMBER, "Bits a second in."),
    Field("inpbs", NUMBER, "Packets a second in."),
    Field("ind", INT64, "Packets in that were dropped."),
    Field("ine", INT64, "Errors in."),
    Field("inu", INTEGER, "Load in, percent."),
    Field("outb", INT64, "Bytes out."),
    Field("outbps", NUMBER, "Bits a second out."),
    Field("outpps", NUMBER, "Packets a second out."),
    Field("outd", INT64, "Packets out that were dropped."),
    Field("oute", INT64, "Errors out."),
    Field("outu", INTEGER, "Load out, percent."),
    Field("queues", Map(_QUEUE), "Queues by name."),
)

_LLDP_NEIGHBOR = Object(
    *(
        Field(name, TEXT)
        for name in (
            "name",
            "chassis",
            "sysName",
            "sysDescr",
            "portID",
            "portDescr",
            "manuf",
            "model",
            "serial",
        )
    ),
)

_INTERFACE = Object(
    Field("enabled", BOOLEAN, "Whether the fabric wants it up."),
    Field("admin", TEXT, "Whether it is switched on."),
    Field("oper", TEXT, "Whether it is up."),
    Field("mac", TEXT, "MAC address."),
    Field("change", TIME, "When its state changed last."),
    Field("speed", TEXT, "Speed in use."),
    Field("auto", BOOLEAN, "Whether the speed was negotiated."),
    Field("fec", TEXT, "Forward error correction in use."),
    Field("errDisabled", BOOLEAN, "Taken down for changing state too often."),
    Field("linkFlapCount", INT32, "How often it changed."),
    Field("counters", _COUNTERS, "Traffic."),
    Field("lldpNeighbors", List(_LLDP_NEIGHBOR), "Who is at the other end, by LLDP."),
)

_STATE = Object(
    Field("nos", NOS, "Operating system and hardware."),
    Field("firmware", Map(TEXT), "Firmware versions by part."),
    Field("interfaces", Map(_INTERFACE), "Interfaces by their name in the API."),
    Field(
        "breakouts",
        Map(
            Object(Field("mode", TEXT, "Mode."), Field("status", TEXT, "Whether it is in use.")),
            heading=gettext_noop("Port"),
        ),
        "Breakouts by port.",
    ),
    Field("transceivers", Map(TRANSCEIVER, heading=gettext_noop("Port")), "Optics and cables by port."),
    Field(
        "bgpNeighbors",
        Map(Map(_BGP_NEIGHBOR, heading=gettext_noop("Neighbor")), heading=gettext_noop("VRF")),
        "BGP sessions by VRF and address.",
    ),
    Field(
        "bfdPeers",
        Map(Map(_BFD_PEER, heading=gettext_noop("Peer")), heading=gettext_noop("VRF")),
        "BFD sessions by VRF and address.",
    ),
    Field("platform", PLATFORM, "Fans, power and temperatures."),
    Field("criticalResources", CRITICAL_RESOURCES, "Hardware tables."),
    Field("roce", BOOLEAN, "Whether lossless classes are on."),
)

AGENT_STATUS = Object(
    Field("version", TEXT, "Agent's version that runs."),
    Field("installID", TEXT, "Changes with each installation."),
    Field("runID", TEXT, "Changes with each start of the agent."),
    Field("bootID", TEXT, "Changes with each boot."),
    Field("lastHeartbeat", TIME, "When the agent reported last; older than a minute is a problem."),
    Field("lastAttemptTime", TIME, "When it last tried to apply."),
    Field("lastAttemptGen", INT64, "Generation that it tried."),
    Field("lastAppliedTime", TIME, "When it last applied."),
    Field("lastAppliedGen", INT64, "Generation that the switch runs."),
    Field("rebootRequired", BOOLEAN, "Whether a restart is needed."),
    Field("state", _STATE, "What the switch reports."),
    Field("statusUpdates", STATUS_UPDATES, "Objects whose status follows this one."),
    Field("conditions", List(_CONDITION), "Whether the last generation is applied.", required=True),
    atomic=True,
)
