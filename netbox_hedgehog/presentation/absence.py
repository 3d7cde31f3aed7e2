"""Explains on an object's page that the cluster did not list it: since when, who found it, and what happens next."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from netbox_hedgehog.models import HedgehogObject, RunIssue, SyncRun
from netbox_hedgehog.presentation.removal_hold import patience
from netbox_hedgehog.queries.visible import visible_issues
from netbox_hedgehog.sync import GUARD_CODES

__all__ = ("Absence",)


class Absence:
    """What is known of an object's absence.

    Args:
        obj: The object.
        user: The reader; runs that they may not see are neither linked nor quoted.
    """

    def __init__(self, obj: HedgehogObject, user: Any) -> None:
        self.obj, self.user = obj, user

    def __bool__(self) -> bool:
        """Whether the object is missing, or its removal is held."""
        return bool(self.obj.missing_since or self.obj.held_run)

    @property
    def runs(self) -> str:
        """The number of complete runs that did not find it, as a clause."""
        runs = self.obj.missing_runs
        if not runs:
            return _("no complete run has looked since")
        return ngettext("{runs} complete run did not find it", "{runs} complete runs did not find it", runs).format(
            runs=runs
        )

    @cached_property
    def marked_by(self) -> SyncRun | None:
        """The run that marked it missing; None if the watcher did, or the reader may not see the run."""
        return self._run(self.obj.missing_run)

    @cached_property
    def held_by(self) -> SyncRun | None:
        """The newest run that held its removal; None if there is none that the reader may see."""
        return self._run(self.obj.held_run)

    @cached_property
    def reasons(self) -> list[str]:
        """The messages of the guards in that run about its kind or the whole fabric."""
        if self.held_by is None:
            return []
        issues = RunIssue.objects.filter(run=self.held_by, code__in=GUARD_CODES, kind__in=(self.obj.kind, ""))
        return list(visible_issues(issues, self.user).order_by("pk").values_list("message", flat=True))

    @property
    def removal(self) -> str:
        """When it is removed, as the end of a sentence."""
        after = patience(self.obj.fabric)
        return _("after {time} without it").format(time=after) if after else _("at once")

    def _run(self, key: int | None) -> SyncRun | None:
        if key is None:
            return None
        return SyncRun.objects.restrict(self.user, "view").filter(pk=key, fabric=self.obj.fabric_id).first()
