"""Steps that must not stop one another: an error of any type ends its own step and is recorded; the others go on.

Used where one process works for all fabrics: in the schedule's tick, and in what a worker does beside its own run.
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
    """The error of a step. ``fabric`` is a primary key; None if the step concerns no single fabric."""

    step: str
    fabric: int | None
    message: str

    def as_json(self) -> dict[str, str | int | None]:
        """The error as it is stored."""
        return {"step": self.step, "fabric": self.fabric, "message": self.message}


class Steps:
    """Runs steps one after another, and records their errors.

    Args:
        log: Where an error is logged with its traceback.
    """

    def __init__(self, log: logging.Logger) -> None:
        self.log = log
        self.errors: list[StepError] = []

    def run[T](self, step: str, do: Callable[[], T], fabric: Fabric | int | None = None) -> T | None:
        """Run a step.

        Args:
            step: The name of the step where its error is shown.
            do: The work.
            fabric: The fabric, or its primary key, that the step concerns.

        Returns:
            What ``do`` returned; None if it failed.

        Raises:
            JobTimeoutException: RQ ends the job. The error is recorded first.
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
        """Run a step for several fabrics at once; if that fails, for each alone, so that only the culprit fails.

        Args:
            step: The name of the step where its error is shown.
            do: The work for some fabrics.
            fabrics: The fabrics.

        Returns:
            What each successful call returned.
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
    """Describe an error in one line that PostgreSQL can store: its type and the first line of its message.

    The first line only: below it, PostgreSQL may quote a whole row.
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
    """Keep an open transaction usable if the database refuses a statement in the block."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    else:
        yield


def _renew_connection(error: Exception) -> None:
    """Close the session if it has ended, so that the next step opens a new one."""
    if isinstance(error, DatabaseFault) and not connection.in_atomic_block and not connection.is_usable():
        connection.close()
