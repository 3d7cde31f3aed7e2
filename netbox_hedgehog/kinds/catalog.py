"""agent.githedgehog.com: catalogs, in which the controller keeps the numbers it has given out."""

from netbox_hedgehog.kinds.common import INT32, INTEGER, TEXT
from netbox_hedgehog.kinds.model import Area, Column, Kind, Writer
from netbox_hedgehog.kinds.texts import gettext_noop
from netbox_hedgehog.kinds.types import Field, Map, Object

__all__ = ("CATALOG", "CATALOG_SPEC")

CATALOG_SPEC = Object(
    Field("connectionIDs", Map(INT32), "Number by connection."),
    Field("vpcVNIs", Map(INT32), "VNI by VPC; externals as ext@NAME."),
    Field("vpcSubnetVNIs", Map(Map(INT32)), "VNI by VPC and subnet."),
    Field("vpcInfoIDs", Map(INT32), "Number by VPC for gateways."),
    Field("irbVLANs", Map(INTEGER), "VLAN for routing by VPC."),
    Field("portChannelIDs", Map(INTEGER), "Port channel by connection."),
    Field("externalIDs", Map(INTEGER), "Number by external."),
    Field("subnetIDs", Map(INT32), "Number by prefix."),
    Field("staticExternalSubnetOffsets", Map(INTEGER), "Offset by prefix behind a static external."),
    Field("loopbackWorkaroundLinks", Map(TEXT), "Loopback link by peering."),
    Field("loopbackWorkaroundVLANs", Map(INTEGER), "Loopback VLAN by peering."),
    Field("th5WorkaroundVLANs", Map(INTEGER), "VLAN by connection, for one family of silicon."),
)

CATALOG = Kind(
    kind="Catalog",
    plural="catalogs",
    singular="catalog",
    group="agent.githedgehog.com",
    version="v1beta1",
    categories=("hedgehog",),
    writer=Writer.CONTROLLER,
    area=Area.RUNTIME,
    label=gettext_noop("catalog"),
    label_plural=gettext_noop("catalogs"),
    summary=gettext_noop("Numbers that the controller has given out: VNIs, VLANs, port channels."),
    spec=CATALOG_SPEC,
    hidden=True,
    columns=(Column("Age", "date", ".metadata.creationTimestamp", extra=True),),
)
