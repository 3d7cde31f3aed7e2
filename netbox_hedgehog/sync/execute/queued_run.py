"""What a worker does with the run that it is given: the run itself, and what has to be seen to before and after it."""

import logging
from functools import partial

from netbox.plugins import get_plugin_config

from netbox_hedgehog.heap import frozen_heap
from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync.db.steps import Steps
from netbox_hedgehog.sync.execute.dispatch import dispatch, dispatch_waiting
from netbox_hedgehog.sync.execute.run import execute
from netbox_hedgehog.sync.health.ticks import keep_ticking
from netbox_hedgehog.sync.queue.workers import current_worker, process_of
from netbox_hedgehog.sync.recovery.sweep import sweep

__all__ = ("execute_queued_run",)


def execute_queued_run(run_id: int, fabric_id: int, log: logging.Logger) -> str | None:
    """Execute a run in this worker, and see to it that the one that waits behind it gets its turn.

    Args:
        run_id: Primary key of the run.
        fabric_id: Primary key of its fabric.
        log: The job's logger, whose records NetBox keeps with the job.

    Returns:
        The run's state at its end, one of ``RunStateChoices``; None where it was not this worker's to execute.
    """
    steps = Steps(log)  # what is done for other fabrics must not end this one's run, nor hide its error
    steps.run("sweep", partial(_sweep_all, steps))
    try:
        name = current_worker()
        with frozen_heap():  # of this job's own process, which the worker has forked with all of NetBox in it
            return execute(run_id, process_of(name), log, rq_worker=name)
    finally:
        steps.run("dispatch", partial(dispatch, fabric_id), fabric_id)
        if get_plugin_config("netbox_hedgehog", "max_concurrent_runs"):
            steps.run("dispatch", partial(dispatch_waiting, steps))
        steps.run("timer", keep_ticking)


def _sweep_all(steps: Steps) -> None:
    """Whoever works tells of the dead, of whatever fabric: where there is much to do the tick may be late."""
    lost = SyncRun.objects.filter(pk__in=sweep()).values_list("fabric_id", flat=True)
    for fabric_id in list(lost):
        steps.run("dispatch", partial(dispatch, fabric_id), fabric_id)
