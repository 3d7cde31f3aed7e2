"""How fast a process may ask one API server: a token bucket, as Kubernetes' own clients have (client-go)."""

import threading
import time

__all__ = ("Pace", "pace_of")

BURST = 6.0  # seconds' worth of requests that may come at once, after as long a pause: kubectl's 50 and 300


class Pace:
    """A token bucket that any number of threads may share.

    Args:
        per_second: Requests a second over time; ``BURST`` seconds' worth of them may come at once.
    """

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self._lock = threading.Lock()
        self._tokens = self._most = max(1.0, per_second * BURST)
        self._at = time.monotonic()

    def wait(self) -> None:
        """Block until the next request may be sent."""
        with self._lock:
            now = time.monotonic()
            self._tokens = min(self._most, self._tokens + (now - self._at) * self.per_second)
            self._at = now
            self._tokens -= 1  # below nothing it is a place in the queue
            pause = -self._tokens / self.per_second
        if pause > 0:
            time.sleep(pause)


_paces: dict[str, Pace] = {}
_lock = threading.Lock()


def pace_of(server: str, per_second: float) -> Pace | None:
    """The rate limit of this process towards one server, shared by all its clients.

    Args:
        server: The server's address, as it is written.
        per_second: Requests a second; another number than before replaces the limit.

    Returns:
        None where ``per_second`` is 0: no limit.
    """
    if not per_second:
        return None
    with _lock:
        pace = _paces.get(server)
        if pace is None or pace.per_second != per_second:
            pace = _paces[server] = Pace(per_second)
        return pace
