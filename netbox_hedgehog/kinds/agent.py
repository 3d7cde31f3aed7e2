"""agent.githedgehog.com: the configuration that the controller compiles for a switch."""

from netbox_hedgehog.kinds.agent_config import ALLOY, CONFIG, USER, VERSION
from netbox_hedgehog.kinds.agent_status import AGENT_STATUS, STATUS_UPDATES
from netbox_hedgehog.kinds.catalog import CATALOG_SPEC
from netbox_hedgehog.kinds.common import BOOLEAN, TEXT
from netbox_hedgehog.kinds.connection import CONNECTION_SPEC
from netbox_hedgehog.kinds.external import EXTERNAL_ATTACHMENT_SPEC, EXTERNAL_PEERING_SPEC, EXTERNAL_SPEC
from netbox_hedgehog.kinds.model import Area, Column, Kind, Writer
from netbox_hedgehog.kinds.switch import SWITCH_ROLE, SWITCH_SPEC
from netbox_hedgehog.kinds.switch_profile import SWITCH_PROFILE_SPEC
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, List, Map, Object, Reference
from netbox_hedgehog.kinds.vpc import IPV4_NAMESPACE_SPEC, VPC_ATTACHMENT_FIELDS, VPC_PEERING_SPEC, VPC_SPEC
from netbox_hedgehog.kinds.wiring import VLAN_NAMESPACE_SPEC

__all__ = ("AGENT",)

_VPC_ATTACHMENT = Object(*VPC_ATTACHMENT_FIELDS, Field("annotations", Map(TEXT), "The attachment's annotations."))

_SPEC = Object(
    Field("description", TEXT, "The switch's description."),
    Field("role", SWITCH_ROLE, "The switch's role."),
    Field("version", VERSION, "Software that the switch should run."),
    Field("users", List(USER), "Who may log in to the switch."),
    Field("switch", SWITCH_SPEC, "The switch, as its user wrote it."),
    Field("switchProfile", SWITCH_PROFILE_SPEC, "Its hardware model."),
    Field("switches", Map(SWITCH_SPEC), "Switches that it has to do with, by name."),
    Field("redundancyGroupPeers", List(TEXT), "Other switches of its redundancy group."),
    Field("connections", Map(CONNECTION_SPEC), "Its connections by name."),
    Field("vpcs", Map(VPC_SPEC), "VPCs that it serves, by name."),
    Field("attachedVPCs", Map(BOOLEAN), "VPCs attached here."),
    Field("configuredVPCSubnets", Map(BOOLEAN), "Subnets configured here, as VPC/SUBNET."),
    Field("vpcAttachments", Map(_VPC_ATTACHMENT), "VPC attachments by name."),
    Field("vpcPeers", Map(VPC_PEERING_SPEC), "VPC peerings by name."),
    Field("ipv4Namespaces", Map(IPV4_NAMESPACE_SPEC), "IPv4 namespaces by name."),
    Field("vlanNamespaces", Map(VLAN_NAMESPACE_SPEC), "VLAN namespaces by name."),
    Field("externals", Map(EXTERNAL_SPEC), "Externals by name."),
    Field("externalAttachments", Map(EXTERNAL_ATTACHMENT_SPEC), "External attachments by name."),
    Field("externalPeerings", Map(EXTERNAL_PEERING_SPEC), "External peerings by name."),
    Field("catalog", CATALOG_SPEC, "Numbers given out for this switch."),
    Field("config", CONFIG, "Fabric-wide settings."),
    Field("alloy", ALLOY, "Metrics and logs, older form."),
    Field("statusUpdates", STATUS_UPDATES, "Objects whose status follows this one."),
    Field("reboot", TEXT, "Asks for a restart, by a new value."),
    Field("powerReset", TEXT, "Asks for a power cycle, by a new value."),
    Field("reinstall", TEXT, "Asks for a new installation, by a new value."),
    atomic=True,
)

AGENT = Kind(
    kind="Agent",
    plural="agents",
    singular="agent",
    short_names=("ag",),
    group="agent.githedgehog.com",
    version="v1beta1",
    categories=("hedgehog",),
    writer=Writer.CONTROLLER,
    area=Area.RUNTIME,
    label=gettext_noop("agent"),
    label_plural=gettext_noop("agents"),
    summary=gettext_noop("What a switch is told to do and what it reports."),
    spec=_SPEC,
    status=AGENT_STATUS,
    own_name=Reference("Switch"),
    repeats=True,
    columns=(
        Column("Role", "string", ".spec.role"),
        Column("Descr", "string", ".spec.description"),
        Column("HWSKU", "string", ".status.state.nos.hwskuVersion", priority=1),
        Column("Heartbeat", "date", ".status.lastHeartbeat", priority=1),
        Column("Applied", "date", ".status.lastAppliedTime"),
        Column("AppliedG", "integer", ".status.lastAppliedGen"),
        Column("CurrentG", "integer", ".metadata.generation"),
        Column("Version", "string", ".status.version"),
        Column("RebootReq", "string", ".status.rebootRequired"),
        Column("Software", "string", ".status.state.nos.softwareVersion", priority=1),
        Column("Attempt", "date", ".status.lastAttemptTime", priority=2),
        Column("AttemptG", "integer", ".status.lastAttemptGen", priority=2),
        Column("RoCE", "boolean", ".spec.switch.roce", priority=3),
        Column("CurrRoCE", "boolean", ".status.state.roce", priority=3),
        Column("ECMPQPN", "boolean", ".spec.switch.ecmp.roceQPN", priority=3),
        Column("Age", "date", ".metadata.creationTimestamp", priority=10),
    ),
)
