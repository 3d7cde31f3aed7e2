"""Stopping a run: at once when it is queued, between two batches when it is running."""

from typing import Any

from django.db.models.functions import Now

from netbox_hedgehog.models import RunStateChoices, SyncRun
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.runs import transitions

__all__ = ("cancel_run",)


def cancel_run(run: SyncRun, user: Any = None) -> bool:
    """Cancel RUN for USER; False where it has already ended."""
    who = user.username if user else "an administrator"
    code = RunCode.CANCELLED
    failure = transitions.Failure(code, f"Cancelled by {who} before it began.", code.hint)
    if transitions.cancel_queued(run.pk, failure):
        return True
    running = SyncRun.objects.filter(pk=run.pk, state=RunStateChoices.RUNNING)
    return bool(running.update(cancel_requested=Now()))
