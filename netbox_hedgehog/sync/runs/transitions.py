"""Every change of a run's state, each one conditional statement by database time. Terminal states never change.

queued -> running -> succeeded | partial | failed | blocked | cancelled | lost, and queued -> cancelled.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import DateTimeField, F, Func
from django.db.models.functions import Now
from netbox.plugins import get_plugin_config

from netbox_hedgehog.models import Fabric, RunOperationChoices, RunStateChoices, SyncRun
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.db.bulk import INSERTED
from netbox_hedgehog.sync.decide.scope import FABRIC, Scope

__all__ = (
    "USER_GONE",
    "Cancelled",
    "Failure",
    "Lease",
    "LeaseLost",
    "at_capacity",
    "cancel_queued",
    "claim",
    "enqueue",
    "fence",
    "finish",
    "known_failure",
    "mark_lost",
    "mark_overdue",
    "renew",
)


PLACES = 0x68656467  # the advisory lock of those who take one of the installation's places
OVERDUE = timedelta(seconds=30)  # a worker that lives ends its run before that
USER_GONE = "The user who requested it was deleted"


class LeaseLost(Exception):
    """The run is no longer this worker's: its lease ended, or the run or its fabric is gone. Write nothing more."""


class Cancelled(Exception):
    """Somebody asked the run to stop, or deleted its user or job; the message says which."""


@dataclass(frozen=True)
class Lease:
    """The right to write for a run, until it ends.

    Attributes:
        run_id: The run's primary key.
        epoch: The fencing token: it grows with each worker that takes the run.
        user_id: Who requested the run; it stops if they are deleted.
        job_id: NetBox's job of the run, likewise.
    """

    run_id: int
    epoch: int
    user_id: int | None = None
    job_id: int | None = None


@dataclass(frozen=True)
class Failure:
    """Why a run did not succeed: a stable code, a message, and the next step."""

    code: str = ""
    message: str = ""
    hint: str = ""


def _lease_end() -> Any:
    return Now() + timedelta(seconds=get_plugin_config("netbox_hedgehog", "lease_seconds"))


# The scope of a queued run that another request joins: the same where both ask for the same, the whole fabric where
# they do not; hard where either is.
JOINED = """
    (CASE WHEN {table}.scope - 'hard' = EXCLUDED.scope - 'hard' THEN {table}.scope - 'hard' ELSE '{{}}' END)
    || (CASE WHEN jsonb_exists({table}.scope || EXCLUDED.scope, 'hard') THEN '{{"hard": true}}' ELSE '{{}}' END)::jsonb
"""


def enqueue(fabric: Fabric, trigger: str, user: Any, requester: str, scope: Scope = FABRIC) -> tuple[int, bool]:
    """Create the fabric's queued run, or widen the existing one to cover a scope too.

    Args:
        fabric: The fabric.
        trigger: A value of ``RunTriggerChoices``.
        user: The NetBox user who asks, if there is one.
        requester: The name to show for who asks.
        scope: What the run is to cover.

    Returns:
        The run's primary key, and whether it is new.
    """
    table = SyncRun._meta.db_table
    values = {
        "fabric_id": fabric.pk,
        "operation": RunOperationChoices.READ,
        "state": RunStateChoices.QUEUED,
        "trigger": trigger,
        "requested_by_id": user.pk if user else None,
        "requester": requester,
        "requests": 1,
        "request_id": uuid4(),
        "epoch": 0,
        **dict.fromkeys(("worker", "error_code", "error_message", "error_hint"), ""),
        **dict.fromkeys(("progress", "counts"), "{}"),
        "scope": json.dumps(scope.as_json()),
    }
    columns, places = ", ".join(values), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        # Only names of our own make up the statement; every value is a parameter.
        cursor.execute(
            f"INSERT INTO {table} (created, {columns}) VALUES (statement_timestamp(), {places})"  # noqa: S608
            f" ON CONFLICT (fabric_id, operation) WHERE state = 'queued' DO UPDATE"
            f" SET requests = {table}.requests + 1, scope = {JOINED.format(table=table)}"
            f" RETURNING id, {INSERTED}",
            list(values.values()),
        )
        pk, created = cursor.fetchone()
    return pk, created


def claim(run_id: int, worker: str, deadline_seconds: float, rq_worker: str = "") -> Lease | None:
    """Take a queued run for ``worker``; None where it is not queued any more, another run of its fabric is running, or
    as many runs as the installation allows.
    """
    running = SyncRun.objects.filter(state=RunStateChoices.RUNNING).values("fabric_id")
    try:
        with transaction.atomic():
            if at_capacity(lock=True):
                return None
            taken = (
                SyncRun.objects.filter(pk=run_id, state=RunStateChoices.QUEUED)
                .exclude(fabric_id__in=running)
                .update(
                    state=RunStateChoices.RUNNING,
                    epoch=F("epoch") + 1,
                    # Not the statement's time: it may have waited for a request that the run is about to answer.
                    started=Func(function="clock_timestamp", output_field=DateTimeField()),
                    worker=worker,
                    rq_worker=rq_worker,
                    lease_until=_lease_end(),
                    deadline=Now() + timedelta(seconds=deadline_seconds),
                )
            )
    except IntegrityError:  # another worker claimed a run of the same fabric between our look and our write
        return None
    if not taken:
        return None
    return Lease(run_id, *SyncRun.objects.values_list("epoch", "requested_by_id", "job_id").get(pk=run_id))


