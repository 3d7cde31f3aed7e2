"""The watch of a fabric: which process holds it, and how it goes. Only ``sync.watch`` writes these rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from netbox_hedgehog.models.choices import WatchStateChoices
from netbox_hedgehog.models.fabric import Fabric

__all__ = ("Watcher",)


class Watcher(models.Model):
    """A fabric's watch. ``epoch`` is the fencing token of its holder's lease.

    ``versions``: how far each stream has been written, by plural, group and namespace, for whoever goes on from there.
    """

    fabric = models.OneToOneField(Fabric, on_delete=models.CASCADE, related_name="watcher")
    holder = models.CharField(_("process"), max_length=200, blank=True)
    epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    started = models.DateTimeField(_("started"), null=True)
    heartbeat = models.DateTimeField(_("heartbeat"), null=True)
    contact = models.DateTimeField(_("cluster answered"), null=True)
    state = models.CharField(
        _("state"), max_length=20, choices=WatchStateChoices, default=WatchStateChoices.STARTING, blank=True
    )
    streams = models.PositiveIntegerField(_("open streams"), default=0)
    streams_wanted = models.PositiveIntegerField(_("streams"), default=0)
    lag_ms = models.PositiveIntegerField(_("lag, milliseconds"), default=0)
    events = models.PositiveBigIntegerField(_("events"), default=0)
    written = models.PositiveBigIntegerField(_("objects written"), default=0)
    last_event = models.DateTimeField(_("last event"), null=True)
    versions = models.JSONField(_("versions"), default=dict)
    error_code = models.CharField(_("error"), max_length=50, blank=True)
    error_message = models.TextField(_("message"), blank=True)
    error_at = models.DateTimeField(_("error at"), null=True)

    class Meta:
        ordering = ("fabric",)

    def __str__(self) -> str:
        return f"{self.fabric}: watch"
