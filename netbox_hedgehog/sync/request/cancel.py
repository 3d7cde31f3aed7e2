"""Cancels runs: a queued one at once, a running one before its next batch."""

from typing import Any

from django.db.models.functions import Now

from netbox_hedgehog.models import RunStateChoices, SyncRun
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.runs import transitions

__all__ = ("cancel_run",)


def cancel_run(run: SyncRun, user: Any = None) -> bool:
    """Cancel a run.

    Args:
        run: The run.
        user: Who asks; None for an administrator on the command line.

    Returns:
        False if it has already ended.
    """
    who = user.username if user else "an administrator"
    code = RunCode.CANCELLED
    failure = transitions.Failure(code, f"Cancelled by {who} before it began.", code.hint)
    if transitions.cancel_queued(run.pk, failure):
        return True
    running = SyncRun.objects.filter(pk=run.pk, state=RunStateChoices.RUNNING)
    return bool(running.update(cancel_requested=Now()))
