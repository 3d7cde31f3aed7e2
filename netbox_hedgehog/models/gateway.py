"""The kinds of gateway.githedgehog.com that users write."""

from django.utils.translation import gettext_lazy as _

from netbox_hedgehog import kinds
from netbox_hedgehog.models.base import HedgehogObject, live_text

__all__ = ("Gateway", "GatewayGroup", "GatewayPeering")


class GatewayGroup(HedgehogObject):
    kind_entry = kinds.by_name("GatewayGroup")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("gateway group")


class Gateway(HedgehogObject):
    kind_entry = kinds.by_name("Gateway")

    protocol_ip = live_text("protocolIP")
    vtep_ip = live_text("vtepIP")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("gateway")


class GatewayPeering(HedgehogObject):
    kind_entry = kinds.by_name("GatewayPeering")

    gateway_group = live_text("gatewayGroup")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("gateway peering")
