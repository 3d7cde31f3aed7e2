"""What has come of one fabric and is not written yet: bounded, so that the streams wait too and memory stays flat."""

from collections import deque
from collections.abc import Callable

from netbox_hedgehog.sync.watch.streams.stream import Arrival

__all__ = ("Buffer",)

ROOM = 5000  # events
SPACE = 64 * 1024 * 1024  # bytes of objects: an API server may send 5,000 events of megabytes


class Buffer:
    """Filled by the reader's thread, emptied by whoever has the fabric's turn. ``wake`` is called when there is
    work.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._arrivals: deque[Arrival] = deque()
        self._came = self._left = 0  # bytes: one thread counts the ones, another the others

    def put(self, arrival: Arrival) -> bool:
        """Keep ``arrival``; False where there is no room. One that is larger than all space is kept alone."""
        size = len(arrival.event.raw)
        full = len(self._arrivals) >= ROOM or self._came - self._left + size > SPACE
        if full and self._arrivals:
            return False
        self._came += size
        self._arrivals.append(arrival)
        self._wake()  # where this fails the event is kept and comes again: that does no harm, a lost one would
        return True

    def take(self, most: int) -> list[Arrival]:
        """Take the oldest events, ``most`` of them, without waiting for more: what arrives later is the next batch."""
        taken = [self._arrivals.popleft() for _ in range(min(most, len(self._arrivals)))]
        self._left += sum(len(arrival.event.raw) for arrival in taken)
        return taken

    def __len__(self) -> int:
        return len(self._arrivals)

    @property
    def oldest(self) -> float | None:
        """When the oldest came (monotonic); None where it is empty."""
        try:
            return self._arrivals[0].at
        except IndexError:
            return None
