"""What the Watcher row of a fabric proves at a given moment."""

from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from netbox_hedgehog.models import Watcher, WatchStateChoices
from netbox_hedgehog.sync.health.age import age

__all__ = ("STOPPED", "WatcherStatus")

STOPPED = "stopped"
LONGEST_CAUSE = 200  # characters of it in a sentence
RECENT = timedelta(seconds=30)  # an older heartbeat or contact proves nothing


@dataclass(frozen=True)
class WatcherStatus:
    """A Watcher row together with the moment at which it was read: a process that died leaves a row that says "live".

    Attributes:
        row: The stored row.
        now: The database's time when it was read.
    """

    row: Watcher
    now: datetime

    @property
    def alive(self) -> bool:
        """Whether a process holds the lease or is about to retry, and has sent a heartbeat recently."""
        row = self.row
        held = row.lease_until is not None and row.lease_until > self.now
        resting = row.lease_until is None and row.state == WatchStateChoices.FAILED
        return (held or resting) and row.heartbeat is not None and self.now - row.heartbeat < RECENT

    @property
    def why(self) -> str:
        """The error of the watch, quoted from the cluster; empty if there is none or nobody watches."""
        return self.row.error_message if self.alive else ""

    @property
    def outlined(self) -> "WatcherStatus":
        """The status without its cause, for readers without permission to see the kinds and objects that it names."""
        return self.with_cause("")

    def with_cause(self, text: str) -> "WatcherStatus":
        """The status with ``text`` in place of its cause; the row itself stays as it is."""
        row = copy(self.row)
        row.error_message = text
        return replace(self, row=row)

    @property
    def state(self) -> str:
        return self.row.state if self.alive else STOPPED

    @property
    def live(self) -> bool:
        """Whether changes on the cluster reach NetBox as they happen."""
        row = self.row
        answered = row.contact is not None and self.now - row.contact < RECENT
        return self.state == WatchStateChoices.LIVE and answered

    @property
    def lag(self) -> str:
        return _("{number} s").format(number=f"{self.row.lag_ms / 1000:.1f}")

    @property
    def words(self) -> str:
        """A clause of the fabric's sentence; empty if nobody watches."""
        row = self.row
        if not self.alive:
            return ""
        if row.state == WatchStateChoices.LIVE:
            said = ngettext("watched live with {events} event", "watched live with {events} events", row.events)
            if row.events and row.last_event:
                said += _(", the last {age} ago").format(age=age(self.now - row.last_event))
            return said.format(events=row.events)
        if row.state == WatchStateChoices.CATCHING_UP:
            return _("the watcher waits for a sync to catch up") + self._because
        if row.state == WatchStateChoices.UNREACHABLE:
            return _("the watcher gets no answer from the cluster")
        if row.state == WatchStateChoices.PARTIAL:
            said = _("the watcher follows {streams} of {wanted} kinds")
            return said.format(streams=row.streams, wanted=row.streams_wanted) + self._because
        if row.state == WatchStateChoices.FAILED:
            return _("the watcher failed and tries again soon") + self._because
        return _("the watcher is starting")

    @property
    def _because(self) -> str:
        """The cause as a part of a sentence."""
        text = " ".join(self.why.rstrip(".").split())
        return f" ({text if len(text) <= LONGEST_CAUSE else text[:LONGEST_CAUSE] + '…'})" if text else ""
