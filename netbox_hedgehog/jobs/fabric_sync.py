"""The job of one sync run, and the job that ticks once a minute and has fabrics synced that are due."""

from core.exceptions import JobFailed
from netbox.jobs import system_job

from netbox_hedgehog.jobs.logged_job import LoggedJob
from netbox_hedgehog.models import RunStateChoices
from netbox_hedgehog.netbox_internals.job_endings import list_as_failed, never_insert_again
from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.execute.queued_run import execute_queued_run
from netbox_hedgehog.sync.queue.runners import RUN_JOB, SCHEDULE, register_runner
from netbox_hedgehog.sync.queue.timer import close_broken
from netbox_hedgehog.sync.recovery.rq_workarounds import apply_rq_workarounds
from netbox_hedgehog.sync.schedule import tick

__all__ = ("FabricSyncJob", "FabricSyncScheduler")


@register_runner
class FabricSyncJob(LoggedJob):
    """Executes one sync run, and sees to it that the one that waits behind it gets its turn."""

    class Meta:
        name = RUN_JOB

    @classmethod
    def handle(cls, job, *args, **kwargs):
        never_insert_again(job)
        super().handle(job, *args, **kwargs)

    def run(self, run_id, **kwargs):
        if self.execute_fabric_sync(run_id) in (RunStateChoices.FAILED, RunStateChoices.LOST):
            raise JobFailed

    def execute_fabric_sync(self, run_id: int) -> str | None:
        """Do all that a run has to do.

        Args:
            run_id: Primary key of the run, a queued one.

        Returns:
            The state that it ended in (``RunStateChoices``); None where another worker has it, or nobody may.
        """
        self.logger.info("Run #%s of %s", run_id, self.job.object)
        return execute_queued_run(run_id, self.job.object_id, self.logger)


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
        """Called by NetBox at each worker's start, before the worker's own scheduler is."""
        apply_rq_workarounds()
        return cls.bootstrap_all_fabric_schedules(*args, **kwargs)

    @classmethod
    def bootstrap_all_fabric_schedules(cls, *args, **kwargs):
        """Plan the next tick, which sees to all fabrics, where none is planned: one that will never come counts not."""
        close_broken()
        return super().enqueue_once(*args, **kwargs)

    def run(self, *args, **kwargs):
        if errors := tick(self.logger):
            more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
            list_as_failed(self.job, f"{errors[0].step}: {errors[0].message}{more}")
