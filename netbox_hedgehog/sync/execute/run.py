"""Executes one run, from taking its lease to its recorded end."""

import logging
from contextlib import suppress
from functools import partial

from django.db import transaction
from netbox.config import get_config
from netbox.plugins import get_plugin_config
from redis.exceptions import RedisError

from netbox_hedgehog.cluster import ClusterError
from netbox_hedgehog.models import Fabric, RunStateChoices, SyncRun
from netbox_hedgehog.netbox_internals.request_context import lookups_cached
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.db.idle_timeout import idle_sessions_ended
from netbox_hedgehog.sync.db.retry import retry_transient
from netbox_hedgehog.sync.decide.scope import Scope
from netbox_hedgehog.sync.execute.fabric import FabricReader
from netbox_hedgehog.sync.execute.outcome import ReadOutcome, summary
from netbox_hedgehog.sync.execute.run_writer import RunWriter
from netbox_hedgehog.sync.health.conditions import evaluate_quietly, evaluate_success
from netbox_hedgehog.sync.recovery.sweep import sweep
from netbox_hedgehog.sync.runs import transitions
from netbox_hedgehog.sync.runs.lease_keeper import DeadlinePassed, LeaseKeeper
from netbox_hedgehog.sync.runs.progress import Progress
from netbox_hedgehog.sync.runs.transitions import Cancelled, Failure, Lease, LeaseLost
from netbox_hedgehog.sync.runs.unexpected import failure_of
from netbox_hedgehog.sync.store import changelog, holds
from netbox_hedgehog.sync.store.observations import save_observations

__all__ = ("execute",)

logger = logging.getLogger("netbox_hedgehog.sync")


def execute(run_id: int, worker: str, log: logging.Logger = logger, rq_worker: str = "") -> str | None:
    """Run ``run_id`` as ``worker`` (host and process) and return the state it ended in; None where it was not ours to
    run.

    ``rq_worker`` is the worker's name in RQ.

    Errors of the cluster end the run and are told in its row. Errors of our own do too, and are raised again.
    """
    run = SyncRun.objects.select_related("fabric", "requested_by").filter(pk=run_id).first()
    if run is None:
        log.warning("Run #%s is gone; its fabric may have been deleted.", run_id)
        return None
    sweep(fabric_id=run.fabric_id)
    lease = transitions.claim(run_id, worker, get_plugin_config("netbox_hedgehog", "run_deadline"), rq_worker)
    if lease is None:
        log.info("Run #%s is not to be started now: it has ended, or another run of the fabric is running.", run_id)
        return None
    run.refresh_from_db()
    with suppress(RedisError):
        get_config()  # NetBox's settings, which the change log heeds: now, and not in a transaction when Redis is away
    with idle_sessions_ended(), LeaseKeeper(lease) as keeper, lookups_cached():
        return _run(run, lease, keeper, log)


def _run(run: SyncRun, lease: Lease, keeper: LeaseKeeper, log: logging.Logger) -> str:
    progress = Progress(lease)
    writer = RunWriter(run, lease, progress, keeper.check, events=changelog.wants_events())
    outcome = FabricReader(run, progress, keeper.check, writer).read()
    if isinstance(outcome.error, LeaseLost):
        return _lost(run, log)
    state, failure = _ending(outcome)
    ended = _end(run, lease, outcome, state, failure, log)
    if outcome.error and not isinstance(outcome.error, (Cancelled, DeadlinePassed, ClusterError)):
        raise outcome.error
    return ended


def _ending(outcome: ReadOutcome) -> tuple[str, Failure]:
    """The state that the run ends in, and why it has not simply succeeded."""
    match outcome.error:
        case None:
            return outcome.state, summary(outcome.state, outcome.issues)
        case Cancelled() as cancelled:
            hint = "What was written is true; a new sync does the rest."
            failure = Failure(RunCode.CANCELLED, f"{cancelled}; {outcome.kinds_done}.", hint)
            return RunStateChoices.CANCELLED, failure
        case DeadlinePassed():
            message = f"The run took longer than it may; {outcome.kinds_done}."
            return RunStateChoices.FAILED, Failure(RunCode.DEADLINE, message, RunCode.DEADLINE.hint)
        case error:
            return RunStateChoices.FAILED, failure_of(error)


def _end(run: SyncRun, lease: Lease, outcome: ReadOutcome, state: str, failure: Failure, log: logging.Logger) -> str:
    """Record the end, and what was learned of each kind, in one transaction."""
    try:
        retry_transient(partial(_record, run, lease, outcome, state, failure))
    except LeaseLost:
        return _lost(run, log)
    except Exception as error:
        # What was to be kept of it cannot be. That it has ended, and why, can: else it would seem to run, and then
        # be lost.
        retry_transient(
            partial(transitions.finish, lease, RunStateChoices.FAILED, failure if failure.code else failure_of(error))
        )
        raise
    listed, written = outcome.progress["listed"], outcome.progress["written"]
    log.info("Run #%s %s: %s objects listed, %s written.", run.pk, state, listed, written)
    if failure.message:
        log.warning("%s: %s %s", failure.code, failure.message, failure.hint)
    if state == RunStateChoices.SUCCEEDED and Scope.of(run.scope).full:
        evaluate_success(run.fabric_id)
    else:
        evaluate_quietly(Fabric.objects.filter(pk=run.fabric_id))
    return state


@transaction.atomic
def _record(run: SyncRun, lease: Lease, outcome: ReadOutcome, state: str, failure: Failure) -> None:
    columns = {"progress": outcome.progress, "counts": outcome.counts}
    transitions.finish(lease, state, failure, **columns, held=outcome.hold, let_through=outcome.approved_hold)
    one_object = bool(Scope.of(run.scope).name)
    save_observations(run.fabric, [] if one_object else outcome.listings, run.started)
    if state in RunStateChoices.COMPLETED_READING:
        holds.close(outcome.open_holds, but=outcome.hold)


def _lost(run: SyncRun, log: logging.Logger) -> str:
    log.error("Run #%s is no longer this worker's: its lease ended. Nothing more is written.", run.pk)
    return RunStateChoices.LOST
