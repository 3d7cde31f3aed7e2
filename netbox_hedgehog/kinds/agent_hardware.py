"""agent.githedgehog.com: the hardware part of what a switch's agent reports."""

from netbox_hedgehog.kinds.common import BOOLEAN, INT32, INTEGER, NUMBER, TEXT
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, Map, Object

__all__ = ("CRITICAL_RESOURCES", "NOS", "PLATFORM", "TRANSCEIVER")

NOS = Object(
    Field("softwareVersion", TEXT, "Version of the operating system."),
    Field("productDescription", TEXT, "Its edition."),
    Field("productVersion", TEXT, "Its release."),
    Field("distributionVersion", TEXT, "Distribution that it is built on."),
    Field("kernelVersion", TEXT, "Kernel."),
    Field("configDBVersion", TEXT, "Version of its configuration database."),
    Field("buildCommit", TEXT, "Commit that it was built from."),
    Field("buildDate", TEXT, "When it was built."),
    Field("builtBy", TEXT, "Who built it."),
    Field("asicVersion", TEXT, "Switching silicon."),
    Field("hwskuVersion", TEXT, "Hardware model as the system knows it."),
    Field("hardwareVersion", TEXT, "Revision of the hardware."),
    Field("platformName", TEXT, "Platform name."),
    Field("mfgName", TEXT, "Manufacturer."),
    Field("serialNumber", TEXT, "Serial number."),
    Field("uptime", TEXT, "Time since it booted."),
)

_CHANNEL = Object(
    Field("in", NUMBER, "Light received, dBm."),
    Field("out", NUMBER, "Light sent, dBm."),
    Field("bias", NUMBER, "Laser current, mA."),
)

TRANSCEIVER = Object(
    Field("present", TEXT, "Whether one is plugged in."),
    Field("oper", TEXT, "Whether it works."),
    Field("descr", TEXT, "What it is."),
    Field("formFactor", TEXT, "Its form: SFP28, QSFP-DD."),
    Field("connType", TEXT, "Its connector."),
    Field("cable", TEXT, "Kind of cable."),
    Field("length", NUMBER, "Length of the cable, m."),
    Field("vendor", TEXT, "Manufacturer."),
    Field("vendorPart", TEXT, "Part number."),
    Field("vendorOUI", TEXT, "Manufacturer's OUI."),
    Field("vendorRev", TEXT, "Revision."),
    Field("serial", TEXT, "Serial number."),
    Field("firmware", TEXT, "Firmware."),
    Field("temp", NUMBER, "Temperature, Celsius."),
    Field("voltage", NUMBER, "Supply, V."),
    Field("cmis", TEXT, "State of its CMIS machine."),
    Field("cmisRev", TEXT, "CMIS revision."),
    Field("cmisApp", INTEGER, "CMIS application in use."),
    Field("channels", Map(_CHANNEL, heading=gettext_noop("Lane")), "Lanes by number."),
)

_FAN = Object(
    Field("presence", BOOLEAN, "Whether it is there."),
    Field("status", BOOLEAN, "Whether it is well."),
    Field("speed", NUMBER, "Speed."),
    Field("dir", TEXT, "Direction of the air."),
)

_PSU = Object(
    Field("presence", BOOLEAN, "Whether it is there."),
    Field("status", BOOLEAN, "Whether it is well."),
    *(
        Field(f"{way}{quantity}", NUMBER, f"{quantity} {way}, {unit}.")
        for way in ("in", "out")
        for quantity, unit in (("Voltage", "V"), ("Current", "A"), ("Power", "W"))
    ),
)

_TEMPERATURE = Object(
    Field("temp", NUMBER, "Temperature, Celsius."),
    Field("alarms", TEXT, "Whether it is out of bounds."),
    Field("highThreshold", NUMBER, "Warm from here."),
    Field("critHighThreshold", NUMBER, "Too hot from here."),
    Field("lowThreshold", NUMBER, "Cold from here."),
    Field("critLowThreshold", NUMBER, "Too cold from here."),
)

PLATFORM = Object(
    Field("fans", Map(_FAN), "Fans by name."),
    Field("psus", Map(_PSU), "Power supplies by name."),
    Field("temps", Map(_TEMPERATURE), "Sensors by name."),
)

_TABLES = (
    "dnatEntries",
    "fdbEntries",
    "ipmcEntries",
    "ipv4Neighbors",
    "ipv4Nexthops",
    "ipv4Routes",
    "ipv6Neighbors",
    "ipv6Nexthops",
    "ipv6Routes",
    "nexthopGroupMembers",
    "nexthopGroups",
    "snatEntries",
)


def _filling(*tables: str) -> Object:
    """How full hardware tables are: what is used, what is left."""
    return Object(*(Field(f"{table}{part}", INT32) for table in tables for part in ("Used", "Available")))


_ACL = _filling("groups", "tables")
_ACL_STAGE = Object(*(Field(place, _ACL) for place in ("lag", "port", "rif", "switch", "vlan")))

CRITICAL_RESOURCES = Object(
    Field("stats", _filling(*_TABLES), "Entries used and left by table."),
    Field(
        "aclStats",
        Object(Field("ingress", _ACL_STAGE, "Incoming packets."), Field("egress", _ACL_STAGE, "Outgoing packets.")),
        "Access list tables used and left.",
    ),
)
