"""What a fabric's Watcher row proves at this moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from netbox_hedgehog.models import Watcher, WatchStateChoices
from netbox_hedgehog.sync.facts.age import age

__all__ = ("STOPPED", "Watching")

STOPPED = "stopped"
RECENT = timedelta(seconds=30)  # a heartbeat, or a word of the cluster, that is older proves nothing of now


@dataclass(frozen=True)
class Watching:
    """ROW, as it is to be understood at NOW: a process that died leaves a row that still says "live"."""

    row: Watcher
    now: datetime

    @property
    def alive(self) -> bool:
        """Whether a process holds the watch and has told of itself lately."""
        row = self.row
        held = row.lease_until is not None and row.lease_until > self.now
        return held and row.heartbeat is not None and self.now - row.heartbeat < RECENT

    @property
    def state(self) -> str:
        return self.row.state if self.alive else STOPPED

    @property
    def live(self) -> bool:
        """Whether a change on the cluster would be in NetBox by now."""
        row = self.row
        answered = row.contact is not None and self.now - row.contact < RECENT
        return self.state == WatchStateChoices.LIVE and answered

    @property
    def lag(self) -> str:
        return f"{self.row.lag_ms / 1000:.1f} s"

    @property
    def words(self) -> str:
        """A part of the fabric's sentence; empty where nobody watches."""
        row = self.row
        if not self.alive:
            return ""
        if row.state == WatchStateChoices.LIVE:
            last = f", the last {age(self.now - row.last_event)} ago" if row.events and row.last_event else ""
            return f"watched live with {row.events} event{'' if row.events == 1 else 's'}{last}"
        if row.state == WatchStateChoices.CATCHING_UP:
            return "the watcher waits for a sync to catch up"
        if row.state == WatchStateChoices.UNREACHABLE:
            return "the watcher gets no answer from the cluster"
        if row.state == WatchStateChoices.PARTIAL:
            return f"the watcher follows {row.streams} of {row.streams_wanted} kinds"
        return "the watcher is starting"
