"""The kinds that the fabric's controller and agents write: they are mirrored, never edited."""

from django.utils.translation import gettext_lazy as _

from netbox_hedgehog import kinds
from netbox_hedgehog.models.base import HedgehogObject, live_text

__all__ = ("Agent", "Catalog", "DHCPSubnet", "GatewayAgent", "VPCInfo")


class Agent(HedgehogObject):
    kind_entry = kinds.by_name("Agent")

    role = live_text("role")
    version = live_text("version", source="status")
    last_heartbeat = live_text("lastHeartbeat", source="status")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("agent")


class Catalog(HedgehogObject):
    kind_entry = kinds.by_name("Catalog")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("catalog")


class DHCPSubnet(HedgehogObject):
    kind_entry = kinds.by_name("DHCPSubnet")

    subnet = live_text("subnet")
    cidr_block = live_text("cidrBlock")
    vrf = live_text("vrf")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("DHCP subnet")


class VPCInfo(HedgehogObject):
    kind_entry = kinds.by_name("VPCInfo")

    vni = live_text("vni")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("VPC info")
        verbose_name_plural = _("VPC infos")


class GatewayAgent(HedgehogObject):
    kind_entry = kinds.by_name("GatewayAgent")

    version = live_text("agentVersion", source="status")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("gateway agent")
