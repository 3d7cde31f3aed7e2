"""NetBox jobs that nobody will do any more: they are ended, so that they do not seem to wait or run for ever."""

from core.choices import JobStatusChoices
from core.models import Job
from django.db.models import QuerySet
from django.db.models.functions import Now

__all__ = ("end_dead_jobs",)


def end_dead_jobs(jobs: QuerySet[Job], error: str, status: str = JobStatusChoices.STATUS_ERRORED) -> int:
    """End those of ``jobs`` that have not ended, in one conditional statement; returns how many.

    Args:
        jobs: The jobs that nobody does any more.
        error: What NetBox's job list says of each.
        status: How they end, one of NetBox's terminal states.
    """
    ended: int = jobs.filter(completed=None).update(status=status, completed=Now(), error=error)
    return ended
