"""The one clock: the database's. Workers on other hosts, and a host whose clock jumps, agree on it."""

from datetime import datetime

from django.db import connection

__all__ = ("database_time",)


def database_time() -> datetime:
    """Now, by the clock that every stored time was taken from."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        return cursor.fetchone()[0]
