"""The kinds of wiring.githedgehog.com: switches, servers and how they are cabled."""

from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from netbox_hedgehog import kinds
from netbox_hedgehog.models.base import HedgehogObject, live_text

__all__ = (
    "CONNECTION_TYPES",
    "Connection",
    "Server",
    "ServerProfile",
    "Switch",
    "SwitchGroup",
    "SwitchProfile",
    "VLANNamespace",
)

# A Connection's spec has exactly one of these keys.
CONNECTION_TYPES = (
    "unbundled",
    "bundled",
    "eslag",
    "mclag",
    "mclagDomain",
    "fabric",
    "mesh",
    "gateway",
    "vpcLoopback",
    "external",
    "staticExternal",
)


class VLANNamespace(HedgehogObject):
    kind_entry = kinds.by_name("VLANNamespace")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("VLAN namespace")


class SwitchGroup(HedgehogObject):
    kind_entry = kinds.by_name("SwitchGroup")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("switch group")


class SwitchProfile(HedgehogObject):
    kind_entry = kinds.by_name("SwitchProfile")

    display_name = live_text("displayName")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("switch profile")


class ServerProfile(HedgehogObject):
    kind_entry = kinds.by_name("ServerProfile")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("server profile")


class Switch(HedgehogObject):
    kind_entry = kinds.by_name("Switch")

    role = live_text("role")
    profile = live_text("profile")
    description = live_text("description")
    asn = live_text("asn")
    ip = live_text("ip")
    redundancy_group = live_text("redundancy__group")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("switch")
        verbose_name_plural = _("switches")
        indexes = (models.Index(fields=("role",)), models.Index(fields=("profile",)))


class Server(HedgehogObject):
    kind_entry = kinds.by_name("Server")

    profile = live_text("profile")
    description = live_text("description")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("server")


class Connection(HedgehogObject):
    kind_entry = kinds.by_name("Connection")

    type = models.GeneratedField(
        expression=Case(*(When(live__has_key=key, then=Value(key)) for key in CONNECTION_TYPES), default=Value("")),
        output_field=models.CharField(max_length=20),
        db_persist=True,
    )

    class Meta(HedgehogObject.Meta):
        verbose_name = _("connection")
        indexes = (models.Index(fields=("type",)),)
