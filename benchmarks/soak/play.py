"""The course of a soak: workers are kept at work, now and then one is killed, and all is looked at each second."""

import time
from collections.abc import Callable

from benchmarks.soak import looks
from benchmarks.soak.crew import Crew
from benchmarks.soak.records import Record

__all__ = ("Play",)

LOOK = 1.0  # seconds between two looks
TELL = 30.0  # seconds between two lines for whoever waits


class Play:
    """Fills RECORD while CREW works. TELL_: where lines about how it goes are told; EACH is called at each look."""

    def __init__(
        self,
        record: Record,
        crew: Crew,
        tell: Callable[[str], None] = lambda _line: None,
        each: Callable[[], None] = lambda: None,
    ) -> None:
        self.record, self.crew, self.tell, self.each = record, crew, tell, each

    def go_on(self, seconds: float, what: str, kill_every: float = 0.0) -> None:
        """SECONDS of work; a worker is killed every KILL_EVERY seconds (0: none)."""
        begin = time.monotonic()
        kill_at, tell_at = begin + (kill_every or seconds + 1), begin
        while (now := time.monotonic()) < begin + seconds:
            if now >= kill_at:
                self.record.kills.append(self.crew.kill())
                kill_at += kill_every
            self._look()
            if now >= tell_at:
                seen = self.record.samples[-1]
                self.tell(f"{what} {now - begin:4.0f} s: {seen.running} running, {seen.queued} queued")
                tell_at += TELL
            time.sleep(max(0.0, LOOK - (time.monotonic() - now)))

    def end(self, seconds: float) -> None:
        """Ask for nothing more and let what is under way come to its end, for SECONDS at the most; read everything."""
        looks.suspend()
        deadline = time.monotonic() + seconds
        while looks.active() and time.monotonic() < deadline:
            self._look()
            time.sleep(LOOK)
        self.record.runs, self.record.ticks = looks.runs(), looks.ticks()

    def _look(self) -> None:
        self.crew.tend()
        self.each()
        self.record.samples.append(looks.sample())
