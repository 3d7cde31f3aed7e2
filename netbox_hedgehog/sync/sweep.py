"""Tells the truth about runs whose worker died: lost, as soon as the lease ends, and the next run may start."""

from typing import Any

from core.choices import JobStatusChoices
from core.models import Job
from django.db.models.functions import Now

from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync import transitions

__all__ = ("sweep",)


def sweep(**which: Any) -> list[int]:
    """Mark the runs (of WHICH fabric, by ``fabric_id=``) lost whose lease has ended, and close the jobs they leave."""
    lost = transitions.mark_lost(**which)
    if lost:
        jobs = SyncRun.objects.filter(pk__in=lost, job__isnull=False).values("job_id")
        Job.objects.filter(pk__in=jobs, status=JobStatusChoices.STATUS_RUNNING).update(
            status=JobStatusChoices.STATUS_ERRORED, completed=Now(), error="The worker was lost before the run ended."
        )
    return lost
