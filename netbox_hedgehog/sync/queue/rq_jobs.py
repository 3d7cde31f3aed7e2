"""What becomes of a job in RQ: whether a worker will ever do it."""

import django_rq
from rq.exceptions import DeserializationError
from rq.job import Job, JobStatus

from netbox_hedgehog.sync.queue.workers import listening

__all__ = ("discard_unloadable", "waits_in_queue", "will_run")


def will_run(queue_name: str, key: str) -> bool:
    """Whether RQ's job ``key`` is where a worker takes it, or with a worker that lives. Raises RedisError.

    One that was killed between taking a job and beginning it has left it in no queue, with a state that says "queued".
    """
    queue = django_rq.get_queue(queue_name)
    job = queue.fetch_job(key)
    if job is None:
        return False
    status = job.get_status(refresh=False)
    if status == JobStatus.STARTED:
        return bool(job.worker_name and listening([job.worker_name]))
    if status == JobStatus.QUEUED:
        return queue.get_job_position(key) is not None and _loadable(job)
    return status in (JobStatus.CREATED, JobStatus.DEFERRED, JobStatus.SCHEDULED) and _loadable(job)


def waits_in_queue(queue_name: str, key: str) -> bool:
    """Whether RQ's job ``key`` is in the queue, where the next worker that is free takes it. Raises RedisError."""
    queue = django_rq.get_queue(queue_name)
    job = queue.fetch_job(key)
    return job is not None and queue.get_job_position(key) is not None and _loadable(job)


def discard_unloadable(queue_name: str, key: str) -> None:
    """Delete RQ's job ``key`` where it is one that a worker could only fail to load. Raises RedisError."""
    job = django_rq.get_queue(queue_name).fetch_job(key)
    if job and not _loadable(job):
        job.delete()


def _loadable(job: Job) -> bool:
    """Whether the class exists that does ``job``: Redis keeps its dotted name, which another version may have changed.

    NetBox's ``Job`` goes on calling such a job scheduled, and its worker fails before NetBox's own code is reached.
    """
    try:
        return bool(job.func_name)  # reading it unpickles the job
    except DeserializationError:
        return False
