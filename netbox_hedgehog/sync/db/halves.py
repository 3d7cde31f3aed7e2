"""Writes a batch that the database refuses in halves, down to the object that causes it; the others are written."""

from collections.abc import Callable, Sequence

from django.db import DatabaseError, OperationalError

__all__ = ("in_halves", "of_the_data")

# SQLSTATE classes that say nothing of the data: the connection, the transaction, who may do what, the tables, space
# and memory, locks, an administrator, the system.
OF_THE_DATABASE = ("08", "25", "28", "40", "42", "53", "55", "57", "58")
# What Python itself refuses to turn into a row, or to compare.
OF_THE_VALUE = (ValueError, ArithmeticError, RecursionError)


def in_halves[T](write: Callable[[Sequence[T]], object], batch: Sequence[T]) -> list[tuple[T, Exception]]:
    """Write a batch, or as much of it as can be written.

    Args:
        write: Writes some of the batch, all or nothing.
        batch: What to write.

    Returns:
        What cannot be written, each with the error.

    Raises:
        Exception: What ``write`` raises, if that is not about the data.
    """
    refused: list[tuple[T, Exception]] = []
    waiting = [batch]
    while waiting:
        some = waiting.pop()
        try:
            write(some)
        except (DatabaseError, *OF_THE_VALUE) as error:
            if not of_the_data(error):
                raise
            if len(some) == 1:
                refused.append((some[0], error))
            else:
                half = len(some) // 2
                waiting += [some[half:], some[:half]]
    return refused


def of_the_data(error: Exception) -> bool:
    """Whether other data would be accepted: false for errors of the connection, the tables or the disk."""
    if isinstance(error, OF_THE_VALUE):
        return True
    state = getattr(error.__cause__, "sqlstate", None)
    if state is None:  # no server has said it: the connection broke, or the driver could not send it
        return not isinstance(error, OperationalError)
    return state[:2] not in OF_THE_DATABASE
