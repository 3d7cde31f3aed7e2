"""How the parts of a follower call it: with events to write, with news of the streams, with a defect."""

import threading
import time
from typing import Protocol

from netbox_hedgehog.sync.runs.transitions import Failure
from netbox_hedgehog.sync.runs.unexpected import failure_of
from netbox_hedgehog.sync.watch.turn_pool import TurnPool, Turns

__all__ = ("Signals",)

STREAMS_EVERY = 0.25  # seconds between two looks at the streams


class Stoppable(Turns, Protocol):
    """What the signals are for."""

    def stop(self) -> None:
        """End; from any thread, any number of times."""


class Signals:
    """Made before the parts that send them, which are made before the follower. From any thread.

    A defect that is sent before ``attach`` ends the follower as soon as it is attached; all else is found in its first
    turn anyway.

    Attributes:
        stopping: Set when nothing is to be begun any more.
        failure: Why the follower ended, where nobody asked for that.
    """

    def __init__(self, pool: TurnPool) -> None:
        self.stopping = threading.Event()
        self.failure: Failure | None = None
        self._pool = pool
        self._follower: Stoppable | None = None
        self._streams_due_at = 0.0  # monotonic

    def attach(self, follower: Stoppable) -> None:
        """Pass on to ``follower``, which is complete by now, what has been sent and what will be."""
        self._follower = follower
        if self.failure:
            follower.stop()

    def wake(self) -> None:
        """There is something to do: have a turn."""
        if self._follower:
            self._pool.wake(self._follower)

    def streams_changed(self) -> None:
        """Look at the streams in the next turn, and have that at once."""
        self._streams_due_at = 0.0
        self.wake()

    def tick(self) -> None:
        """Have a turn if it is time to look at the streams."""
        if time.monotonic() >= self._streams_due_at:
            self.wake()

    def take_streams_due(self) -> bool:
        """Whether to look at the streams now; if so, the next look is due a moment later.

        That moment is set before the look, so that news which come during one lead to another.
        """
        now = time.monotonic()
        if now < self._streams_due_at:
            return False
        self._streams_due_at = now + STREAMS_EVERY
        return True

    def broke(self, error: BaseException) -> None:
        """End the follower because of an exception that nobody foresaw; the first one is kept as the reason."""
        self.failure = self.failure or failure_of(error)
        if self._follower:
            self._follower.stop()
