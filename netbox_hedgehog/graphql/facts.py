"""The four facts of a fabric, its conditions and its watcher in GraphQL: the names and words are those of REST."""

from datetime import datetime
from typing import Self

import strawberry
from netbox.graphql.scalars import BigInt
from strawberry.types import Info

from netbox_hedgehog.models import Fabric
from netbox_hedgehog.queries.fabric_facts import visible_facts as seen_by
from netbox_hedgehog.queries.viewer import viewer_of
from netbox_hedgehog.sync import Facts, WatcherStatus

__all__ = ("ConditionType", "FactType", "WatcherType", "facts_seen")


@strawberry.type(name="HedgehogFact")
class FactType:
    """One fact: a fixed word, the word with its age, since when, and what more there is to say.

    ``count`` of ``total`` is how many switches are unhealthy; null where nothing is counted.
    """

    value: str
    label: str
    at: datetime | None
    detail: str
    count: int | None
    total: int | None


@strawberry.type(name="HedgehogCondition")
class ConditionType:
    """What is (or is not) wrong: ``reason`` is a code, ``changed_at`` when ``status`` became what it is."""

    type: str
    status: bool
    reason: str
    message: str
    changed_at: datetime


@strawberry.type(name="HedgehogWatcher")
class WatcherType:
    """How the fabric is watched; ``state`` is "stopped" where no process does. ``lag`` is in seconds."""

    state: str
    process: str
    heartbeat: datetime | None
    lag: float
    streams: int
    streams_wanted: int
    events: BigInt
    written: BigInt
    last_event: datetime | None
    error_code: str
    error_message: str

    @classmethod
    def of(cls, watching: WatcherStatus) -> Self:
        row = watching.row
        return cls(
            state=watching.state,
            process=row.holder,
            heartbeat=row.heartbeat,
            lag=row.lag_ms / 1000,
            streams=row.streams,
            streams_wanted=row.streams_wanted,
            events=row.events,
            written=row.written,
            last_event=row.last_event,
            error_code=row.error_code,
            error_message=row.error_message,
        )


def facts_seen(info: Info, fabric: Fabric) -> Facts:
    """The facts of ``fabric``; those of all fabrics that the user may see are computed together, once a request."""
    request = info.context.request
    if not hasattr(request, "hedgehog_facts"):
        request.hedgehog_facts = seen_by(Fabric.objects.restrict(request.user, "view"), viewer_of(request))
    return request.hedgehog_facts[fabric.pk]
