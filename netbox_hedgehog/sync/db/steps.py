"""Steps that must not stop one another: an error of any type ends its own step, is logged and kept; the others go on.

Used where one process works for all fabrics: the schedule's tick, and what a worker does beside its own run.
"""

import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from django.db import Error as DatabaseFault
from django.db import connection, transaction
from rq.timeouts import JobTimeoutException

from netbox_hedgehog.cluster.errors.printable import printable
from netbox_hedgehog.models import Fabric

__all__ = ("StepError", "Steps", "words_of")

MOST_OF_MESSAGE, MOST_OF_TRACE = 500, 8000  # characters of an error that are kept, and of its traceback in the log


@dataclass(frozen=True)
class StepError:
    """What went wrong in a step. ``fabric`` is a primary key, or None where the step is of no single fabric."""

    step: str
    fabric: int | None
    message: str

    def as_json(self) -> dict[str, str | int | None]:
        """The error as it is stored."""
        return {"step": self.step, "fabric": self.fabric, "message": self.message}


class Steps:
    """Runs steps one after the other and keeps their errors.

    Args:
        log: Where an error is logged with its traceback.
    """

    def __init__(self, log: logging.Logger) -> None:
        self.log = log
        self.errors: list[StepError] = []

    def run[T](self, step: str, do: Callable[[], T], fabric: Fabric | int | None = None) -> T | None:
        """Call DO.

        Args:
            step: What the step is called where its error is shown.
            do: The work.
            fabric: The fabric (or its primary key) that the step is about, if it is about a single one.

        Returns:
            What DO returned, or None where it failed.

        Raises:
            JobTimeoutException: RQ ends the job. It is kept as an error first.
        """
        try:
            with _savepoint():
                return do()
        except Exception as error:
            key = fabric.pk if isinstance(fabric, Fabric) else fabric
            self.errors.append(StepError(step, key, words_of(error)))
            where = f" of fabric {fabric}" if fabric is not None else ""
            self.log.error("Step %s%s failed: %s", step, where, _traceback(error))
            _renew_connection(error)
            if isinstance(error, JobTimeoutException):
                raise
            return None

    def together[T](self, step: str, do: Callable[[list[Fabric]], T], fabrics: Sequence[Fabric]) -> list[T]:
        """Call DO for all of FABRICS at once and, where that fails, for each alone, so that only the culprit fails.

        Returns:
            What each call that went through has returned.
        """
        try:
            with _savepoint():
                return [do(list(fabrics))]
        except JobTimeoutException:
            raise
        except Exception as error:  # noqa: BLE001  of whatever type: it is logged, and told of the fabric that it is of
            self.log.warning("Step %s failed for all fabrics together: %s. Each is tried alone.", step, words_of(error))
            _renew_connection(error)
        done = [self.run(step, partial(do, [fabric]), fabric) for fabric in fabrics]
        return [each for each in done if each is not None]


def words_of(error: BaseException) -> str:
    """ERROR in one line that PostgreSQL can store: its type, and the first line of its own words.

    The first line alone: what PostgreSQL adds below it may quote a whole row.
    """
    try:
        lines = str(error).strip().splitlines()
    except Exception:  # noqa: BLE001  an error that cannot say what it is
        lines = []
    text = ": ".join([type(error).__name__, *lines[:1]])
    return printable(text, MOST_OF_MESSAGE)


def _traceback(error: BaseException) -> str:
    return printable("".join(traceback.format_exception(error))[-MOST_OF_TRACE:])


@contextmanager
def _savepoint() -> Iterator[None]:
    """An error of the database in it leaves a transaction that is open around it usable."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    else:
        yield


def _renew_connection(error: Exception) -> None:
    """Where the session with PostgreSQL has ended, let the next step open a new one."""
    if isinstance(error, DatabaseFault) and not connection.in_atomic_block and not connection.is_usable():
        connection.close()
