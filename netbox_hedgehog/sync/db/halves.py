"""A batch that is refused for what is in it is written in halves, until the one object is found: the others go on."""

from collections.abc import Callable, Sequence

from django.db import DatabaseError, OperationalError

__all__ = ("in_halves", "of_the_data")

# SQLSTATE classes that say nothing of the data: the connection, the transaction, who may do what, the tables, space
# and memory, locks, an administrator, the system.
OF_THE_DATABASE = ("08", "25", "28", "40", "42", "53", "55", "57", "58")
# What Python itself refuses to turn into a row, or to compare.
OF_THE_VALUE = (ValueError, ArithmeticError, RecursionError)


def in_halves[T](write: Callable[[Sequence[T]], object], batch: Sequence[T]) -> list[tuple[T, Exception]]:
    """WRITE the BATCH, each part of it all or nothing; returns what cannot be written, each with what was said of it.

    Raises what WRITE raises where that is not about the data.
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
    """Whether other data would be taken. Of the database's connection, tables and space nothing else would be."""
    if isinstance(error, OF_THE_VALUE):
        return True
    state = getattr(error.__cause__, "sqlstate", None)
    if state is None:  # no server has said it: the connection broke, or the driver could not send it
        return not isinstance(error, OperationalError)
    return state[:2] not in OF_THE_DATABASE
