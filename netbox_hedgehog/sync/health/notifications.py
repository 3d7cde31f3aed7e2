"""Notifies NetBox's event rules of transitions of a fabric's conditions and of the schedule."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from redis.exceptions import RedisError
from rq.timeouts import JobTimeoutException

from netbox_hedgehog import events
from netbox_hedgehog.models import ConditionChoices
from netbox_hedgehog.netbox_internals.event_rules import flush_events
from netbox_hedgehog.sync.health.rules import Finding
from netbox_hedgehog.sync.store.changelog import Author, event_of, wants_events

__all__ = ("SCHEDULE_FAILED", "Transition", "notify")

logger = logging.getLogger("netbox_hedgehog.sync")

SCHEDULE_FAILED = "ScheduleFailed"  # no condition of a fabric: the timer is the installation's
# (condition, its new status): the event. Recovery from Unreachable and Stale has none: the next run reports it.
EVENTS = {
    (ConditionChoices.SYNC_FAILED, True): events.SYNC_FAILED,
    (ConditionChoices.SYNC_FAILED, False): events.SYNC_RECOVERED,
    (ConditionChoices.BLOCKED, True): events.RUN_BLOCKED,
    (ConditionChoices.UNREACHABLE, True): events.FABRIC_UNREACHABLE,
    (ConditionChoices.STALE, True): events.FABRIC_STALE,
    (SCHEDULE_FAILED, True): events.SCHEDULE_FAILED,
    (SCHEDULE_FAILED, False): events.SCHEDULE_RECOVERED,
}


@dataclass(frozen=True)
class Transition:
    """A condition's change to the status of ``finding``, at ``changed_at`` by the database's clock."""

    finding: Finding
    changed_at: datetime

    def __str__(self) -> str:
        found = self.finding
        return f"{found.fabric.name}: {found.type} is {str(found.status).lower()}. {found.message}".rstrip()

    @property
    def event(self) -> str | None:
        """The name of the event type to send, if the transition has one."""
        return EVENTS.get((self.finding.type, self.finding.status))


def notify(transitions: Sequence[Transition]) -> list[Transition]:
    """Hand the events of transitions to NetBox's event pipeline.

    If Redis is unreachable, or an event cannot be built, that transition is left out of the result and logged.

    Args:
        transitions: What has changed; those without an event type count as sent.

    Returns:
        The transitions that need no further attempt.
    """
    if not any(each.event for each in transitions) or not wants_events():
        return list(transitions)
    return [each for each in transitions if _sent(each)]


def _sent(transition: Transition) -> bool:
    try:
        if transition.event:
            flush_events([_event(transition, transition.event)])
    except RedisError as error:
        name = transition.finding.fabric.name
        logger.warning("Event %s of %s was not told: Redis cannot be reached: %s", transition.event, name, error)
        return False
    except JobTimeoutException:
        raise
    except Exception:
        logger.exception("Event %s of fabric %s was not told", transition.event, transition.finding.fabric.pk)
        return False
    return True


def _event(transition: Transition, event_type: str) -> Any:
    """NetBox's event: the fabric as REST serves it, with the transition under ``condition``."""
    found = transition.finding
    author = Author(None, "hedgehog", uuid4(), "", found.fabric)
    if found.run:
        author = Author.of_run(found.run)
    event = event_of(author, event_type, found.fabric)
    event["data"] = {**event["data"], "condition": _condition(transition)}
    return event


def _condition(transition: Transition) -> dict[str, Any]:
    found, run = transition.finding, transition.finding.run
    return {
        "type": found.type,
        "status": found.status,
        "reason": found.reason,
        "message": found.message,
        "hint": found.hint,
        "changed_at": transition.changed_at.isoformat(),
        "run": {"id": run.pk, "state": run.state, "url": run.get_absolute_url()} if run else None,
    }
