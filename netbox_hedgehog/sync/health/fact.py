"""The shape of a fact."""

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
    """VALUE is one of the plugin's fixed words; LABEL adds the age or number; COLOR is a NetBox badge colour.

    Where something is wrong and somebody said so: DETAIL in their words, REASON as a code, HINT as the next step.
    OUTLINE says the same as DETAIL without names of kinds and objects, for readers who may not see all of them; None
    where DETAIL names none. COUNT of TOTAL: how many the word is true of, where it is counted.
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
        """The fact for a reader to whom DETAIL may not be shown."""
        return self if self.outline is None else replace(self, detail=self.outline, outline=None)

    @property
    def wrong(self) -> bool:
        """Whether somebody should look at it."""
        return self.color in ("red", "orange")


@dataclass(frozen=True)
class Facts:
    """What an operator asks of a fabric; ``sentence`` says it in plain words. ``watching``: how it is watched.

    ``outline`` is the sentence without names of kinds and objects. ``schedule`` is a fact of its own beside the four:
    whether the installation's timer does its work.

    ``conditions``: what was found wrong or right when it was last evaluated, and since when; by type.
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
