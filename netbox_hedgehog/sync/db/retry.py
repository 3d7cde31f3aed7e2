"""A transaction that the database gave up is done again, whole: nothing of it was kept, or all of it was.

What is repeated is written so that the second time finds nothing to do where the first one was committed after all.
"""

import logging
import random
import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection

__all__ = ("passes", "retry_transient")

logger = logging.getLogger("netbox_hedgehog.sync")

PATIENCE = 60.0  # seconds; a lease that cannot be renewed ends before that
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0  # seconds
# SQLSTATE classes and codes that pass: rolled back for the sake of others (deadlock, serialization), connection lost,
# server stopping or starting, and a session that was ended since it slept in a transaction.
CLASSES = ("08", "40")
CODES = ("57P01", "57P02", "57P03", "25P03", "25P04")


def retry_transient[T](do: Callable[[], T], check: Callable[[], None] = lambda: None) -> T:
    """What DO returns, tried again while the database fails in passing; CHECK raises where the work must stop.

    Not within a transaction: that would have to be repeated as a whole. Raises what DO raises when patience ends.
    """
    until, wait = time.monotonic() + PATIENCE, FIRST_WAIT
    while True:
        try:
            return do()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block:
                raise
            if not connection.is_usable():
                connection.close()  # whoever comes next gets a new session
            if not passes(error) or time.monotonic() > until:
                raise
            logger.warning("The database: %s; trying again.", str(error).strip())
        check()
        time.sleep(wait * random.uniform(0.5, 1))  # noqa: S311  so that two that met do not meet again
        wait = min(2 * wait, LONGEST_WAIT)


def passes(error: Exception) -> bool:
    """Whether ERROR, an OperationalError or InterfaceError, may not come again with nothing changed."""
    state = getattr(error.__cause__, "sqlstate", None)  # None: the connection broke before the server said a word
    return state is None or state[:2] in CLASSES or state in CODES
