"""What is done again while the database or Redis is away, and what is not."""

import logging
import threading
from collections.abc import Callable

import redis.exceptions as redis
from django.db import InterfaceError, OperationalError, connection

from netbox_hedgehog.sync.db.retry import passes

__all__ = ("until_it_answers",)

logger = logging.getLogger("netbox_hedgehog.watch")

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0  # seconds between two tries
TRIES = 8  # of one thing that a database gives up each time though it answers; some twenty seconds
AWAY = (redis.ConnectionError, redis.TimeoutError)  # all else that Redis may say does not pass by itself


def until_it_answers(do: Callable[[], object], stop: threading.Event, whose: str) -> None:
    """Call DO, again and again while the database or Redis is away, until STOP is set.

    The watch's lease ends meanwhile, which is the truth. Redis is asked for NetBox's settings by a thread that has not
    read them yet, in the middle of a transaction.

    Args:
        do: One or more whole transactions that may be repeated.
        stop: Set when nothing is to be tried any more.
        whose: Names the fabric in the log.

    Raises:
        Exception: What ``do`` raises and will not pass by itself, or comes again from a database that does answer:
            the same thing is never tried for ever.
    """
    wait, refused = FIRST_WAIT, 0
    while not stop.is_set():
        try:
            do()
        except AWAY as error:
            logger.warning("%s waits for Redis: %s", whose, error)
            connection.close()
        except (OperationalError, InterfaceError) as error:
            logger.warning("%s waits for the database: %s", whose, error)
            refused += _database_answers()
            if refused >= TRIES or not passes(error):
                raise
        else:
            return
        stop.wait(wait)
        wait = min(2 * wait, LONGEST_WAIT)


def _database_answers() -> bool:
    """Whether a new session can be had, which is this thread's from now on."""
    connection.close()
    try:
        connection.ensure_connection()
    except (OperationalError, InterfaceError):
        return False
    return True
