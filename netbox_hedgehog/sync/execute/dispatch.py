"""The NetBox job of a run, and who gets one: thin, so that all it does can be done (and tested) without a queue."""

import logging
from datetime import timedelta
from functools import partial

from core.choices import JobStatusChoices
from core.exceptions import JobFailed
from core.models import Job
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from netbox.plugins import get_plugin_config
from redis.exceptions import RedisError
from rq import get_current_job

from netbox_hedgehog.heap import frozen_heap
from netbox_hedgehog.models import RunStateChoices, RunTriggerChoices, SyncRun
from netbox_hedgehog.sync.db.steps import Steps
from netbox_hedgehog.sync.execute.run import execute
from netbox_hedgehog.sync.health.ticks import keep_ticking
from netbox_hedgehog.sync.queue.job_log import LoggedJob
from netbox_hedgehog.sync.queue.workers import QUEUE_NAME, process_of, will_run
from netbox_hedgehog.sync.recovery.sweep import RUN_JOB, sweep
from netbox_hedgehog.sync.runs import transitions

__all__ = ("SyncJob", "dispatch", "dispatch_waiting")

logger = logging.getLogger("netbox_hedgehog.sync")

# A job is put into Redis right after the commit that made it. By the clock of NetBox's processes, which may jump.
JUST_NOW = timedelta(seconds=5)


class SyncJob(LoggedJob):
    """Executes one sync run, and sees to it that the one that waits behind it gets its turn."""

    class Meta:
        name = RUN_JOB

    @classmethod
    def handle(cls, job, *args, **kwargs):
        job.save = partial(_save, job)
        super().handle(job, *args, **kwargs)

    def run(self, run_id, **kwargs):
        self.logger.info("Run #%s of %s", run_id, self.job.object)
        steps = Steps(self.logger)  # what is done for other fabrics must not end this one's run, nor hide its error
        steps.run("sweep", partial(_sweep_all, steps))
        try:
            name = _rq_worker()
            with frozen_heap():  # of this job's own process, which the worker has forked with all of NetBox in it
                state = execute(run_id, process_of(name), self.logger, rq_worker=name)
        finally:
            fabric_id = self.job.object_id
            steps.run("dispatch", partial(dispatch, fabric_id), fabric_id)
            if get_plugin_config("netbox_hedgehog", "max_concurrent_runs"):
                steps.run("dispatch", partial(dispatch_waiting, steps))
            steps.run("timer", keep_ticking)
        if state in (RunStateChoices.FAILED, RunStateChoices.LOST):
            raise JobFailed


def _sweep_all(steps: Steps) -> None:
    """Whoever works tells of the dead, of whatever fabric: where there is much to do the tick may be late."""
    lost = SyncRun.objects.filter(pk__in=sweep()).values_list("fabric_id", flat=True)
    for fabric_id in list(lost):
        steps.run("dispatch", partial(dispatch, fabric_id), fabric_id)


def _save(job: Job, *args, **kwargs) -> None:
    """Save a job unless it was deleted, by a user or with its fabric: Django would insert it again."""
    if Job.objects.filter(pk=job.pk).exists():
        Job.save(job, *args, **kwargs)


def _rq_worker() -> str:
    """The name by which RQ knows the worker that does this job; mostly random."""
    job = get_current_job()
    return (job.worker_name if job else None) or ""


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
            queued = SyncRun.objects.filter(fabric_id=fabric_id, state=RunStateChoices.QUEUED)
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
    queued = SyncRun.objects.filter(state=RunStateChoices.QUEUED)
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
    if abs(timezone.now() - run.job.created) < JUST_NOW:
        return True
    return will_run(QUEUE_NAME, str(run.job.job_id))


def _close(job: Job | None) -> None:
    """End a job that nobody will execute any more, so that it does not seem to wait or run for ever."""
    if job and not job.completed:
        Job.objects.filter(pk=job.pk, completed=None).update(
            status=JobStatusChoices.STATUS_ERRORED,
            completed=Now(),
            error="Its worker was killed or Redis forgot it; the run has a new job.",
        )


def _enqueue(run: SyncRun):
    return SyncJob.enqueue(
        instance=run.fabric,
        user=run.requested_by,
        queue_name=QUEUE_NAME,
        notifications="never",
        # A person is waiting; the schedule is not.
        at_front=run.trigger not in (RunTriggerChoices.SCHEDULE, RunTriggerChoices.WATCH),
        job_timeout=get_plugin_config("netbox_hedgehog", "run_deadline") + 120,
        run_id=run.pk,
    )
