"""The watches that are open, each with what it has yet to send. Writers never wait for them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from practice.server.errors import ApiError
from practice.server.history import Change

WAITING = 50_000  # changes that may wait for one watch; a burst is no reason to end it, a client that does not read is


@dataclass(frozen=True)
class End:
    """How a stream ends: cleanly, after an ERROR event where there is an ERROR, or with the connection cut off."""

    abort: bool = False
    error: ApiError | None = None


CLEAN, ABORT = End(), End(abort=True)


class Watcher:
    """One open watch: a bounded queue from the threads that write to the event loop that sends.

    SINCE: changes up to this version are not shown, for a watch that begins in the future.
    """

    def __init__(self, kind: str, namespace: str = "", user: str = "", since: int = 0) -> None:
        self.kind, self.namespace, self.user, self.since = kind, namespace, user, since
        self.opened, self.sent = time.monotonic(), 0
        self.end: End | None = None
        self.due = False  # a bookmark is, at once
        self._changes: deque[Change] = deque()
        self._loop, self._wake, self._woken = asyncio.get_running_loop(), asyncio.Event(), False

    def offer(self, change: Change) -> None:
        """Queue CHANGE; called under the store's lock, from any thread."""
        if self.end or change.version <= self.since:
            return
        if len(self._changes) >= WAITING:
            self.finish(CLEAN)
            return
        self._changes.append(change)
        self._ring()

    def finish(self, end: End) -> None:
        """End the stream, what waits unsent; from any thread."""
        self.end = self.end or end
        self._ring()

    def mark(self) -> None:
        """Have the stream send a bookmark now, if it sends any; from any thread."""
        self.due = True
        self._ring()

    def _ring(self) -> None:
        if not self._woken:
            self._woken = True
            self._loop.call_soon_threadsafe(self._wake.set)

    def take(self, most: int) -> list[Change]:
        """What is queued, MOST of it at once, oldest first."""
        return [self._changes.popleft() for _ in range(min(most, len(self._changes)))]

    async def wait(self, seconds: float) -> None:
        """Return when something is queued or the stream is to end, or after so many SECONDS."""
        self._woken = False  # before the look: who queues something after it rings again
        if not self._changes and not self.end and not self.due:
            try:
                async with asyncio.timeout(max(seconds, 0)):
                    await self._wake.wait()
            except TimeoutError:
                return
        self._wake.clear()

    def data(self) -> dict[str, Any]:
        age = round(time.monotonic() - self.opened, 3)
        waiting = len(self._changes)
        shown = {"kind": self.kind, "namespace": self.namespace, "user": self.user}
        return {**shown, "seconds": age, "sent": self.sent, "waiting": waiting}


class Watchers:
    """All open watches of a server. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[Watcher] = []
        self._closed: End | None = None

    def add(self, watcher: Watcher) -> None:
        with self._lock:
            self._open.append(watcher)
            if self._closed:
                watcher.finish(self._closed)

    def remove(self, watcher: Watcher) -> None:
        with self._lock:
            self._open.remove(watcher)

    def open(self) -> list[Watcher]:
        with self._lock:
            return list(self._open)

    def finish(self, end: End = CLEAN, fits: Callable[[Watcher], bool] = lambda _: True) -> int:
        """End the open ones that fit; returns how many did not end already."""
        ended = [watcher for watcher in self.open() if fits(watcher) and not watcher.end]
        for watcher in ended:
            watcher.finish(end)
        return len(ended)

    def close(self) -> None:
        """End all, and each that opens from now on: the server stops."""
        self._closed = CLEAN
        self.finish(CLEAN)


REASONS = {401: "Unauthorized", 403: "Forbidden", 410: "Expired", 429: "TooManyRequests", 504: "Timeout"}


def failed(status: int, message: str = "practice fault") -> ApiError:
    """What an ERROR event of a practice fault says."""
    return ApiError(status, REASONS.get(status, "InternalError"), message)


def finish(watchers: Watchers, how: str, kind: str = "", status: int = 500) -> int:
    """End watches (of a KIND, a plural) in one of the ways HOW: clean, abort, error. Raises ValueError for another."""
    ends = {"clean": CLEAN, "abort": ABORT, "error": End(error=failed(status))}
    if how not in ends:
        raise ValueError(f"no such end: {how}; there are {', '.join(ends)}")
    return watchers.finish(ends[how], lambda watcher: kind in ("", watcher.kind))
