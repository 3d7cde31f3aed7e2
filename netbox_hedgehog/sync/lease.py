"""Keeps a run's lease alive from a thread of its own while the worker works, and says when to stop."""

import logging
import threading
from types import TracebackType
from typing import Self

from django.db import DatabaseError, connection
from django.db.models import F, Q
from django.db.models.functions import Now
from netbox.plugins import get_plugin_config

from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync import transitions
from netbox_hedgehog.sync.transitions import Lease, LeaseLost

__all__ = ("Cancelled", "DeadlinePassed", "LeaseKeeper")

logger = logging.getLogger("netbox_hedgehog.sync")


class Cancelled(Exception):
    """Someone asked the run to stop."""


class DeadlinePassed(Exception):
    """The run took longer than the plugin's ``run_deadline`` allows."""


class LeaseKeeper:
    """Context manager: renews LEASE three times a lease. ``check`` raises once the work must stop."""

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
        """Raise LeaseLost, Cancelled or DeadlinePassed where one is known. Asks no database: call it often."""
        if self._reason:
            raise self._reason

    def _keep(self) -> None:
        renewed = 0.0
        tick = min(1.0, self._interval)
        try:
            while not self._stop.wait(tick):
                renewed += tick
                self._look(renew=renewed >= self._interval)
                renewed = 0.0 if renewed >= self._interval else renewed
                if self._reason:
                    return
        finally:
            connection.close()

    def _look(self, renew: bool) -> None:
        try:
            if renew:
                transitions.renew(self.lease)
            self._reason = _why_stop(self.lease)
        except LeaseLost as lost:
            self._reason = lost
        except DatabaseError as error:  # tried again in a second; if that lasts, the lease ends, which is the truth
            logger.warning("Run %s: lease not renewed: %s", self.lease.run_id, error)
            connection.close()


def _why_stop(lease: Lease) -> Exception | None:
    asked = SyncRun.objects.filter(pk=lease.run_id).filter(Q(cancel_requested__isnull=False) | Q(deadline__lt=Now()))
    for cancel_requested in asked.annotate(at=F("cancel_requested")).values_list("at", flat=True):
        return Cancelled() if cancel_requested else DeadlinePassed()
    return None
