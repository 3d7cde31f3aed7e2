"""A watcher outlasts a database or a Redis that is away; what fails for another reason is not tried for ever."""

import logging
import threading
from collections.abc import Callable

import redis.exceptions as redis
from django.db import InterfaceError, OperationalError, connection

from netbox_hedgehog.sync.backoff import Backoff
from netbox_hedgehog.sync.db.retry import is_transient

__all__ = ("retry_while_unreachable",)

logger = logging.getLogger("netbox_hedgehog.watch")

BACKOFF = Backoff(first=0.2, longest=5.0)
MOST_REFUSALS = 8  # of one operation by a database that answers; some twenty seconds
# Of all that Redis may raise only these pass by themselves.
REDIS_AWAY = (redis.ConnectionError, redis.TimeoutError)


def retry_while_unreachable(operation: Callable[[], object], stop: threading.Event, whose: str) -> None:
    """Run ``operation``, and again while PostgreSQL or Redis is unreachable, until ``stop`` is set.

    If that outlasts the watch's lease, another watcher takes over. Redis is asked for NetBox's settings by a thread
    that has not read them yet, in the middle of a transaction.

    Args:
        operation: One or more whole transactions that may be repeated.
        stop: Set when nothing is to be tried any more.
        whose: Names the fabric in the log.

    Raises:
        Exception: What ``operation`` raises and will not pass by itself, or what comes again and again from a database
            that does answer.
    """
    failures = refusals = 0
    while not stop.is_set():
        try:
            operation()
        except REDIS_AWAY as error:
            logger.warning("%s waits for Redis: %s", whose, error)
            connection.close()
        except (OperationalError, InterfaceError) as error:
            logger.warning("%s waits for the database: %s", whose, error)
            refusals += _database_answers()
            if refusals >= MOST_REFUSALS or not is_transient(error):
                raise
        else:
            return
        stop.wait(BACKOFF.wait(failures))
        failures += 1


def _database_answers() -> bool:
    """Whether a new session can be had, which is this thread's from now on."""
    connection.close()
    try:
        connection.ensure_connection()
    except (OperationalError, InterfaceError):
        return False
    return True
