"""A few threads that write what all streams of a process bring, each with its own connection to the database."""

import threading
from collections import deque
from contextlib import suppress
from typing import Protocol

from django.db import connection
from netbox.config import get_config
from redis.exceptions import RedisError

__all__ = ("Turns", "Writers")

MOST = 8  # threads, and so connections to the database, for any number of fabrics
IDLE = 30.0  # seconds after which a thread without work ends


class Turns(Protocol):
    """What takes turns."""

    def turn(self) -> bool:
        """Do some of the work; whether more of it is there. Never called by two threads at once."""


class Writers:
    """Gives a turn to whoever is woken: one at a time each, first come, first served, and again at the line's end."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._changed = threading.Condition()
        self._line: deque[Turns] = deque()
        self._asked: set[Turns] = set()  # in line, or to be put there again when their turn ends
        self._busy: set[Turns] = set()
        self._threads = self._idle = 0
        self._stopped = False

    def wake(self, who: Turns) -> None:
        """See to it that WHO has a turn that begins after this moment; from any thread."""
        with self._changed:
            if self._stopped or who in self._asked:
                return
            self._asked.add(who)
            if who not in self._busy:
                self._put_in_line(who)

    def stop(self) -> None:
        """Give no turns any more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _put_in_line(self, who: Turns) -> None:
        self._line.append(who)
        if self._idle >= len(self._line) or self._threads >= self._most:
            self._changed.notify()
            return
        self._threads += 1
        threading.Thread(target=self._work, name="watch writer", daemon=True).start()

    def _work(self) -> None:
        try:
            with suppress(RedisError):
                get_config()  # NetBox's settings, which it keeps by thread: now, and not when Redis is away
            while (who := self._next()) is not None:
                more = False
                try:
                    more = who.turn()
                finally:
                    self._done(who, more)
        finally:
            connection.close()

    def _next(self) -> Turns | None:
        """Who comes next; None where the thread is not needed any more."""
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._line or self._stopped, IDLE)
            self._idle -= 1
            if self._stopped or not self._line:
                self._threads -= 1
                return None
            who = self._line.popleft()
            self._asked.discard(who)
            self._busy.add(who)
            return who

    def _done(self, who: Turns, more: bool) -> None:
        with self._changed:
            self._busy.discard(who)
            if more:
                self._asked.add(who)
            if who in self._asked:
                self._put_in_line(who)
