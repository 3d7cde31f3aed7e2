"""Conditions of a fabric, as Kubernetes has them: what is wrong, since when, and why."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from netbox_hedgehog.models.choices import ConditionChoices
from netbox_hedgehog.models.fabric import Fabric

__all__ = ("FabricCondition",)


class FabricCondition(models.Model):
    """One condition of one fabric. Only ``sync.health.conditions`` writes rows, so that each transition is sent once.

    ``reason`` is a stable code; ``message`` quotes the cluster, the guard or the plugin. ``changed_at`` is the time of
    the last transition of ``status``, by the database's clock. ``notified`` says whether NetBox's event rules were
    notified of that transition.
    """

    fabric = models.ForeignKey(Fabric, on_delete=models.CASCADE, related_name="conditions")
    type = models.CharField(_("type"), max_length=20, choices=ConditionChoices)
    status = models.BooleanField(_("status"))
    reason = models.CharField(_("reason"), max_length=50, blank=True)
    message = models.TextField(_("message"), blank=True)
    changed_at = models.DateTimeField(_("since"))
    notified = models.BooleanField(default=True, editable=False)

    class Meta:
        ordering = ("fabric", "type")
        constraints = (models.UniqueConstraint(fields=("fabric", "type"), name="%(app_label)s_%(class)s_key"),)

    def __str__(self) -> str:
        return f"{self.fabric}: {self.type} is {str(self.status).lower()}"
