"""wiring.githedgehog.com: switch profiles, the hardware models that the controller registers at its start."""

from netbox_hedgehog.kinds.common import BOOLEAN, INT32, INTEGER, TEXT
from netbox_hedgehog.kinds.model import AGE, Column, Writer
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, List, Map, Object
from netbox_hedgehog.kinds.wiring import wiring_kind

__all__ = ("SWITCH_PROFILE", "SWITCH_PROFILE_SPEC")

_FEATURES = Object(
    Field("subinterfaces", BOOLEAN, "Sub-interfaces on its ports."),
    Field("acls", BOOLEAN, "Access lists."),
    Field("l2vni", BOOLEAN, "VPCs in the default mode (bridged over VXLAN)."),
    Field("l3vni", BOOLEAN, "VPCs in routed mode."),
    Field("roce", BOOLEAN, "Lossless traffic classes for RDMA."),
    Field("mclag", BOOLEAN, "MCLAG redundancy."),
    Field("eslag", BOOLEAN, "ESLAG redundancy."),
    Field("ecmpRoCEQPN", BOOLEAN, "RDMA queue pairs in the ECMP hash."),
)

_PORT = Object(
    Field("nos", TEXT, "The port's name in the switch's own system."),
    Field("baseNOSName", TEXT, "Name of its first lane there, for ports that can be broken out."),
    Field("label", TEXT, "What is printed on the front."),
    Field("group", TEXT, "Port group that sets its speed."),
    Field("profile", TEXT, "Port profile, where no group sets it."),
    Field("management", BOOLEAN, "Whether it is a management port."),
    Field("oniePortName", TEXT, "Its name while the switch is being installed."),
    Field("pipeline", TEXT, "Pipeline of the silicon that it hangs on."),
)

_SPEED = Object(
    Field("default", TEXT, "Speed without a setting."),
    Field("supported", List(TEXT), "Speeds that can be set."),
)

_BREAKOUT = Object(
    Field("default", TEXT, "Mode without a setting, such as 1x100G."),
    Field(
        "supported",
        Map(Object(Field("offsets", List(TEXT), "Lane offsets of the parts.")), heading=gettext_noop("Mode")),
        "Modes that can be set.",
    ),
)

_PORT_PROFILE = Object(
    Field("speed", _SPEED, "For ports with one speed at a time."),
    Field("breakout", _BREAKOUT, "For ports that split into several."),
    Field("autoNegAllowed", BOOLEAN, "Whether negotiation can be set."),
    Field("autoNegDefault", BOOLEAN, "Whether it is on without a setting."),
)

SWITCH_PROFILE_SPEC = Object(
    Field("displayName", TEXT, "The model's name for people."),
    Field("otherNames", List(TEXT), "Other names of the same model."),
    Field("switchSilicon", TEXT, "Its switching chip."),
    Field("features", _FEATURES, "What the model can do."),
    Field("notes", TEXT, "Remarks."),
    Field(
        "config",
        Object(Field("maxPathsEBGP", INT32, "Most equal BGP paths that it installs.")),
        "Settings that depend on the model.",
    ),
    Field("ports", Map(_PORT, heading=gettext_noop("Port")), "Ports by their name in the API: E1/1, M1."),
    Field(
        "portGroups",
        Map(
            Object(
                Field("nos", TEXT, "The group's number in the switch's own system."),
                Field("profile", TEXT, "Port profile of its ports."),
            ),
            heading=gettext_noop("Port group"),
        ),
        "Groups of ports that share one speed.",
    ),
    Field("portProfiles", Map(_PORT_PROFILE, heading=gettext_noop("Port profile")), "What each type of port supports."),
    Field("nosType", TEXT, "Network operating system that it runs."),
    Field("platform", TEXT, "Platform name that it reports when it is installed."),
    Field(
        "pipelines",
        Map(
            Object(Field("maxPorts", INTEGER, "Most ports in use on this pipeline.")), heading=gettext_noop("Pipeline")
        ),
        "Pipelines of the silicon.",
    ),
    Field("maxPorts", INTEGER, "Most ports in use at a time; 0 no limit."),
)

SWITCH_PROFILE = wiring_kind(
    kind="SwitchProfile",
    plural="switchprofiles",
    singular="switchprofile",
    short_names=("sp",),
    writer=Writer.CONTROLLER,
    wave=0,
    label=gettext_noop("switch profile"),
    label_plural=gettext_noop("switch profiles"),
    summary=gettext_noop(
        "A switch model: its ports, speeds, breakouts and abilities. The controller registers those it knows."
    ),
    spec=SWITCH_PROFILE_SPEC,
    columns=(
        Column("DisplayName", "string", ".spec.displayName"),
        Column("OtherNames", "string", ".spec.otherNames"),
        Column("Ports", "string", r".metadata.annotations.fabric\.githedgehog\.com/ports"),
        AGE,
        Column("NOS", "string", ".spec.nosType", extra=True),
        Column("Silicon", "string", ".spec.switchSilicon", extra=True),
    ),
)
