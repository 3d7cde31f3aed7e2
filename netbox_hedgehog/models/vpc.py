"""The kinds of vpc.githedgehog.com: what tenants ask for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from netbox_hedgehog import kinds
from netbox_hedgehog.models.base import HedgehogObject, live_text

__all__ = (
    "VPC",
    "External",
    "ExternalAttachment",
    "ExternalPeering",
    "IPv4Namespace",
    "VPCAttachment",
    "VPCPeering",
)


class IPv4Namespace(HedgehogObject):
    kind_entry = kinds.by_name("IPv4Namespace")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("IPv4 namespace")


class VPC(HedgehogObject):
    kind_entry = kinds.by_name("VPC")

    ipv4_namespace = live_text("ipv4Namespace")
    vlan_namespace = live_text("vlanNamespace")
    mode = live_text("mode")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("VPC")
        verbose_name_plural = _("VPCs")
        indexes = (models.Index(fields=("ipv4_namespace",)), models.Index(fields=("vlan_namespace",)))


class VPCAttachment(HedgehogObject):
    kind_entry = kinds.by_name("VPCAttachment")

    subnet = live_text("subnet")
    connection = live_text("connection")
    native_vlan = live_text("nativeVLAN")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("VPC attachment")
        indexes = (models.Index(fields=("subnet",)), models.Index(fields=("connection",)))


class VPCPeering(HedgehogObject):
    kind_entry = kinds.by_name("VPCPeering")

    vpc1 = live_text("fabric.githedgehog.com/vpc1", source="labels")
    vpc2 = live_text("fabric.githedgehog.com/vpc2", source="labels")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("VPC peering")


class External(HedgehogObject):
    kind_entry = kinds.by_name("External")

    ipv4_namespace = live_text("ipv4Namespace")
    inbound_community = live_text("inboundCommunity")
    outbound_community = live_text("outboundCommunity")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("external")


class ExternalAttachment(HedgehogObject):
    kind_entry = kinds.by_name("ExternalAttachment")

    external = live_text("external")
    connection = live_text("connection")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("external attachment")


class ExternalPeering(HedgehogObject):
    kind_entry = kinds.by_name("ExternalPeering")

    vpc = live_text("permit__vpc__name")
    external = live_text("permit__external__name")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("external peering")
