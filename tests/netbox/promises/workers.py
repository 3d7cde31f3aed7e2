"""Workers in threads that take turns with the test: each stops before a statement that was agreed on, and waits there.

Only one thread moves at any time, so what happens is the same each time.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg.pq import TransactionStatus

__all__ = ("MARKS", "Stop", "Worker")

SECONDS = 60
# Statements that mark a point of a run, by what they hold.
MARKS = {
    "any": ("",),
    "claim": ("clock_timestamp()",),
    "stored": ("missing_runs", "SELECT"),
    "lock": ("pg_advisory_xact_lock",),
    "fence": ('UPDATE "netbox_hedgehog_syncrun" SET "lease_until"',),
    "insert": ('INSERT INTO "netbox_hedgehog_',),
    "missing": ('SET "missing_since"',),
    "remove": ("DELETE FROM",),
    "end": ('"finished"', "UPDATE"),
    "job": ('UPDATE "core_job"',),
}


@dataclass
class Stop:
    """Before the COUNTth statement with MARK."""

    mark: str
    count: int

    def here(self, sql: str) -> bool:
        self.count -= all(part in sql for part in MARKS[self.mark])
        return self.count <= 0


class Killed(BaseException):
    """The process is gone; nothing that catches exceptions may notice."""


class Worker:
    """Does WORK for run RUN_ID in a thread. ATTENTIVE: its lease keeper looks at each check, as one with time would.

    ``begun``: the step in which it began. ``late``: its lease has ended. ``writing``: it waits in a transaction that
    writes objects; ``waiting``: in any.
    """

    def __init__(self, number: int, run_id: int, work: Callable[[], Any], begun: int, attentive: bool) -> None:
        self.number, self.run_id, self.begun, self.attentive = number, run_id, begun, attentive
        self.late = self.ended = self.cut_off = self.writing = self.waiting = False
        self.interrupted = False
        self.session: int | None = None
        self.error: BaseException | None = None
        self._work, self._stop, self._killed = work, None, False
        self._mine, self._yours = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, name=f"worker {number}", daemon=True)
        self._thread.attentive = attentive  # type: ignore[attr-defined]
        self._thread.start()

    def go_on(self, stop: Stop | None = None) -> None:
        """Work until STOP, or to the end; raises what the work raised."""
        self._stop = stop
        self._mine.release()
        assert self._yours.acquire(timeout=SECONDS), "the worker hangs"
        if self.ended:
            self._thread.join(SECONDS)
            if self.error:
                raise self.error

    def kill(self) -> None:
        """SIGKILL: it does nothing more, and PostgreSQL forgets its transaction."""
        if not self.ended:
            self._killed = True
            self.go_on()

    # --- in its thread

    def _run(self) -> None:
        self._mine.acquire()
        try:
            with connection.execute_wrapper(self._before):
                if not self._killed:
                    self._work()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001  raised again in the test's thread
            self.error = error
        finally:
            connection.close()
            self.ended, self.waiting, self.writing = True, False, False
            self._yours.release()

    def _before(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if self._killed:
            raise Killed
        if self._stop and self._stop.here(sql):
            self._wait()
        if "pg_advisory_xact_lock" in sql or MARKS["fence"][0] in sql:
            self.writing = connection.in_atomic_block
        elif not connection.in_atomic_block:
            self.writing = False
        return execute(sql, parameters, many, context)

    def _wait(self) -> None:
        self.interrupted = True
        self._stop = None
        # Before its first statement a transaction has not begun, and holds nothing.
        self.waiting = connection.connection.info.transaction_status != TransactionStatus.IDLE
        self.writing &= self.waiting
        self.session = connection.connection.info.backend_pid
        self._yours.release()
        self._mine.acquire()
        self.waiting = False
        if self._killed:
            raise Killed
