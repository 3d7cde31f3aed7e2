"""The database's clock, on which all processes agree, on whatever host and however that host's clock jumps."""

from datetime import datetime

from django.db import connection

__all__ = ("database_time",)


def database_time() -> datetime:
    """The time by the clock that every stored time comes from."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        return cursor.fetchone()[0]
