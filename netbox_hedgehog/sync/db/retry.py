"""Repeats transactions that PostgreSQL could not finish.

A transaction is repeated as a whole. What is repeated is written so that it finds nothing to do if the first attempt
was committed after all.
"""

import logging
import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection

from netbox_hedgehog.sync.backoff import Backoff

__all__ = ("is_transient", "retry_transient")

logger = logging.getLogger("netbox_hedgehog.sync")

GIVE_UP_AFTER = 60.0  # seconds of failures in a row; a lease that cannot be renewed ends before that
BACKOFF = Backoff(first=0.1, longest=5.0, jitter=0.5)  # jitter: two deadlocked transactions must not collide again
# SQLSTATE classes and codes of what is transient: rolled back for the sake of others (deadlock, serialization),
# connection lost, server stopping or starting, and a session that was ended since it slept in a transaction.
TRANSIENT_CLASSES = ("08", "40")
TRANSIENT_CODES = ("57P01", "57P02", "57P03", "25P03", "25P04")


def retry_transient[T](operation: Callable[[], T], check: Callable[[], None] = lambda: None) -> T:
    """Run one or more whole transactions, and again if the database fails for a transient reason.

    Not within a transaction, which would itself have to be repeated.

    Args:
        operation: The transactions; the second time, they find nothing to do if the first attempt was committed.
        check: Called before each retry; raises if the work must stop.

    Returns:
        What ``operation`` returns.

    Raises:
        Exception: What ``operation`` raises, if it is not transient or lasts for more than a minute; and what ``check``
            raises.
    """
    until, failures = time.monotonic() + GIVE_UP_AFTER, 0
    while True:
        try:
            return operation()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block:
                raise
            if not connection.is_usable():
                connection.close()  # the next statement opens a new session
            if not is_transient(error) or time.monotonic() > until:
                raise
            logger.warning("The database: %s; trying again.", str(error).strip())
        check()
        time.sleep(BACKOFF.wait(failures))
        failures += 1


def is_transient(error: Exception) -> bool:
    """Whether the same transaction may succeed later. Takes an OperationalError or an InterfaceError."""
    state = getattr(error.__cause__, "sqlstate", None)  # None: the connection broke before the server said a word
    return state is None or state[:2] in TRANSIENT_CLASSES or state in TRANSIENT_CODES
