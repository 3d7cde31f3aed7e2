"""wiring.githedgehog.com: what devices there are. Switches, their profiles and cabling have files of their own."""

from functools import partial

from netbox_hedgehog.kinds.common import INTEGER, TEXT
from netbox_hedgehog.kinds.model import AGE, Area, Column, Kind, Writer
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, List, Object, Reference

__all__ = ("SERVER", "SERVER_PROFILE", "SWITCH_GROUP", "VLAN_NAMESPACE", "VLAN_NAMESPACE_SPEC", "wiring_kind")

wiring_kind = partial(
    Kind,
    group="wiring.githedgehog.com",
    version="v1beta1",
    categories=("hedgehog", "wiring", "fabric"),
    area=Area.WIRING,
)

VLAN_NAMESPACE_SPEC = Object(
    Field(
        "ranges",
        List(
            Object(
                Field("from", INTEGER, "First VLAN of the range, 1 to 4094."),
                Field("to", INTEGER, "Last VLAN of the range, itself included; left out, the range is one VLAN."),
            ),
            min_items=1,
            max_items=20,
        ),
        "VLAN ranges that VPC subnets of this namespace may use; they must not overlap.",
    ),
)

VLAN_NAMESPACE = wiring_kind(
    kind="VLANNamespace",
    plural="vlannamespaces",
    singular="vlannamespace",
    short_names=("vlanns",),
    writer=Writer.USER,
    wave=0,
    label=gettext_noop("VLAN namespace"),
    label_plural=gettext_noop("VLAN namespaces"),
    summary=gettext_noop("Ranges of VLANs that VPCs take theirs from; a VLAN is unique within its namespace."),
    spec=VLAN_NAMESPACE_SPEC,
    columns=(AGE, Column("Ranges", "string", ".spec.ranges", extra=True)),
)

SWITCH_GROUP = wiring_kind(
    kind="SwitchGroup",
    plural="switchgroups",
    singular="switchgroup",
    short_names=("sg",),
    writer=Writer.USER,
    wave=0,
    label=gettext_noop("switch group"),
    label_plural=gettext_noop("switch groups"),
    summary=gettext_noop("A name under which switches are grouped, for redundancy above all."),
    columns=(AGE,),
)

SERVER_PROFILE = wiring_kind(
    kind="ServerProfile",
    plural="serverprofiles",
    singular="serverprofile",
    writer=Writer.USER,
    wave=0,
    label=gettext_noop("server profile"),
    label_plural=gettext_noop("server profiles"),
    summary=gettext_noop("The network cards and ports of a server model; the fabric itself does not use it."),
    spec=Object(
        Field(
            "nics",
            List(
                Object(
                    Field("name", TEXT, "Name of the network card."),
                    Field("ports", List(Object(Field("name", TEXT, "Name of the port."))), "Ports of the card."),
                ),
            ),
            "Network cards of the server.",
        ),
    ),
    columns=(
        Column("NICs", "string", ".spec.nics", extra=True),
        Column("Age", "date", ".metadata.creationTimestamp", extra=True),
    ),
)

SERVER = wiring_kind(
    kind="Server",
    plural="servers",
    singular="server",
    short_names=("srv",),
    writer=Writer.USER,
    wave=1,
    label=gettext_noop("server"),
    label_plural=gettext_noop("servers"),
    summary=gettext_noop("A server cabled to the fabric; its ports are named by its connections."),
    spec=Object(
        Field("description", TEXT, "What the server is, for people."),
        Field("profile", TEXT, "Server profile; not used by the fabric.", names=Reference("ServerProfile")),
    ),
    columns=(
        Column("Type", "string", ".spec.type"),
        Column("Descr", "string", ".spec.description"),
        AGE,
        Column("Profile", "string", ".spec.profile", extra=True),
    ),
)
