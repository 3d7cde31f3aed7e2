"""Which queued runs get a NetBox job, and when."""

import logging
from datetime import timedelta
from functools import partial

from core.models import Job
from django.db import transaction
from django.utils import timezone
from netbox.plugins import get_plugin_config
from redis.exceptions import RedisError

from netbox_hedgehog.models import RunStateChoices, RunTriggerChoices, SyncRun
from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.db.steps import Steps
from netbox_hedgehog.sync.queue.dead_jobs import end_dead_jobs
from netbox_hedgehog.sync.queue.rq_jobs import discard_unloadable, will_run
from netbox_hedgehog.sync.queue.runners import RUN_JOB, runner_named
from netbox_hedgehog.sync.runs import transitions

__all__ = ("dispatch", "dispatch_waiting")

logger = logging.getLogger("netbox_hedgehog.sync")

# A job that is younger may not be in Redis yet, which gets it right after the commit that made its row. By the clock
# of NetBox's processes, which may jump.
NEW_JOB_AGE = timedelta(seconds=5)


def dispatch(fabric_id: int) -> None:
    """Enqueue a job for the queued run of the fabric, unless one is under way or another run is running.

    Safe to call at any time, from anywhere, any number of times.

    Whoever ends a run calls this after its commit, and so does whoever makes one: at least one of two that race sees
    the other's row, and a job too many finds nothing to claim.
    """
    run = None
    try:
        with transaction.atomic():
            # Without what it refers to: PostgreSQL reads a row again that it waited for, but not the rows joined to it,
            # so that the job which the other one has just made would not be seen.
            queued = SyncRun.objects.reads().filter(fabric_id=fabric_id, state=RunStateChoices.QUEUED)
            run = queued.select_for_update().first()
            if run is None or _another_runs(fabric_id) or transitions.at_capacity() or _has_job(run):
                return
            _close(run.job)
            SyncRun.objects.filter(pk=run.pk).update(job=_enqueue(run))
    except RedisError as error:
        # The run stays queued, every face says that Redis is away, and the next request or sweep tries again.
        which = f"Run #{run.pk}" if run else "The queued run"
        logger.warning("%s of fabric %s has no job yet: Redis cannot be reached: %s", which, fabric_id, error)


def dispatch_waiting(steps: Steps | None = None) -> None:
    """See to all queued runs, the oldest first: Redis may have forgotten a job, or a place has become free.

    Args:
        steps: Keeps the error of a fabric whose run cannot be dispatched; those behind it get their turn all the same.
    """
    steps = steps or Steps(logger)
    queued = SyncRun.objects.reads().filter(state=RunStateChoices.QUEUED)
    for fabric_id in list(queued.order_by("pk").values_list("fabric_id", flat=True)):
        if transitions.at_capacity():
            return
        steps.run("dispatch", partial(dispatch, fabric_id), fabric_id)


def _another_runs(fabric_id: int) -> bool:
    return SyncRun.objects.filter(fabric_id=fabric_id, state=RunStateChoices.RUNNING).exists()


def _has_job(run: SyncRun) -> bool:
    """Whether a job that will take this run is known to Redis (it may have been emptied since)."""
    if run.job is None or run.job.completed:
        return False
    if abs(timezone.now() - run.job.created) < NEW_JOB_AGE:
        return True
    return will_run(QUEUE_NAME, str(run.job.job_id))


def _close(job: Job | None) -> None:
    """End a job that nobody will execute any more, so that it does not seem to wait or run for ever."""
    if job and not job.completed:
        discard_unloadable(QUEUE_NAME, str(job.job_id))
        end_dead_jobs(Job.objects.filter(pk=job.pk), "Its worker was killed or Redis forgot it; the run has a new job.")


def _enqueue(run: SyncRun) -> Job:
    return runner_named(RUN_JOB).enqueue(
        instance=run.fabric,
        user=run.requested_by,
        queue_name=QUEUE_NAME,
        notifications="never",
        # A person is waiting; the schedule is not.
        at_front=run.trigger not in (RunTriggerChoices.SCHEDULE, RunTriggerChoices.WATCH),
        job_timeout=get_plugin_config("netbox_hedgehog", "run_deadline") + 120,
        run_id=run.pk,
    )
