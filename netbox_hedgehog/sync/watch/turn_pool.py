"""A small pool of threads that write the events of all streams, each with its own connection to the database."""

import logging
import threading
from collections import deque
from contextlib import suppress
from typing import Protocol

from django.db import DatabaseError, InterfaceError, connection
from netbox.config import get_config
from redis.exceptions import RedisError

from netbox_hedgehog.sync.watch.compartment import contained

__all__ = ("TurnPool", "Turns")

logger = logging.getLogger("netbox_hedgehog.watch")

MOST_THREADS = 8  # and so connections to the database, for any number of fabrics
IDLE_SECONDS = 30.0  # after which a thread without work ends


class Turns(Protocol):
    """What takes turns: a follower."""

    def turn(self) -> bool:
        """Do some of the work. Never called by two threads at once. Returns whether there is more."""

    def broke(self, error: BaseException) -> None:
        """``turn`` has raised an exception: it is to have no turns any more."""


class TurnPool:
    """A thread pool that runs each woken follower once at a time, in the order in which they were woken.

    A follower with more work goes to the end of the queue.
    """

    def __init__(self, most: int = MOST_THREADS) -> None:
        self._most = most
        self._changed = threading.Condition()
        self._queue: deque[Turns] = deque()
        self._asked: set[Turns] = set()  # queued, or to be queued again when their turn ends
        self._busy: set[Turns] = set()
        self._threads = self._idle = 0
        self._stopped = False

    def wake(self, who: Turns) -> None:
        """Have ``who`` run once more, in a turn that begins after this moment; from any thread."""
        with self._changed:
            if self._stopped:
                return
            if who in self._asked:
                if not self._threads:  # none could be started when it was queued
                    self._see_to_the_queue()
                return
            self._asked.add(who)
            if who not in self._busy:
                self._queue.append(who)
                self._see_to_the_queue()

    def stop(self) -> None:
        """Give no more turns."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _see_to_the_queue(self) -> None:
        """Wake a thread, or start one, where a follower waits."""
        if not self._queue:
            return
        if self._idle >= len(self._queue) or self._threads >= self._most:
            self._changed.notify()
            return
        try:
            threading.Thread(target=self._work, name="watch writer", daemon=True).start()
        except RuntimeError as error:  # the system gives no more: those that there are do it, or the next call tries
            logger.warning("No further thread to write with: %s", error)
            self._changed.notify()
        else:
            self._threads += 1  # before its first step, which wants the lock that is held here

    def _work(self) -> None:
        with contained("a writer's settings"), suppress(RedisError, DatabaseError, InterfaceError):
            get_config()  # NetBox's, which it keeps by thread: now, and not when Redis is away
        while (who := self._next()) is not None:
            self._turn_of(who)
        with contained("a writer's end"):
            connection.close()

    def _turn_of(self, who: Turns) -> None:
        more, broken = False, True
        try:
            with contained(str(who), who.broke):
                more = who.turn()
                broken = False
        finally:
            self._done(who, more)
        if broken:  # nobody knows in what state its session is
            with contained("a writer's session"):
                connection.close()

    def _next(self) -> Turns | None:
        """The follower that is next; None where the thread is not needed any more."""
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._queue or self._stopped, IDLE_SECONDS)
            self._idle -= 1
            if self._stopped or not self._queue:
                self._threads -= 1
                return None
            who = self._queue.popleft()
            self._asked.discard(who)
            self._busy.add(who)
            return who

    def _done(self, who: Turns, more: bool) -> None:
        with self._changed:
            self._busy.discard(who)
            if more:
                self._asked.add(who)
            if who in self._asked:
                self._queue.append(who)
                self._see_to_the_queue()
