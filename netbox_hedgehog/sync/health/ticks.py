"""Records the schedule's ticks, and notifies NetBox's event rules when they fail, are late, or recover.

Each tick stores when it began and how it ended. Lateness is computed from these and the clock, so that it is known
although nothing ticks: pages show it, and every process that requests or ends a run notifies event rules of it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce, Now
from redis.exceptions import RedisError

from netbox_hedgehog.models import Fabric, ScheduleStatus
from netbox_hedgehog.sync.db.clock import database_time
from netbox_hedgehog.sync.db.steps import StepError, Steps
from netbox_hedgehog.sync.health.notifications import SCHEDULE_FAILED, Transition, notify
from netbox_hedgehog.sync.health.rules import Finding
from netbox_hedgehog.sync.health.schedule_fact import late_by, schedule_fact
from netbox_hedgehog.sync.queue.timer import restart_timer, timer_state

__all__ = ("begin", "end", "keep_ticking", "notify_schedule")

logger = logging.getLogger("netbox_hedgehog.sync")

MOST_ERRORS = 200  # errors of a tick that are kept
UNFINISHED = "The tick before this one did not end: its worker was stopped, or lost the database."


def keep_ticking() -> None:
    """Restart the timer if its job is lost, and notify event rules if it is late.

    Called with every request for a sync and at the end of every run, when the caller's own work is committed: it logs
    errors, such as Redis being unreachable, instead of raising them.
    """
    steps = Steps(logger)
    steps.run("timer", _revive)
    steps.run("events", _notify_if_late)


def _revive() -> None:
    try:
        restart_timer()
    except RedisError as error:
        logger.warning("Whether the schedule ticks is not known: Redis cannot be reached: %s", error)


def _notify_if_late() -> None:
    timer = timer_state()
    if late_by(timer.status, database_time(), timer.next_tick):
        notify_schedule()


def begin() -> list[StepError]:
    """Store that a tick begins.

    Returns:
        An error if the tick before this one did not end, to be recorded with this tick's own; else an empty list.
    """
    status, _ = ScheduleStatus.objects.get_or_create(pk=1)
    if late_by(status, database_time()):
        notify_schedule()  # before the row is updated, after which the tick is no longer late
    ScheduleStatus.objects.filter(pk=1).update(began=Now())
    unfinished = status.began and (status.ended is None or status.ended < status.began)
    return [StepError("tick", None, UNFINISHED)] if unfinished else []


def end(errors: Sequence[StepError]) -> None:
    """Store that the tick has ended.

    Args:
        errors: The errors of all its steps; the first ``MOST_ERRORS`` are stored.
    """
    since = Coalesce("failing_since", Now()) if errors else Value(None)
    ScheduleStatus.objects.filter(pk=1).update(
        ended=Now(), errors=[each.as_json() for each in errors[:MOST_ERRORS]], failing_since=since
    )


def notify_schedule() -> None:
    """Notify event rules of each fabric for which the schedule has begun to fail or to be late, or has recovered.

    The row lock lets one of several concurrent callers do it. If Redis is unreachable, the next call tries again.
    """
    with transaction.atomic():
        status = ScheduleStatus.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if status is None:
            return
        transitions = _transitions(status, database_time())
        if not transitions and not status.alarmed:
            return
        sent = {each.finding.fabric.pk: each.finding.status for each in notify(transitions)}
        kept = {key for key in status.alarmed if sent.get(key, True)} & set(Fabric.objects.values_list("pk", flat=True))
        status.alarmed = sorted(kept | {key for key, wrong in sent.items() if wrong})
        status.save(update_fields=["alarmed"])


def _transitions(status: ScheduleStatus, now: datetime) -> list[Transition]:
    """What has changed since event rules were last notified."""
    if not (status.errors or status.alarmed or late_by(status, now)):
        return []
    transitions = []
    for fabric in Fabric.objects.filter(suspended=False):
        fact = schedule_fact(status, now, fabric.pk)
        wrong = bool(fact.reason)
        if wrong != (fabric.pk in status.alarmed):
            found = Finding(fabric, SCHEDULE_FAILED, wrong, fact.reason or "on_time", fact.detail, fact.hint)
            transitions.append(Transition(found, status.failing_since or now))
    return transitions
