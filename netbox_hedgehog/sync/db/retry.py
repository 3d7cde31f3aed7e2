"""A transaction that the database gave up is done again, whole: nothing of it was kept, or all of it was.

What is repeated is written so that the second time finds nothing to do where the first one was committed after all.
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
    """Run one or more whole transactions, and again while the database fails for a reason that passes by itself.

    Not within a transaction, which would have to be repeated as a whole.

    Args:
        operation: What is run. The second time it finds nothing to do where the first one was committed after all.
        check: Called before each retry; raises where the work must stop.

    Returns:
        What ``operation`` returns.

    Raises:
        Exception: What ``operation`` raises, where that does not pass by itself or has not within a minute; and what
            ``check`` raises.
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
    """Whether the transaction may succeed later as it is. Takes an OperationalError or an InterfaceError."""
    state = getattr(error.__cause__, "sqlstate", None)  # None: the connection broke before the server said a word
    return state is None or state[:2] in TRANSIENT_CLASSES or state in TRANSIENT_CODES
