"""Time limits of a PostgreSQL session: for sleeping in a transaction, which holds locks, and for waiting for a lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created
from netbox.plugins import get_plugin_config

__all__ = ("idle_sessions_ended", "limit_idle", "locks_bounded")

LOCK_WAIT = "5s"


@contextmanager
def idle_sessions_ended() -> Iterator[None]:
    """Within it, this thread's sessions may sleep in a transaction for one lease at most, new ones included."""
    connection_created.connect(_limit)
    try:
        _limit(connection)
        yield
    finally:
        connection_created.disconnect(_limit)


def limit_idle(connection: Any, seconds: float, *, transaction_only: bool) -> None:
    """Have PostgreSQL end a session that sleeps in a transaction.

    Args:
        connection: Django's connection.
        seconds: How long it may sleep.
        transaction_only: Whether the limit is for the present transaction only.
    """
    with connection.cursor() as cursor:
        name, milliseconds = "idle_in_transaction_session_timeout", str(int(seconds * 1000))
        cursor.execute("SELECT set_config(%s, %s, %s)", [name, milliseconds, transaction_only])


def _limit(connection: Any, **_options: Any) -> None:
    limit_idle(connection, get_plugin_config("netbox_hedgehog", "lease_seconds"), transaction_only=False)


@contextmanager
def locks_bounded() -> Iterator[None]:
    """Within it, this thread's sessions wait for a lock for ``LOCK_WAIT`` at most, new ones included.

    For work on many fabrics: one whose rows somebody has locked must not delay the others.
    """
    connection_created.connect(_bound_locks)
    try:
        _bound_locks(connection)
        yield
    finally:
        connection_created.disconnect(_bound_locks)
        if connection.connection is not None and not connection.needs_rollback:
            _set_lock_timeout(connection, "0")


def _bound_locks(connection: Any, **_options: Any) -> None:
    _set_lock_timeout(connection, LOCK_WAIT)


def _set_lock_timeout(connection: Any, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [value])
