"""The job of one sync run, and the job that ticks once a minute and has fabrics synced that are due."""

from functools import partial

from core.choices import JobStatusChoices
from core.exceptions import JobFailed
from core.models import Job
from netbox.jobs import system_job

from netbox_hedgehog.jobs.logged_job import LoggedJob
from netbox_hedgehog.models import RunStateChoices
from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.execute.queued_run import execute_queued_run
from netbox_hedgehog.sync.queue.runners import RUN_JOB, SCHEDULE, register_runner
from netbox_hedgehog.sync.queue.timer import close_broken
from netbox_hedgehog.sync.recovery.rq_parent_death import die_with_parent
from netbox_hedgehog.sync.recovery.rq_scheduler_locks import release_dead_scheduler_locks
from netbox_hedgehog.sync.schedule import tick

__all__ = ("FabricSyncJob", "FabricSyncScheduler")


@register_runner
class FabricSyncJob(LoggedJob):
    """Executes one sync run, and sees to it that the one that waits behind it gets its turn."""

    class Meta:
        name = RUN_JOB

    @classmethod
    def handle(cls, job, *args, **kwargs):
        job.save = partial(_save, job)
        super().handle(job, *args, **kwargs)

    def run(self, run_id, **kwargs):
        if self.execute_fabric_sync(run_id) in (RunStateChoices.FAILED, RunStateChoices.LOST):
            raise JobFailed

    def execute_fabric_sync(self, run_id: int) -> str:
        """Do all that the run RUN_ID has to do; returns the state that it ended in (``RunStateChoices``)."""
        self.logger.info("Run #%s of %s", run_id, self.job.object)
        return execute_queued_run(run_id, self.job.object_id, self.logger)


def _save(job: Job, *args, **kwargs) -> None:
    """Save a job unless it was deleted, by a user or with its fabric: Django would insert it again."""
    if Job.objects.filter(pk=job.pk).exists():
        Job.save(job, *args, **kwargs)


@register_runner
@system_job(interval=1)
class FabricSyncScheduler(LoggedJob):
    """Requests a sync of every fabric that is due, marks lost runs, mends the queue, and notices what goes wrong."""

    class Meta:
        name = SCHEDULE

    @classmethod
    def enqueue(cls, *args, **kwargs):
        """Into the queue that the syncs wait in, before them: whoever does the work keeps time as well."""
        return super().enqueue(*args, **{"queue_name": QUEUE_NAME, "at_front": True, **kwargs})

    @classmethod
    def enqueue_once(cls, *args, **kwargs):
        """Called at each worker's start, before its own scheduler, which the locks of a dead one would keep off."""
        die_with_parent()
        release_dead_scheduler_locks()
        return cls.bootstrap_all_fabric_schedules(*args, **kwargs)

    @classmethod
    def bootstrap_all_fabric_schedules(cls, *args, **kwargs):
        """Plan the next tick, which sees to all fabrics, where none is planned: one that will never come counts not."""
        close_broken()
        return super().enqueue_once(*args, **kwargs)

    def run(self, *args, **kwargs):
        if errors := tick(self.logger):
            self._list_as_failed(f"{errors[0].step}: {errors[0].message}", more=len(errors) - 1)

    def _list_as_failed(self, error: str, more: int) -> None:
        """Have NetBox list the tick as failed, with its first error. (JobFailed would leave the error empty.)"""
        said = f"{error} ({more} more)" if more else error
        self.job.terminate = partial(self.job.terminate, status=JobStatusChoices.STATUS_FAILED, error=said)
