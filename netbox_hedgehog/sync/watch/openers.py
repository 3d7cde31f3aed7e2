"""Threads that connect streams, since connecting waits: few at once, so that nothing else of the process has to."""

import threading
import time
from collections.abc import Callable

from netbox_hedgehog.cluster import Cluster
from netbox_hedgehog.sync.watch.stream import Stream

__all__ = ("Line", "Openers")

MOST = 32  # threads of a process
MOST_OF_ONE = 4  # of these for one fabric
DIED = 60.0  # seconds after which a stream is due again whose thread has died


class Openers:
    """The threads of a process."""

    def __init__(self, most: int = MOST) -> None:
        self._free = threading.BoundedSemaphore(most)

    def start(self, line: "Line", stream: Stream) -> bool:
        """Open STREAM in a thread; False where too many are busy."""
        if not self._free.acquire(blocking=False):
            return False
        stream.due = time.monotonic() + DIED
        threading.Thread(target=self._open, args=(line, stream), name="watch opener", daemon=True).start()
        return True

    def _open(self, line: "Line", stream: Stream) -> None:
        try:
            stream.open(line.cluster)
        finally:
            self._free.release()
            line.done()


class Line:
    """One fabric's share of them, used by one thread at a time. CHANGED is called when one of them is through."""

    def __init__(self, openers: Openers, cluster: Cluster, changed: Callable[[], None]) -> None:
        self.cluster = cluster
        self._openers, self._changed = openers, changed
        self._lock = threading.Lock()
        self._busy = 0

    def open(self, streams: list[Stream]) -> None:
        """Open as many of STREAMS as there are threads for, those first that are due the longest."""
        for stream in sorted(streams, key=lambda stream: stream.due):
            with self._lock:
                if self._busy >= MOST_OF_ONE:
                    return
                self._busy += 1
            if not self._openers.start(self, stream):
                with self._lock:
                    self._busy -= 1
                return

    def done(self) -> None:
        with self._lock:
            self._busy -= 1
        self._changed()
