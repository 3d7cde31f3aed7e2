"""How NetBox's jobs end: two ends that ``JobRunner.handle`` has no way for."""

from functools import partial

from core.choices import JobStatusChoices
from core.models import Job

__all__ = ("list_as_failed", "never_insert_again")


def never_insert_again(job: Job) -> None:
    """Have ``job`` stay deleted where somebody deletes it, or its fabric, before it has ended.

    A job keeps the row that it was queued with, and saving that inserts it again
    (https://github.com/netbox-community/netbox/issues/21129; that deleting a job does not stop it is
    https://github.com/netbox-community/netbox/issues/23138). Remove when #21129 is closed in the oldest NetBox that the
    plugin supports.
    """
    job.save = partial(_save, job)


def _save(job: Job, *args, **kwargs) -> None:
    if Job.objects.filter(pk=job.pk).exists():
        Job.save(job, *args, **kwargs)


def list_as_failed(job: Job, error: str) -> None:
    """Have NetBox list ``job`` as failed, with ``error``, once its ``run()`` has returned.

    ``JobFailed`` would leave the error empty, and a status that ``run()`` sets is overwritten
    (https://github.com/netbox-community/netbox/issues/19806). Remove when that is closed in the oldest NetBox that the
    plugin supports.
    """
    job.terminate = partial(job.terminate, status=JobStatusChoices.STATUS_FAILED, error=error)
