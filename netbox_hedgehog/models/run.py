"""One sync of one fabric, from the request to its end. Only ``sync`` changes rows of these tables."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from utilities.querysets import RestrictedQuerySet

from netbox_hedgehog.models.choices import (
    RunOperationChoices,
    RunStateChoices,
    RunTriggerChoices,
)
from netbox_hedgehog.models.fabric import Fabric
from netbox_hedgehog.models.hold import Hold
from netbox_hedgehog.models.run_queryset import SyncRunQuerySet

__all__ = ("RunIssue", "SyncRun")


class SyncRun(models.Model):
    """A run's state machine row. ``epoch`` is the fencing token of the lease that the run's worker holds."""

    fabric = models.ForeignKey(Fabric, on_delete=models.CASCADE, related_name="runs")
    operation = models.CharField(
        _("operation"),
        max_length=20,
        choices=RunOperationChoices,
        default=RunOperationChoices.READ,
        db_default=RunOperationChoices.READ,
        editable=False,
    )
    state = models.CharField(_("state"), max_length=20, choices=RunStateChoices, default=RunStateChoices.QUEUED)
    trigger = models.CharField(_("cause"), max_length=20, choices=RunTriggerChoices)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    requester = models.CharField(_("requested by"), max_length=150, blank=True)
    requests = models.PositiveIntegerField(_("requests"), default=1)
    scope = models.JSONField(_("scope"), default=dict)
    request_id = models.UUIDField(default=uuid.uuid4, db_index=True)
    created = models.DateTimeField(_("created"))
    started = models.DateTimeField(_("started"), null=True)
    finished = models.DateTimeField(_("finished"), null=True)
    epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    deadline = models.DateTimeField(null=True)
    # ``worker`` is for people: host and process. ``rq_worker`` is its name in RQ, by which its subscription is found.
    worker = models.CharField(_("worker"), max_length=200, blank=True)
    rq_worker = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    cancel_requested = models.DateTimeField(null=True)
    progress = models.JSONField(_("progress"), default=dict)
    counts = models.JSONField(_("counts"), default=dict)
    error_code = models.CharField(_("error code"), max_length=50, blank=True)
    error_message = models.TextField(_("error message"), blank=True)
    error_hint = models.TextField(_("hint"), blank=True)
    job = models.ForeignKey("core.Job", on_delete=models.SET_NULL, related_name="+", null=True)
    # What a guard kept in this run, and what it let go since someone had approved it.
    held = models.ForeignKey(Hold, on_delete=models.SET_NULL, related_name="runs", null=True)
    let_through = models.ForeignKey(Hold, on_delete=models.SET_NULL, related_name="+", null=True)

    objects = SyncRunQuerySet.as_manager()

    class Meta:
        ordering = ("-created", "-pk")
        verbose_name = _("sync run")
        verbose_name_plural = _("sync runs")
        constraints = (
            # Promise 2: one run at a time, whatever it does, and at most one of a sort that waits, whoever asks.
            models.UniqueConstraint(fields=("fabric",), condition=Q(state="running"), name="%(app_label)s_one_running"),
            models.UniqueConstraint(
                fields=("fabric", "operation"), condition=Q(state="queued"), name="%(app_label)s_one_queued"
            ),
            models.CheckConstraint(
                condition=Q(state__in=RunStateChoices.ACTIVE, finished=None)
                | Q(state__in=RunStateChoices.TERMINAL, finished__isnull=False),
                name="%(app_label)s_finished_when_terminal",
            ),
        )
        indexes = (
            models.Index(fields=("fabric", "-created")),
            models.Index(fields=("fabric", "-finished"), name="%(app_label)s_run_ended"),
            models.Index(fields=("-created", "-id")),
        )

    def __str__(self) -> str:
        return f"{self.fabric} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("plugins:netbox_hedgehog:syncrun", args=[self.pk])

    @property
    def lapsed(self) -> bool:
        """Whether the worker is lost with the run, though nobody has marked it yet: its lease has ended."""
        if self.state != RunStateChoices.RUNNING:
            return False
        if "lease_over" in self.__dict__:
            return bool(self.__dict__["lease_over"])
        return SyncRun.objects.lapsed().filter(pk=self.pk).exists()

    @property
    def known_state(self) -> str:
        """The state that every face shows: ``lost`` from the moment that the lease has ended."""
        return RunStateChoices.LOST if self.lapsed else self.state

    def get_state_display(self) -> Any:
        return dict(RunStateChoices)[self.known_state]

    def get_state_color(self) -> str | None:
        return RunStateChoices.colors.get(self.known_state)

    def get_operation_color(self) -> str | None:
        return RunOperationChoices.colors.get(self.operation)

    def get_trigger_color(self) -> str | None:
        return RunTriggerChoices.colors.get(self.trigger)

    @property
    def is_active(self) -> bool:
        return self.state in RunStateChoices.ACTIVE

    @property
    def duration(self) -> timedelta | None:
        """How long the run worked; None before it ended (or if it never started)."""
        return self.finished - self.started if self.started and self.finished else None


class RunIssue(models.Model):
    """One problem in one run, with one object or, where ``name`` is empty, with a whole kind."""

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="issues")
    api_group = models.CharField(_("API group"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=63, blank=True)
    namespace = models.CharField(_("namespace"), max_length=63, blank=True)
    name = models.CharField(_("name"), max_length=253, blank=True)
    code = models.CharField(_("code"), max_length=50)
    message = models.TextField(_("message"), blank=True)
    hint = models.TextField(_("hint"), blank=True)

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        ordering = ("run", "pk")
        verbose_name = _("run issue")

    def __str__(self) -> str:
        return f"{self.code}: {self.kind} {self.name}".rstrip()

    def get_absolute_url(self) -> str:
        return reverse("plugins:netbox_hedgehog:syncrun", args=[self.run_id])
