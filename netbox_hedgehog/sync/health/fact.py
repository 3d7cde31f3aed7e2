"""What a fact is."""

from dataclasses import dataclass, replace
from datetime import datetime

from netbox_hedgehog.models import FabricCondition
from netbox_hedgehog.sync.health.watcher_status import WatcherStatus

__all__ = ("WORDS", "Fact", "Facts")

# The fixed words of each fact, on every face. Numbers and ages stand beside them, never in them.
WORDS = {
    "connection": ("connected", "degraded", "access denied", "unreachable", "never tried"),
    "freshness": ("live", "fresh", "stale", "unknown"),
    "drift": ("unknown",),
    "health": ("healthy", "unhealthy", "unknown"),
}


@dataclass(frozen=True)
class Fact:
    """One answer about a fabric.

    Attributes:
        value: One of the fixed words in ``WORDS``.
        label: The value with an age or a number, for people.
        color: A NetBox badge colour.
        at: When the evidence for it was recorded; None if there is none.
        detail: What is wrong, quoted from the cluster or the plugin.
        reason: The stable code of what is wrong.
        hint: What to do next.
        outline: ``detail`` without names of kinds and objects, for readers without permission to see all of them; None
            if ``detail`` names none.
        count: How many of ``total`` the value is true of; None if it is not counted.
        total: What ``count`` is a part of.
    """

    value: str
    label: str
    color: str
    at: datetime | None = None
    detail: str = ""
    reason: str = ""
    hint: str = ""
    outline: str | None = None
    count: int | None = None
    total: int | None = None

    @property
    def outlined(self) -> "Fact":
        """The fact for a reader without permission to see what ``detail`` names."""
        return self if self.outline is None else replace(self, detail=self.outline, outline=None)

    @property
    def wrong(self) -> bool:
        """Whether somebody should look at it."""
        return self.color in ("red", "orange")


@dataclass(frozen=True)
class Facts:
    """All facts of one fabric.

    Attributes:
        connection: Whether the cluster answers.
        freshness: How old the objects in NetBox are.
        drift: Whether intent, declaration and cluster agree.
        health: Whether the fabric's switches work.
        sentence: All of it in one sentence.
        schedule: Whether the installation's timer works, as far as it concerns this fabric.
        watching: The watcher's status; None if the fabric has never been watched.
        conditions: The stored conditions, by type.
        outline: ``sentence`` without names of kinds and objects.
    """

    connection: Fact
    freshness: Fact
    drift: Fact
    health: Fact
    sentence: str
    schedule: Fact
    watching: WatcherStatus | None = None
    conditions: tuple[FabricCondition, ...] = ()
    outline: str = ""
