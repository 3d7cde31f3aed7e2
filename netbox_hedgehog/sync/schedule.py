"""The tick of the schedule: once a minute it requests the syncs that are due, and sweeps.

Each step, and each fabric within it, is isolated: an error is logged, recorded (see ``health.ticks``) and shown, and
the rest of the tick goes on.
"""

import logging
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db.models import Exists, OuterRef

from netbox_hedgehog.models import Fabric, RunTriggerChoices, SyncRun
from netbox_hedgehog.sync.db.clock import database_time
from netbox_hedgehog.sync.db.idle_timeout import locks_bounded
from netbox_hedgehog.sync.db.steps import StepError, Steps
from netbox_hedgehog.sync.decide.due import EARLY
from netbox_hedgehog.sync.execute.dispatch import dispatch_waiting
from netbox_hedgehog.sync.health import ticks
from netbox_hedgehog.sync.health.conditions import evaluate
from netbox_hedgehog.sync.queue.tick_retention import forget_ticks
from netbox_hedgehog.sync.recovery.sweep import close_jobs, end_tests, sweep
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.runs.next_attempts import next_attempts
from netbox_hedgehog.sync.runs.retention import forget_old

__all__ = ("due_fabrics", "tick")

logger = logging.getLogger("netbox_hedgehog.sync")

AT_ONCE = datetime.min.replace(tzinfo=UTC)  # sorts before every moment


def tick(log: logging.Logger) -> list[StepError]:
    """Run all steps of a tick: sweep, end dead jobs, dispatch, request syncs, evaluate conditions, apply retention.

    Args:
        log: The job's logger, whose records NetBox stores with the job.

    Returns:
        One error for each step and fabric that failed; the other steps were done.
    """
    steps = Steps(log)
    with ExitStack() as stack:
        steps.run("session", partial(stack.enter_context, locks_bounded()))
        steps.errors += steps.run("begin", ticks.begin) or []
        try:
            _all_steps(steps)
        finally:
            steps.run("record", partial(ticks.end, steps.errors))
            steps.run("events", ticks.notify_schedule)
    return steps.errors


def _all_steps(steps: Steps) -> None:
    fabrics = steps.run("fabrics", lambda: list(Fabric.objects.all())) or []
    for lost in steps.together("sweep", _sweep, fabrics):
        for run_id in lost:
            steps.log.warning("Run #%s is lost: its worker stopped reporting.", run_id)
    steps.run("close_jobs", close_jobs)
    steps.run("end_tests", end_tests)
    steps.run("dispatch", partial(dispatch_waiting, steps))
    for fabric in steps.run("due", partial(due_fabrics, steps)) or []:
        steps.run("request", partial(_request, fabric, steps.log), fabric)
    for edges in steps.together("conditions", evaluate, fabrics):
        for edge in edges:
            steps.log.info("%s", edge)
    if forgotten := steps.run("retention", forget_old):
        steps.log.info("%s old runs are deleted, by NetBox's JOB_RETENTION.", forgotten)
    steps.run("job_list", forget_ticks)


def _request(fabric: Fabric, log: logging.Logger) -> None:
    requested = request_sync(fabric, RunTriggerChoices.SCHEDULE, requester="schedule")
    log.info("Run #%s of %s", requested.run.pk, fabric.name)


def _sweep(fabrics: list[Fabric]) -> list[int]:
    return sweep(fabric_id__in=[fabric.pk for fabric in fabrics])


def due_fabrics(steps: Steps | None = None) -> list[Fabric]:
    """Find the fabrics that are due and have no active run, the longest due first.

    Args:
        steps: Records the error of a fabric whose due time cannot be computed.
    """
    steps = steps or Steps(logger)
    busy = SyncRun.objects.reads().active().filter(fabric=OuterRef("pk"))
    fabrics = list(Fabric.objects.filter(~Exists(busy), suspended=False))
    when: dict[int, datetime | None] = {}
    for planned in steps.together("due", next_attempts, fabrics):
        when |= planned
    # What is due before the middle of the minute until the next tick is requested now: late by half a minute at most.
    horizon = database_time() + timedelta(seconds=EARLY)
    due = [fabric for fabric in fabrics if fabric.pk in when and (when[fabric.pk] or AT_ONCE) <= horizon]
    return sorted(due, key=lambda fabric: when[fabric.pk] or AT_ONCE)
