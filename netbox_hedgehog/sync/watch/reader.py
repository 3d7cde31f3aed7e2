"""One thread that reads all streams of a process as they come: it waits for all of them at once, and for none alone."""

import selectors
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Protocol

from netbox_hedgehog.cluster import ClusterError, Event, Watch

__all__ = ("Listener", "Reader")

ROUND = 1.0  # seconds between two looks for streams that have fallen silent
FULL_WAIT = 0.05  # seconds until what could not be taken is offered again


class Listener(Protocol):
    """Whose stream is read. Both are called by the reader's thread and must not wait."""

    def take(self, event: Event) -> bool:
        """Take EVENT; False where there is no room: it is offered again, and nothing is read meanwhile."""

    def ended(self, error: ClusterError | None) -> None:
        """The stream has ended: by itself, or in ERROR. It is closed already."""


class _Open:
    """An open stream: its events that have not been taken yet, and when it last said something (monotonic)."""

    def __init__(self, watch: Watch, listener: Listener) -> None:
        self.watch, self.listener = watch, listener
        self.waiting: deque[Event] = deque()
        self.heard = time.monotonic()
        self.over = False
        self.error: ClusterError | None = None


class Reader(threading.Thread):
    """Reads every stream that ``add`` brings until it ends, breaks, is silent for too long, or is closed."""

    def __init__(self) -> None:
        super().__init__(name="watch reader", daemon=True)
        self._selector = selectors.DefaultSelector()
        self._coming: deque[_Open] = deque()
        self._full: set[_Open] = set()  # nothing more is read of these until what they have is taken
        self._more: set[_Open] = set()  # these have something that the selector does not tell of
        self._open: set[_Open] = set()
        self._bell, self._ring = socket.socketpair()
        for end in (self._bell, self._ring):
            end.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._look_at = 0.0
        self._stop_asked = False

    def add(self, watch: Watch, listener: Listener) -> None:
        """Read WATCH from now on; from any thread."""
        self._coming.append(_Open(watch, listener))
        self._wake()

    def stop(self) -> None:
        """End, and close all streams."""
        self._stop_asked = True
        self._wake()

    def run(self) -> None:
        try:
            while not self._stop_asked:
                self._round()
        finally:
            for each in self._open | set(self._coming):
                each.watch.__exit__(None, None, None)
            self._selector.close()
            self._bell.close()
            self._ring.close()

    def _round(self) -> None:
        wait = 0.0 if self._more else FULL_WAIT if self._full else ROUND
        ready = {key.data for key, _ in self._selector.select(wait)} - {None} | self._more
        self._listen_to_bell()
        while self._coming:
            self._begin(self._coming.popleft())
        for each in list(self._full):
            self._hand_over(each)
        for each in ready:
            self._read(each)
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + ROUND
            self._look_for_silent()

    def _begin(self, each: _Open) -> None:
        self._open.add(each)
        try:
            self._selector.register(each.watch, selectors.EVENT_READ, each)
        except (ValueError, OSError):  # closed in between
            self._over(each, None)
            return
        if each.watch.more:
            self._more.add(each)

    def _read(self, each: _Open) -> None:
        if each not in self._open or each in self._full:
            return
        self._more.discard(each)
        each.heard = time.monotonic()
        try:
            each.waiting.extend(each.watch.receive())  # extend keeps what came before an error
        except ClusterError as error:
            each.over, each.error = True, error
        else:
            each.over = each.watch.ended
        self._hand_over(each)

    def _hand_over(self, each: _Open) -> None:
        while each.waiting and each.listener.take(each.waiting[0]):
            each.waiting.popleft()
        if each.waiting:
            if each not in self._full:
                self._full.add(each)
                self._selector.unregister(each.watch)
            return
        if each in self._full:
            self._full.discard(each)
            each.heard = time.monotonic()
            self._selector.register(each.watch, selectors.EVENT_READ, each)
        if each.over:
            self._over(each, each.error)
        elif each.watch.more:
            self._more.add(each)

    def _look_for_silent(self) -> None:
        now = time.monotonic()
        for each in list(self._open - self._full):
            if now > each.heard + each.watch.silence:
                self._over(each, each.watch.silent())

    def _over(self, each: _Open, error: ClusterError | None) -> None:
        self._open.discard(each)
        self._full.discard(each)
        self._more.discard(each)
        with suppress(KeyError, ValueError, OSError):  # it never got as far
            self._selector.unregister(each.watch)
        each.watch.__exit__(None, None, None)
        each.listener.ended(error)

    def _listen_to_bell(self) -> None:
        try:
            while self._bell.recv(1024):
                pass
        except BlockingIOError:
            pass

    def _wake(self) -> None:
        with suppress(OSError):  # it is awake, or has ended
            self._ring.send(b"!")
