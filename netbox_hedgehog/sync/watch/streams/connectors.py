"""Threads that connect streams, since connecting waits: few at once, so that nothing else of the process has to."""

import logging
import threading
import time
from collections.abc import Callable

from netbox_hedgehog.cluster import Cluster, unexpected
from netbox_hedgehog.sync.watch.compartment import contained
from netbox_hedgehog.sync.watch.streams.stream import Stream

__all__ = ("ConnectQuota", "Connectors")

logger = logging.getLogger("netbox_hedgehog.watch")

MOST_CONNECTING = 32  # threads of a process
MOST_CONNECTING_OF_FABRIC = 4  # of these for one fabric
DIED = 60.0  # seconds after which a stream is due again whose thread was never heard of again


class Connectors:
    """The threads of a process."""

    def __init__(self, most: int = MOST_CONNECTING) -> None:
        self._free = threading.BoundedSemaphore(most)

    def start(self, quota: "ConnectQuota", stream: Stream) -> bool:
        """Open ``stream`` in a thread; False where too many are busy, or the system gives no more threads."""
        if not self._free.acquire(blocking=False):
            return False
        before, stream.due = stream.due, time.monotonic() + DIED
        try:
            threading.Thread(target=self._open, args=(quota, stream), name="watch connector", daemon=True).start()
        except RuntimeError as error:
            stream.due = before
            self._free.release()
            logger.warning("%s: no thread to connect with: %s", stream, error)
            return False
        return True

    def _open(self, quota: "ConnectQuota", stream: Stream) -> None:
        """In its own thread, which holds a place of the process and one of the fabric until it ends."""
        try:
            with contained(f"{stream}: connecting", lambda error: stream.failed(unexpected(error))):
                stream.open(quota.cluster)
        finally:
            self._free.release()
            with contained("a connector"):
                quota.done()


class ConnectQuota:
    """One fabric's share of them, used by one thread at a time. ``changed`` is called when one of them is through."""

    def __init__(self, connectors: Connectors, cluster: Cluster, changed: Callable[[], None]) -> None:
        self.cluster = cluster
        self._connectors, self._changed = connectors, changed
        self._lock = threading.Lock()
        self._busy = 0

    def open(self, streams: list[Stream]) -> None:
        """Open as many of ``streams`` as there are threads for, those first that are due the longest."""
        for stream in sorted(streams, key=lambda stream: stream.due):
            with self._lock:
                if self._busy >= MOST_CONNECTING_OF_FABRIC:
                    return
                self._busy += 1
            started = False
            try:
                started = self._connectors.start(self, stream)
            finally:
                if not started:
                    with self._lock:
                        self._busy -= 1
            if not started:
                return

    def done(self) -> None:
        with self._lock:
            self._busy -= 1
        self._changed()
