"""Objects of Hedgehog kinds that this version of the plugin does not know: kept whole, under their group and kind."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from netbox_hedgehog import kinds
from netbox_hedgehog.models.base import HedgehogObject

__all__ = ("OtherResource",)


class OtherResource(HedgehogObject):
    kind_entry = None
    identity_fields = ("api_group", "kind", "plural")

    api_group = models.CharField(_("API group"), max_length=200)
    kind = models.CharField(_("kind"), max_length=63)
    plural = models.CharField(_("plural"), max_length=63, default="")

    class Meta(HedgehogObject.Meta):
        verbose_name = _("other resource")
        ordering = ("fabric_id", "api_group", "kind", "namespace", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("fabric", "api_group", "kind", "namespace", "name"), name="%(app_label)s_%(class)s_key"
            ),
        )

    @classmethod
    def kind_columns(cls) -> dict[str, Any]:
        return {"of_group": models.F("api_group"), "of_kind": models.F("kind")}

    @classmethod
    def of_kind(cls) -> models.Q:
        return ~models.Q(kind__in=[entry.kind for entry in kinds.KINDS])
