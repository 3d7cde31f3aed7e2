"""Ends what a dead worker has left: runs, NetBox jobs and connection tests that seem to go on."""

from datetime import timedelta
from functools import partial
from typing import Any

from core.choices import JobStatusChoices
from core.models import Job
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from netbox_hedgehog.models import ConnectionTest, Fabric, RunStateChoices, SyncRun
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.health.conditions import evaluate_quietly
from netbox_hedgehog.sync.queue.dead_jobs import end_dead_jobs
from netbox_hedgehog.sync.queue.runners import RUN_JOB
from netbox_hedgehog.sync.runs import transitions

__all__ = ("close_jobs", "end_tests", "sweep")

LOST = "The worker was lost before the run ended."
# Grace periods: a job ends moments after its run, a connection test after a few time-outs. Anything older is dead.
AFTER_RUN, LONGEST_TEST = timedelta(minutes=2), timedelta(minutes=10)


def sweep(**which: Any) -> list[int]:
    """Mark runs lost whose lease has ended, and end their jobs.

    A run past its deadline whose lease is still renewed, because its worker hangs, ends as failed.

    Args:
        **which: Filters on runs: ``fabric_id`` for those of one fabric.

    Returns:
        The primary keys of the lost runs.
    """
    lost, overdue = transitions.mark_lost(**which), transitions.mark_overdue(**which)
    if lost or overdue:
        jobs = SyncRun.objects.filter(pk__in=[*lost, *overdue], job__isnull=False).values("job_id")
        _close(Job.objects.filter(pk__in=jobs), JobStatusChoices.STATUS_ERRORED, LOST)
        transaction.on_commit(partial(evaluate_quietly, Fabric.objects.filter(runs__in=[*lost, *overdue])))
    return lost


def close_jobs() -> int:
    """End the jobs whose worker died after their run had ended, with the outcome of the run.

    Returns:
        How many.
    """
    left = Job.objects.filter(name=RUN_JOB, started__lt=Now() - AFTER_RUN)
    ended = SyncRun.objects.filter(job=OuterRef("pk"), finished__lt=Now() - AFTER_RUN)
    good = _close(left.filter(Exists(ended.completed_reading())), JobStatusChoices.STATUS_COMPLETED, "")
    bad = _close(left.filter(Exists(ended)), JobStatusChoices.STATUS_ERRORED, LOST)
    no_run = ~Exists(SyncRun.objects.filter(job=OuterRef("pk"), state=RunStateChoices.RUNNING))
    return good + bad + _close(left.filter(no_run), JobStatusChoices.STATUS_ERRORED, LOST)


def _close(jobs: QuerySet[Job], status: str, error: str) -> int:
    return end_dead_jobs(jobs.filter(status=JobStatusChoices.STATUS_RUNNING), error, status)


def end_tests() -> int:
    """End connection tests whose worker is dead.

    Returns:
        How many.
    """
    jobs = Job.objects.filter(pk=OuterRef("job"), status__in=JobStatusChoices.ENQUEUED_STATE_CHOICES)
    waiting = jobs.exclude(status=JobStatusChoices.STATUS_RUNNING)
    left = ConnectionTest.objects.filter(~Exists(waiting), ok=None, created__lt=Now() - LONGEST_TEST)
    _close(Job.objects.filter(pk__in=left.values("job_id")), JobStatusChoices.STATUS_ERRORED, LOST)
    return left.update(
        ok=False,
        finished=Now(),
        error_code=RunCode.WORKER_LOST,
        error_message="The worker stopped before the test ended.",
        error_hint="Look at the worker's log, and test again.",
    )
