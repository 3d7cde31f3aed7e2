"""The state of the timer: one row for the whole installation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ("ScheduleStatus",)


class ScheduleStatus(models.Model):
    """The newest tick of the timer, by the database's clock. Only ``sync.health.ticks`` writes the row.

    ``errors`` are those of the newest tick that ended: a list of ``{"step", "fabric", "message"}``, where ``fabric`` is
    a primary key, or null for a step that concerns no single fabric. ``alarmed`` has the primary keys of the fabrics
    whose event rules were notified that the schedule fails or is late, and not yet that it has recovered.
    """

    began = models.DateTimeField(_("began"), null=True)
    ended = models.DateTimeField(_("ended"), null=True)
    errors = models.JSONField(_("errors"), default=list)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    alarmed = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = _("schedule status")
        verbose_name_plural = _("schedule status")

    def __str__(self) -> str:
        return str(_("Schedule"))
