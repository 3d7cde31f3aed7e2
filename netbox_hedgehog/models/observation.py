"""What is known of a kind on a fabric: whether it is served, and when it was last listed completely."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from netbox_hedgehog.models.fabric import Fabric
from netbox_hedgehog.run_code import RunCode

__all__ = ("KindObservation", "not_served")


class KindObservation(models.Model):
    """The newest listing of one kind on one fabric. ``complete_at`` is the time of the newest complete one."""

    fabric = models.ForeignKey(Fabric, on_delete=models.CASCADE, related_name="observations")
    api_group = models.CharField(_("API group"), max_length=200)
    kind = models.CharField(_("kind"), max_length=63)
    api_version = models.CharField(_("API version"), max_length=63, blank=True)
    looked_at = models.DateTimeField(_("looked at"))
    complete_at = models.DateTimeField(_("complete at"), null=True)
    resource_version = models.CharField(_("resource version"), max_length=64, blank=True)
    objects_seen = models.PositiveIntegerField(_("objects"), null=True)
    error_code = models.CharField(_("error"), max_length=50, blank=True)
    error_message = models.TextField(_("message"), blank=True)
    # As the cluster's discovery names it; empty until it was seen whole.
    full_names = ArrayField(models.CharField(max_length=63), default=list)
    short_names = ArrayField(models.CharField(max_length=63), default=list)

    class Meta:
        ordering = ("fabric", "api_group", "kind")
        constraints = (
            models.UniqueConstraint(fields=("fabric", "api_group", "kind"), name="%(app_label)s_%(class)s_key"),
        )

    def __str__(self) -> str:
        return f"{self.kind} on {self.fabric}"


def not_served(model: type[Any]) -> models.Exists:
    """Whether the newest look at a row's kind found that its cluster does not serve it any more.

    Args:
        model: The model of a kind.

    Returns:
        An expression for querysets of that model.
    """
    entry, outer = model.kind_entry, models.OuterRef
    which = {"api_group": entry.group, "kind": entry.kind} if entry else {n: outer(n) for n in ("api_group", "kind")}
    newest = KindObservation.objects.order_by().filter(fabric=outer("fabric"), error_code=RunCode.NOT_SERVED, **which)
    return models.Exists(newest)
