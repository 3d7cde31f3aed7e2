"""What a fabric's Watcher row proves at this moment."""

from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from netbox_hedgehog.models import Watcher, WatchStateChoices
from netbox_hedgehog.sync.health.age import age

__all__ = ("STOPPED", "WatcherStatus")

STOPPED = "stopped"
LONGEST_CAUSE = 200  # characters of it in a sentence
RECENT = timedelta(seconds=30)  # a heartbeat, or a word of the cluster, that is older proves nothing of now


@dataclass(frozen=True)
class WatcherStatus:
    """ROW, as it is to be understood at NOW: a process that died leaves a row that still says "live"."""

    row: Watcher
    now: datetime

    @property
    def alive(self) -> bool:
        """Whether a process holds the watch, or tries it again soon, and has told of itself lately."""
        row = self.row
        held = row.lease_until is not None and row.lease_until > self.now
        resting = row.lease_until is None and row.state == WatchStateChoices.FAILED
        return (held or resting) and row.heartbeat is not None and self.now - row.heartbeat < RECENT

    @property
    def why(self) -> str:
        """What is wrong, in the words of whoever said it; empty where nothing is, or nobody watches."""
        return self.row.error_message if self.alive else ""

    @property
    def outlined(self) -> "WatcherStatus":
        """The same for a reader to whom the cause may not be shown, since it may name kinds and objects."""
        row = copy(self.row)
        row.error_message = ""
        return replace(self, row=row)

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
            return f"the watcher waits for a sync to catch up{self._because}"
        if row.state == WatchStateChoices.UNREACHABLE:
            return "the watcher gets no answer from the cluster"
        if row.state == WatchStateChoices.PARTIAL:
            return f"the watcher follows {row.streams} of {row.streams_wanted} kinds{self._because}"
        if row.state == WatchStateChoices.FAILED:
            return f"the watcher failed and tries again soon{self._because}"
        return "the watcher is starting"

    @property
    def _because(self) -> str:
        """The cause as a part of a sentence."""
        text = " ".join(self.why.rstrip(".").split())
        return f" ({text if len(text) <= LONGEST_CAUSE else text[:LONGEST_CAUSE] + '…'})" if text else ""
