"""What is kept of the schedule's ticks, and what NetBox's event rules are told when they fail, are late, or recover.

The tick writes when it begins and how it ended. Whether it is late follows from that and from the clock, so that it is
known while nothing ticks: pages compute it, and whoever requests a sync or ends one tells event rules of it.
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

__all__ = ("begin", "end", "keep_ticking", "tell_schedule")

logger = logging.getLogger("netbox_hedgehog.sync")

MOST = 200  # errors of a tick that are kept
UNFINISHED = "The tick before this one did not end: its worker was stopped, or lost the database."


def keep_ticking() -> None:
    """See to it that the timer ticks, and that event rules hear of it where it is late.

    Called with every request for a sync and at every run's end, by processes whose own work is done: it raises nothing
    where Redis is away or an event cannot be made.
    """
    steps = Steps(logger)
    steps.run("timer", _revive)
    steps.run("events", _tell_if_late)


def _revive() -> None:
    try:
        restart_timer()
    except RedisError as error:
        logger.warning("Whether the schedule ticks is not known: Redis cannot be reached: %s", error)


def _tell_if_late() -> None:
    timer = timer_state()
    if late_by(timer.status, database_time(), timer.next_tick):
        tell_schedule()


def begin() -> list[StepError]:
    """Keep that a tick begins; returns what has to be said of the one before it."""
    status, _ = ScheduleStatus.objects.get_or_create(pk=1)
    if late_by(status, database_time()):
        tell_schedule()  # before the row says that it ticks again
    ScheduleStatus.objects.filter(pk=1).update(began=Now())
    unfinished = status.began and (status.ended is None or status.ended < status.began)
    return [StepError("tick", None, UNFINISHED)] if unfinished else []


def end(errors: Sequence[StepError]) -> None:
    """Keep that the tick has ended with ERRORS."""
    since = Coalesce("failing_since", Now()) if errors else Value(None)
    ScheduleStatus.objects.filter(pk=1).update(
        ended=Now(), errors=[each.as_json() for each in errors[:MOST]], failing_since=since
    )


def tell_schedule() -> None:
    """Tell event rules of each fabric for which the schedule has begun to fail or to be late, or has recovered.

    Of several processes that call it at once, one does it. Where Redis is away, the next call tells.
    """
    with transaction.atomic():
        status = ScheduleStatus.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if status is None:
            return
        edges = _edges(status, database_time())
        if not edges and not status.alarmed:
            return
        told = {edge.finding.fabric.pk: edge.finding.status for edge in notify(edges)}
        kept = {key for key in status.alarmed if told.get(key, True)} & set(Fabric.objects.values_list("pk", flat=True))
        status.alarmed = sorted(kept | {key for key, wrong in told.items() if wrong})
        status.save(update_fields=["alarmed"])


def _edges(status: ScheduleStatus, now: datetime) -> list[Transition]:
    """What has changed since event rules were last told."""
    if not (status.errors or status.alarmed or late_by(status, now)):
        return []
    edges = []
    for fabric in Fabric.objects.filter(suspended=False):
        fact = schedule_fact(status, now, fabric.pk)
        wrong = bool(fact.reason)
        if wrong != (fabric.pk in status.alarmed):
            found = Finding(fabric, SCHEDULE_FAILED, wrong, fact.reason or "on_time", fact.detail, fact.hint)
            edges.append(Transition(found, status.failing_since or now))
    return edges
