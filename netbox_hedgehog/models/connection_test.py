"""A connection test of a fabric. It writes nothing but its result."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from netbox_hedgehog.models.fabric import Fabric

__all__ = ("ConnectionTest",)


class ConnectionTest(models.Model):
    """A connection test. ``steps`` is a list of {name, ok, detail, seconds}; ``ok`` is null until it has ended."""

    fabric = models.ForeignKey(Fabric, on_delete=models.CASCADE, related_name="connection_tests")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    finished = models.DateTimeField(_("finished"), null=True)
    ok = models.BooleanField(_("ok"), null=True)
    steps = models.JSONField(_("steps"), default=list)
    error_code = models.CharField(_("error code"), max_length=50, blank=True)
    error_message = models.TextField(_("error message"), blank=True)
    error_hint = models.TextField(_("hint"), blank=True)
    job = models.ForeignKey("core.Job", on_delete=models.SET_NULL, related_name="+", null=True)

    class Meta:
        ordering = ("-created", "-pk")
        get_latest_by = "created"

    def __str__(self) -> str:
        return f"{self.fabric}: connection test {self.pk}"
