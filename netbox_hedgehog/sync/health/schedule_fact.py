"""Whether the schedule does its work, for one fabric: a fact of its own. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from netbox_hedgehog.models import ScheduleStatus
from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.health.age import age
from netbox_hedgehog.sync.health.fact import Fact

__all__ = ("STOPPED", "TICK_LATE_AFTER", "late_by", "schedule_fact")

# A tick is planned a minute after the end of the one before it.
TICK_INTERVAL, TICK_LATE_AFTER = timedelta(minutes=1), timedelta(minutes=2)
FAILED_TICK_HINT = "The log of NetBox's newest job Hedgehog schedule that failed has the details."
BUSY = (
    "Its job waits for a worker that is free, or hangs. Look at the workers' logs, or start another worker with:"
    f" netbox rqworker {QUEUE_NAME}"
)
STOPPED = Fact(
    "stopped",
    "stopped",
    "red",
    detail="No tick is planned, so no fabric is synced by itself.",
    reason="stopped",
    hint="It begins again with the next request for a sync or the next worker, or with: netbox hedgehog_sync bootstrap",
)


def late_by(status: ScheduleStatus, now: datetime, planned: datetime | None = None) -> timedelta | None:
    """Compute how long the schedule has not ticked.

    Args:
        status: What is stored of the newest tick.
        now: The database's time.
        planned: When the next tick is or was to be, if that is known.

    Returns:
        The time since the newest tick; None if that is within ``TICK_LATE_AFTER``.
    """
    newest = max((each for each in (status.began, status.ended) if each), default=planned)
    # A timer that was just restarted has a minute for its first tick, however old the newest one is.
    expected = planned and planned - TICK_INTERVAL
    if newest is None or now - max(newest, expected or newest) <= TICK_LATE_AFTER:
        return None
    return now - newest


def schedule_fact(
    status: ScheduleStatus, now: datetime, fabric: int, planned: datetime | None = None, trouble: str = ""
) -> Fact:
    """Compute the schedule's fact for one fabric's page.

    Errors of other fabrics are counted but neither named nor quoted: the reader may not be allowed to see them.

    Args:
        status: What is stored of the newest tick.
        now: The database's time.
        fabric: The fabric's primary key.
        planned: When the next tick is to be.
        trouble: What is wrong with the queue, if anything is.

    Returns:
        The fact, with one of the words ``late``, ``failing``, ``not begun`` and ``on time``.
    """
    if late := late_by(status, now, planned):
        detail = f"The schedule has not ticked for {age(late)}, and should once a minute."
        return Fact("late", f"late ({age(late)})", "orange", status.ended, detail, "late", trouble or BUSY)
    at = status.ended
    if status.errors:
        return _failing(status.errors, fabric, at, status.failing_since and age(now - status.failing_since))
    if at is None:
        return Fact("not begun", "not begun", "gray", detail="The schedule has not ticked yet.")
    return Fact("on time", f"on time ({age(now - at)} ago)", "green", at)


def _failing(errors: Sequence[dict[str, Any]], fabric: int, at: datetime | None, since: str | None) -> Fact:
    label = f"failing (for {since})" if since else "failing"
    own = [each for each in errors if each.get("fabric") == fabric]
    shared = [each for each in errors if each.get("fabric") is None]
    # The text behind the colon may name another fabric, which the reader may not be allowed to see.
    of_all = [f"Step {each['step']} fails for all fabrics: {each['message'].split(':')[0]}." for each in shared]
    if own or of_all:
        said = [f"Step {each['step']} fails for this fabric: {each['message']}." for each in own]
        outline = [f"Step {each['step']} fails for this fabric." for each in own]
        words = {"detail": " ".join(said + of_all), "outline": " ".join(outline + of_all), "hint": FAILED_TICK_HINT}
        return Fact("failing", label, "red", at, reason=(own or shared)[0]["step"], **words)
    others = len({each.get("fabric") for each in errors})
    detail = f"It fails for {others} other fabric{'' if others == 1 else 's'}; this one is synced as planned."
    return Fact("failing", label, "orange", at, detail)
