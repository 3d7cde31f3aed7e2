"""Whether the schedule does its work, for one fabric: a fact of its own. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from netbox_hedgehog.models import ScheduleStatus
from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.health.age import age
from netbox_hedgehog.sync.health.fact import Fact

__all__ = ("TICK_LATE_AFTER", "late_by", "schedule_fact", "stopped")

# A tick is planned a minute after the end of the one before it.
TICK_INTERVAL, TICK_LATE_AFTER = timedelta(minutes=1), timedelta(minutes=2)
FAILED_TICK_HINT = gettext_lazy("The log of NetBox's newest job Hedgehog schedule that failed has the details.")
BUSY = gettext_lazy(
    "Its job waits for a worker that is free, or hangs. Look at the workers' logs, or start another worker with:"
    " netbox rqworker {queue}"
)


def stopped() -> Fact:
    """The fact while no tick is planned."""
    return Fact(
        "stopped",
        _("stopped"),
        "red",
        detail=_("No tick is planned, so no fabric is synced by itself."),
        reason="stopped",
        hint=_(
            "It begins again with the next request for a sync or the next worker, or with: "
            "netbox hedgehog_sync bootstrap"
        ),
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
        label = _("late ({age})").format(age=age(late))
        detail = _("The schedule has not ticked for {age}, and should once a minute.").format(age=age(late))
        return Fact("late", label, "orange", status.ended, detail, "late", trouble or BUSY.format(queue=QUEUE_NAME))
    at = status.ended
    if status.errors:
        return _failing(status.errors, fabric, at, status.failing_since and age(now - status.failing_since))
    if at is None:
        return Fact("not begun", _("not begun"), "gray", detail=_("The schedule has not ticked yet."))
    return Fact("on time", _("on time ({age} ago)").format(age=age(now - at)), "green", at)


def _failing(errors: Sequence[dict[str, Any]], fabric: int, at: datetime | None, since: str | None) -> Fact:
    label = _("failing (for {age})").format(age=since) if since else _("failing")
    own = [each for each in errors if each.get("fabric") == fabric]
    shared = [each for each in errors if each.get("fabric") is None]
    # The text behind the colon may name another fabric, which the reader may not be allowed to see.
    for_all = _("Step {step} fails for all fabrics: {message}.")
    of_all = [for_all.format(step=each["step"], message=each["message"].split(":")[0]) for each in shared]
    if own or of_all:
        for_this = _("Step {step} fails for this fabric: {message}.")
        said = [for_this.format(step=each["step"], message=each["message"]) for each in own]
        outline = [_("Step {step} fails for this fabric.").format(step=each["step"]) for each in own]
        detail, outlined, hint = " ".join(said + of_all), " ".join(outline + of_all), str(FAILED_TICK_HINT)
        return Fact("failing", label, "red", at, detail, (own or shared)[0]["step"], hint, outlined)
    others = len({each.get("fabric") for each in errors})
    detail = ngettext(
        "It fails for {others} other fabric; this one is synced as planned.",
        "It fails for {others} other fabrics; this one is synced as planned.",
        others,
    )
    return Fact("failing", label, "orange", at, detail.format(others=others))
