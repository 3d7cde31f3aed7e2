"""The one timer of the plugin: a NetBox system job, once a minute. It requests what is due, and sweeps.

Each step of a tick, and within it each fabric, is on its own: an error in it is logged, kept (see ``ticks``) and shown,
and the rest of the tick goes on.
"""

import logging
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial

from core.choices import JobStatusChoices
from django.db.models import Exists, OuterRef
from netbox.jobs import system_job

from netbox_hedgehog.models import Fabric, RunStateChoices, RunTriggerChoices, SyncRun
from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.db.clock import database_time
from netbox_hedgehog.sync.db.idle_timeout import locks_bounded
from netbox_hedgehog.sync.db.steps import Steps
from netbox_hedgehog.sync.decide.due import EARLY
from netbox_hedgehog.sync.execute.dispatch import dispatch_waiting
from netbox_hedgehog.sync.health import ticks
from netbox_hedgehog.sync.health.conditions import evaluate
from netbox_hedgehog.sync.queue.job_log import LoggedJob
from netbox_hedgehog.sync.queue.tick_retention import forget_ticks
from netbox_hedgehog.sync.queue.timer import SCHEDULE, close_broken
from netbox_hedgehog.sync.recovery.rq_parent_death import die_with_parent
from netbox_hedgehog.sync.recovery.rq_scheduler_locks import release_dead_scheduler_locks
from netbox_hedgehog.sync.recovery.sweep import close_jobs, end_tests, sweep
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.runs.next_attempts import next_attempts
from netbox_hedgehog.sync.runs.retention import forget_old

__all__ = ("HedgehogSchedule", "due_fabrics")

logger = logging.getLogger("netbox_hedgehog.sync")

AT_ONCE = datetime.min.replace(tzinfo=UTC)  # sorts before every moment


@system_job(interval=1)
class HedgehogSchedule(LoggedJob):
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
        return cls.begin(*args, **kwargs)

    @classmethod
    def begin(cls, *args, **kwargs):
        """Plan the next tick where none is planned: a broken link does not count."""
        close_broken()
        return super().enqueue_once(*args, **kwargs)

    def run(self, *args, **kwargs):
        steps = Steps(self.logger)
        with ExitStack() as stack:
            steps.run("session", partial(stack.enter_context, locks_bounded()))
            steps.errors += steps.run("begin", ticks.begin) or []
            try:
                self._tick(steps)
            finally:
                steps.run("record", partial(ticks.end, steps.errors))
                steps.run("events", ticks.notify_schedule)
                self._end_as(steps)

    def _tick(self, steps: Steps) -> None:
        fabrics = steps.run("fabrics", lambda: list(Fabric.objects.all())) or []
        for lost in steps.together("sweep", _sweep, fabrics):
            for run_id in lost:
                self.logger.warning("Run #%s is lost: its worker stopped reporting.", run_id)
        steps.run("close_jobs", close_jobs)
        steps.run("end_tests", end_tests)
        steps.run("dispatch", partial(dispatch_waiting, steps))
        for fabric in steps.run("due", partial(due_fabrics, steps)) or []:
            steps.run("request", partial(self._request, fabric), fabric)
        for edges in steps.together("conditions", evaluate, fabrics):
            for edge in edges:
                self.logger.info("%s", edge)
        if forgotten := steps.run("retention", forget_old):
            self.logger.info("%s old runs are deleted, by NetBox's JOB_RETENTION.", forgotten)
        steps.run("job_list", forget_ticks)

    def _request(self, fabric: Fabric) -> None:
        requested = request_sync(fabric, RunTriggerChoices.SCHEDULE, requester="schedule")
        self.logger.info("Run #%s of %s", requested.run.pk, fabric.name)

    def _end_as(self, steps: Steps) -> None:
        """Have NetBox list the tick as failed, with its first error. (JobFailed would leave the error empty.)"""
        if steps.errors:
            first, more = steps.errors[0], len(steps.errors) - 1
            said = f"{first.step}: {first.message}" + (f" ({more} more)" if more else "")
            self.job.terminate = partial(self.job.terminate, status=JobStatusChoices.STATUS_FAILED, error=said)


def _sweep(fabrics: list[Fabric]) -> list[int]:
    return sweep(fabric_id__in=[fabric.pk for fabric in fabrics])


def due_fabrics(steps: Steps | None = None) -> list[Fabric]:
    """The fabrics that are due now and have no run under way, the longest due first.

    Args:
        steps: Keeps the error of a fabric for which it cannot be computed.
    """
    steps = steps or Steps(logger)
    busy = SyncRun.objects.filter(fabric=OuterRef("pk"), state__in=RunStateChoices.ACTIVE)
    fabrics = list(Fabric.objects.filter(~Exists(busy), suspended=False))
    when: dict[int, datetime | None] = {}
    for planned in steps.together("due", next_attempts, fabrics):
        when |= planned
    # What is due before the middle of the minute until the next tick is requested now: late by half a minute at most.
    horizon = database_time() + timedelta(seconds=EARLY)
    due = [fabric for fabric in fabrics if fabric.pk in when and (when[fabric.pk] or AT_ONCE) <= horizon]
    return sorted(due, key=lambda fabric: when[fabric.pk] or AT_ONCE)
