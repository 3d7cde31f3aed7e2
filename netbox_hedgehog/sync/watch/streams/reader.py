"""One thread that reads all streams of a process as they come: it waits for all of them at once, and for none alone."""

import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from netbox_hedgehog.cluster import ClusterError, Event, Watch, unexpected
from netbox_hedgehog.sync.watch.compartment import contained

__all__ = ("Listener", "Reader")

logger = logging.getLogger("netbox_hedgehog.watch")

ROUND = 1.0  # seconds between two looks for streams that have fallen silent
FULL_WAIT = 0.05  # seconds until what could not be taken is offered again


class Listener(Protocol):
    """Whose stream is read; ``str`` names it in the log. All are called by the reader's thread and must not wait."""

    def take(self, event: Event) -> bool:
        """Take ``event``; False where there is no room: it is offered again, and nothing is read meanwhile."""

    def ended(self, error: ClusterError | None) -> None:
        """The stream has ended: by itself, or in ``error``. It is closed already."""

    def broke(self, error: BaseException) -> None:
        """``ended`` has raised ``error``: nobody knows how the stream is."""


class _Open:
    """An open stream: its events that are not taken yet, and when its last byte arrived (monotonic)."""

    def __init__(self, watch: Watch, listener: Listener) -> None:
        self.watch, self.listener = watch, listener
        self.waiting: deque[Event] = deque()
        self.heard = time.monotonic()
        self.registered: int | None = None  # the selector's file descriptor, while it waits for it
        self.over = self.closed = False
        self.error: ClusterError | None = None


class Reader(threading.Thread):
    """Reads every stream that ``add`` brings until it ends, breaks, is silent for too long, or is closed.

    Whatever a server sends, and whatever goes wrong with one stream, ends that stream alone.
    """

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
        """Read ``watch`` from now on; from any thread."""
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
                self._close(each)
            self._selector.close()
            self._bell.close()
            self._ring.close()

    def _round(self) -> None:
        wait = 0.0 if self._more else FULL_WAIT if self._full else ROUND
        ready = {key.data for key, _ in self._selector.select(wait)} - {None} | self._more
        self._listen_to_bell()
        while self._coming:
            self._alone(self._begin, self._coming.popleft())
        for each in list(self._full):
            self._alone(self._hand_over, each)
        for each in ready:
            self._alone(self._read, each)
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + ROUND
            for each in list(self._open - self._full):
                self._alone(self._end_if_silent, each)

    def _alone(self, do: Callable[[_Open], None], each: _Open) -> None:
        """``do`` it with one stream; what goes wrong ends that one."""
        with contained(str(each.listener), lambda error: self._over(each, unexpected(error))):
            do(each)

    def _begin(self, each: _Open) -> None:
        self._open.add(each)
        try:
            self._register(each)
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
        except BaseException as error:
            logger.exception("%s broke", each.listener)
            each.over, each.error = True, unexpected(error)
        else:
            each.over = each.watch.ended
        self._hand_over(each)

    def _hand_over(self, each: _Open) -> None:
        while each.waiting and each.listener.take(each.waiting[0]):
            each.waiting.popleft()
        if each.waiting:
            if each not in self._full:
                self._full.add(each)
                self._unregister(each)
            return
        if each in self._full:
            self._full.discard(each)
            each.heard = time.monotonic()
            self._register(each)
        if each.over:
            self._over(each, each.error)
        elif each.watch.more:
            self._more.add(each)

    def _end_if_silent(self, each: _Open) -> None:
        if time.monotonic() > each.heard + each.watch.silence:
            self._over(each, each.watch.silent())

    def _over(self, each: _Open, error: ClusterError | None) -> None:
        """Give back what the stream held, and say so; once."""
        if each.closed:
            return
        each.closed = True
        self._open.discard(each)
        self._full.discard(each)
        self._more.discard(each)
        self._unregister(each)
        self._close(each)
        with contained(f"{each.listener}: its end", each.listener.broke):
            each.listener.ended(error)

    @staticmethod
    def _close(each: _Open) -> None:
        with contained(f"{each.listener}: closing it", lambda _: each.watch.close()):
            each.watch.__exit__(None, None, None)

    def _register(self, each: _Open) -> None:
        each.registered = self._selector.register(each.watch, selectors.EVENT_READ, each).fd

    def _unregister(self, each: _Open) -> None:
        """By number: the connection may have no name any more, and another one may get the number next."""
        if each.registered is not None:
            with suppress(KeyError, ValueError, OSError):
                self._selector.unregister(each.registered)
        each.registered = None

    def _listen_to_bell(self) -> None:
        try:
            while self._bell.recv(1024):
                pass
        except BlockingIOError:
            pass

    def _wake(self) -> None:
        with suppress(OSError):  # it is awake, or has ended
            self._ring.send(b"!")
