"""Renews a run's lease in a thread while the worker works, and reports when the work must stop."""

import logging
import threading
from types import TracebackType
from typing import Self

from django.db import Error as DatabaseFault
from django.db import connection
from netbox.plugins import get_plugin_config

from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync.runs import transitions
from netbox_hedgehog.sync.runs.transitions import USER_GONE, Cancelled, Lease, LeaseLost

__all__ = ("Cancelled", "DeadlinePassed", "LeaseKeeper")

logger = logging.getLogger("netbox_hedgehog.sync")


class DeadlinePassed(Exception):
    """The run took longer than the plugin setting ``run_deadline`` allows."""


class LeaseKeeper:
    """Context manager that renews a lease three times in its life. Call ``check`` between two steps of the work."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self._interval = get_plugin_config("netbox_hedgehog", "lease_seconds") / 3
        self._stop = threading.Event()
        self._reason: Exception | None = None
        self._thread = threading.Thread(target=self._keep, name=f"lease of run {lease.run_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def check(self) -> None:
        """Raise if the work must stop. Asks no database: call it often.

        Raises:
            LeaseLost: The lease has ended.
            Cancelled: Somebody asked the run to stop.
            DeadlinePassed: The run takes too long.
        """
        if self._reason:
            raise self._reason

    def _keep(self) -> None:
        due = self._interval
        tick = min(1.0, self._interval)
        try:
            while not self._stop.wait(tick):
                due -= tick
                # A renewal that failed stays due, and is tried again in a second.
                if self._look(renew=due <= 0) and due <= 0:
                    due = self._interval
                if self._reason:
                    return
        finally:
            connection.close()

    def _look(self, renew: bool) -> bool:
        try:
            if renew:
                transitions.renew(self.lease)
            self._reason = _why_stop(self.lease)
        except LeaseLost as lost:
            self._reason = lost
        except DatabaseFault as error:  # if it lasts, the lease ends, and the run is rightly lost
            logger.warning("Run %s: lease not renewed: %s", self.lease.run_id, error)
            connection.close()
            return False
        return True


def _why_stop(lease: Lease) -> Exception | None:
    columns = ("cancel_requested", "past_deadline", "requested_by", "job")
    found = SyncRun.objects.deadlines().filter(pk=lease.run_id).values_list(*columns)
    for cancel_requested, too_late, user_id, job_id in found:
        if cancel_requested:
            return Cancelled("Cancelled on request")
        if too_late:
            return DeadlinePassed()
        if user_id != lease.user_id:
            return Cancelled(USER_GONE)
        return None if job_id == lease.job_id else Cancelled("Its job was deleted")
    return None  # the run is gone, with its fabric: the next fence will not find it
