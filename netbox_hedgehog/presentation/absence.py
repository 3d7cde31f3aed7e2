"""What NetBox thinks of an object that the cluster did not show: since when, who said so, and what becomes of it."""

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
    """The story of ``obj`` as ``user`` may read it: runs that they may not see have no link and no words."""

    def __init__(self, obj: HedgehogObject, user: Any) -> None:
        self.obj, self.user = obj, user

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.obj.missing_since or self.obj.held_run)

    @property
    def runs(self) -> str:
        """How many complete runs did not find it, as the end of a sentence."""
        runs = self.obj.missing_runs
        if not runs:
            return _("no complete run has looked since")
        return ngettext("{runs} complete run did not find it", "{runs} complete runs did not find it", runs).format(
            runs=runs
        )

    @cached_property
    def marked_by(self) -> SyncRun | None:
        """The run that marked it missing."""
        return self._run(self.obj.missing_run)

    @cached_property
    def held_by(self) -> SyncRun | None:
        """The newest run that held its removal back."""
        return self._run(self.obj.held_run)

    @cached_property
    def reasons(self) -> list[str]:
        """What the guards said of its kind, or of the whole fabric, in that run."""
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