def at_capacity(lock: bool = False) -> bool:
    """Whether as many runs are running as the plugin setting ``max_concurrent_runs`` allows; 0 allows any number.

    Args:
        lock: Take a lock, so that no other process takes a free place before the transaction ends.
    """
    most = get_plugin_config("netbox_hedgehog", "max_concurrent_runs")
    if not most:
        return False
    if lock:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PLACES])
    return SyncRun.objects.filter(state=RunStateChoices.RUNNING, lease_until__gt=Now()).count() >= most


def _held(lease: Lease) -> Any:
    return SyncRun.objects.filter(
        pk=lease.run_id, state=RunStateChoices.RUNNING, epoch=lease.epoch, lease_until__gt=Now()
    )


def renew(lease: Lease) -> None:
    """Prolong the lease.

    Raises:
        LeaseLost: It has ended, or belongs to another worker.
    """
    if not _held(lease).update(lease_until=_lease_end()):
        raise LeaseLost


def fence(lease: Lease, **columns: Any) -> None:
    """Lock the run's row for the rest of the transaction, and prolong the lease.

    This is the first statement of every write batch. While the row is locked, the user in whose name the batch writes
    to the change log cannot be deleted.

    Args:
        lease: The lease.
        **columns: Columns of the run to write with it: progress, counts.

    Raises:
        LeaseLost: The lease has ended, or belongs to another worker.
        Cancelled: The user who requested the run was deleted.
    """
    if not _held(lease).filter(requested_by=lease.user_id).update(lease_until=_lease_end(), **columns):
        raise Cancelled(USER_GONE) if _held(lease).exists() else LeaseLost


def finish(lease: Lease, state: str, failure: Failure, **columns: Any) -> None:
    """End the run.

    Args:
        lease: The lease.
        state: A terminal state.
        failure: Why it did not succeed; empty if it did.
        **columns: Further columns to write.

    Raises:
        LeaseLost: The lease has ended, or belongs to another worker.
    """
    if not _held(lease).update(**_end(state, failure), **columns):
        raise LeaseLost


def _end(state: str, failure: Failure) -> dict[str, Any]:
    """The columns that every end of a run writes."""
    return {
        "state": state,
        "finished": Now(),
        "lease_until": None,
        "error_code": failure.code,
        "error_message": failure.message,
        "error_hint": failure.hint,
    }


def cancel_queued(run_id: int, failure: Failure) -> bool:
    """Cancel a run that has not started.

    Returns:
        False if it has started or ended.
    """
    return bool(
        SyncRun.objects.filter(pk=run_id, state=RunStateChoices.QUEUED).update(
            **_end(RunStateChoices.CANCELLED, failure)
        )
    )


WORKER_LOST = Failure(
    RunCode.WORKER_LOST,
    "The worker stopped reporting before the run ended.",
    RunCode.WORKER_LOST.hint,
)


def known_failure(run: SyncRun) -> Failure:
    """Why a run did not succeed, including a run that is lost and not yet marked so."""
    if run.lapsed:
        return WORKER_LOST
    return Failure(run.error_code, run.error_message, run.error_hint)


def mark_lost(**which: Any) -> list[int]:
    """Mark running runs lost whose lease has ended.

    Args:
        **which: Filters on runs.

    Returns:
        Their primary keys.
    """
    return _end_others(RunStateChoices.LOST, WORKER_LOST, lease_until__lt=Now(), **which)


def mark_overdue(**which: Any) -> list[int]:
    """Fail running runs that are past their deadline although a hung worker still renews the lease.

    Args:
        **which: Filters on runs.

    Returns:
        Their primary keys.
    """
    failure = Failure(
        RunCode.DEADLINE,
        "The run went on past its deadline, and its worker did not end it.",
        "The worker hangs: look at its log, and restart it.",
    )
    return _end_others(RunStateChoices.FAILED, failure, deadline__lt=Now() - OVERDUE, **which)


@transaction.atomic
def _end_others(state: str, failure: Failure, **which: Any) -> list[int]:
    # A row that its worker's open transaction holds is skipped: PostgreSQL ends that session within a lease.
    expired = SyncRun.objects.filter(state=RunStateChoices.RUNNING, **which)
    keys = list(expired.select_for_update(skip_locked=True).values_list("pk", flat=True))
    if keys:
        SyncRun.objects.filter(pk__in=keys, state=RunStateChoices.RUNNING).update(**_end(state, failure))
    return keys
