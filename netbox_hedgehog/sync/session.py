"""A worker's session with PostgreSQL, which ends it where it sleeps in mid-transaction, so that it holds no lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created
from netbox.plugins import get_plugin_config

__all__ = ("idle_sessions_ended", "limit_idle")


@contextmanager
def idle_sessions_ended() -> Iterator[None]:
    """Within it this thread's session, and each that is opened anew, may sleep in a transaction for one lease."""
    connection_created.connect(_limit)
    try:
        _limit(connection)
        yield
    finally:
        connection_created.disconnect(_limit)


def limit_idle(connection: Any, seconds: float, *, transaction_only: bool) -> None:
    """Have PostgreSQL end CONNECTION's session where it sleeps in a transaction for SECONDS, in this one or in any."""
    with connection.cursor() as cursor:
        name, milliseconds = "idle_in_transaction_session_timeout", str(int(seconds * 1000))
        cursor.execute("SELECT set_config(%s, %s, %s)", [name, milliseconds, transaction_only])


def _limit(connection: Any, **_options: Any) -> None:
    limit_idle(connection, get_plugin_config("netbox_hedgehog", "lease_seconds"), transaction_only=False)
