"""Objects whose removal a guard stopped, and who approved it. Only ``sync`` writes these tables."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from netbox_hedgehog.models.fabric import Fabric

__all__ = ("HeldObject", "Hold")


class Hold(models.Model):
    """The objects that a guard kept: one hold for all the runs in a row that find the same ones gone.

    ``digest`` stands for exactly these objects. A person may approve that they go, with a reason; ``closed_at`` is when
    a run has let them go, or has found that it was not these any more.
    """

    fabric = models.ForeignKey(Fabric, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=32)
    count = models.PositiveIntegerField(_("objects"))
    created = models.DateTimeField(_("held since"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    approver = models.CharField(_("let through by"), max_length=150, blank=True)
    approved_at = models.DateTimeField(_("let through at"), null=True)
    reason = models.TextField(_("reason"), blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("hold")
        constraints = (
            models.UniqueConstraint(
                fields=("fabric", "digest"), condition=Q(closed_at=None), name="%(app_label)s_one_hold_of_the_same"
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, reason="") | (Q(approved_at__isnull=False) & ~Q(reason="")),
                name="%(app_label)s_approved_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.count} objects held on {self.fabric}"


class HeldObject(models.Model):
    """An object whose removal a guard stopped.

    ``code`` is the guard's code; ``object_id`` is the row's primary key in the model of its kind.
    """

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="objects_held")
    kind = models.CharField(_("kind"), max_length=63)
    namespace = models.CharField(_("namespace"), max_length=63)
    name = models.CharField(_("name"), max_length=253)
    uid = models.CharField(max_length=64, blank=True)
    object_id = models.BigIntegerField()
    code = models.CharField(_("code"), max_length=50)

    class Meta:
        ordering = ("hold", "pk")
        verbose_name = _("held object")

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
