"""Tells NetBox's event rules of what has gone wrong with a fabric, or well again."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from extras.events import flush_events
from redis.exceptions import RedisError
from rq.timeouts import JobTimeoutException

from netbox_hedgehog import events
from netbox_hedgehog.models import ConditionChoices
from netbox_hedgehog.sync.health.rules import Finding
from netbox_hedgehog.sync.store.changelog import Author, event_of, wants_events

__all__ = ("SCHEDULE_FAILED", "Transition", "notify")

logger = logging.getLogger("netbox_hedgehog.sync")

SCHEDULE_FAILED = "ScheduleFailed"  # no condition of a fabric: the timer is the installation's
# Condition and what it has become: what is told. That a cluster answers again, the next sync says.
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
    """A condition that has just become what FINDING says, at CHANGED_AT by the database's clock."""

    finding: Finding
    changed_at: datetime

    def __str__(self) -> str:
        found = self.finding
        return f"{found.fabric.name}: {found.type} is {str(found.status).lower()}. {found.message}".rstrip()

    @property
    def event(self) -> str | None:
        """The name of the event type that is told, if any."""
        return EVENTS.get((self.finding.type, self.finding.status))


def notify(edges: Sequence[Transition]) -> list[Transition]:
    """Hand the events of EDGES to NetBox's pipeline; returns those of which nothing is left to tell.

    Where Redis is away they are not told, and the log says so; likewise where one fabric's event cannot be made.
    """
    if not any(edge.event for edge in edges) or not wants_events():
        return list(edges)
    return [edge for edge in edges if _told_of(edge)]


def _told_of(edge: Transition) -> bool:
    try:
        if edge.event:
            flush_events([_event(edge)])
    except RedisError as error:
        name = edge.finding.fabric.name
        logger.warning("Event %s of %s was not told: Redis cannot be reached: %s", edge.event, name, error)
        return False
    except JobTimeoutException:
        raise
    except Exception:
        logger.exception("Event %s of fabric %s was not told", edge.event, edge.finding.fabric.pk)
        return False
    return True


def _event(edge: Transition) -> Any:
    """The fabric as REST serves it, and under ``condition`` what has happened to it."""
    found = edge.finding
    author = Author(None, "hedgehog", uuid4(), "", found.fabric)
    if found.run:
        author = Author.of_run(found.run)
    event = event_of(author, edge.event, found.fabric)
    event["data"] = {**event["data"], "condition": _told(edge)}
    return event


def _told(edge: Transition) -> dict[str, Any]:
    found, run = edge.finding, edge.finding.run
    return {
        "type": found.type,
        "status": found.status,
        "reason": found.reason,
        "message": found.message,
        "hint": found.hint,
        "changed_at": edge.changed_at.isoformat(),
        "run": {"id": run.pk, "state": run.state, "url": run.get_absolute_url()} if run else None,
    }
