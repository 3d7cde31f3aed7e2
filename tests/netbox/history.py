"""Rewriting what PostgreSQL keeps as it was, so that a test need not wait for hours to pass."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

__all__ = ("rewritable",)


@contextmanager
def rewritable() -> Iterator[None]:
    """Within it ended runs can be changed: their trigger is off, for this transaction alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
