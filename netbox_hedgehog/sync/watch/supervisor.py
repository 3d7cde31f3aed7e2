"""One process's watch of all fabrics: takes those that nobody follows, renews its leases, lets go of what changed."""

import logging
import os
import socket
import threading
import time
from datetime import datetime

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.models.functions import Now
from netbox.plugins import get_plugin_config

from netbox_hedgehog.cluster import ClusterError
from netbox_hedgehog.models import Fabric, WatchStateChoices
from netbox_hedgehog.sync.transitions import LeaseLost
from netbox_hedgehog.sync.watch import lease as leases
from netbox_hedgehog.sync.watch.crew import Crew
from netbox_hedgehog.sync.watch.follower import Follower
from netbox_hedgehog.sync.watch.lease import WatchLease
from netbox_hedgehog.sync.watch.report import report, state

__all__ = ("Supervisor",)

logger = logging.getLogger("netbox_hedgehog.watch")

ROUND = 1.0  # seconds between two looks at the fabrics
LONGEST_LOCK = "500ms"  # that a fabric's row may be waited for: a process that was frozen may hold it
RENEWALS = 4  # in the time of one lease
LAST_WORDS = 2.0  # seconds that the followers have to finish a batch when the process is to stop
BROKEN_WAIT = 10.0  # seconds until a follower is tried again that could not begin, or broke


class Supervisor:
    """``run`` returns after ``stop``, within about three seconds; both may be called from any thread."""

    def __init__(self) -> None:
        self.holder = f"{socket.gethostname()}.{os.getpid()}.{threading.get_ident() % 10000}"
        self.followers: dict[int, tuple[Follower, datetime]] = {}
        self._not_before: dict[int, float] = {}
        self._told: dict[int, tuple[str, float]] = {}  # the state that was last told, and when (monotonic)
        self._stop_asked = threading.Event()
        self.crew = Crew(self._beat)

    def stop(self) -> None:
        self._stop_asked.set()

    def run(self) -> None:
        """Watch until told to stop. A database that goes away is waited for; RuntimeError where a thread has broken."""
        self.crew.start()
        while not self._stop_asked.is_set():
            try:
                self._round()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("The database: %s", error)
                connection.close()
            self._stop_asked.wait(ROUND)
            if not self.crew.alive():
                raise RuntimeError("A thread of the watcher has broken.")
        self._let_go_of_all()
        self.crew.stop()

    def _beat(self) -> None:
        for follower, _ in list(self.followers.values()):
            follower.tick()

    def _round(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LONGEST_LOCK])
        fabrics = {fabric.pk: fabric for fabric in Fabric.objects.filter(watch=True, suspended=False)}
        for key, (follower, version) in list(self.followers.items()):
            fabric = fabrics.get(key)
            if fabric is None or fabric.last_updated != version or follower.ended:
                if fabric is not None and follower.ended and not follower.lost:
                    self._not_before[key] = time.monotonic() + BROKEN_WAIT
                self._let_go(key)
        for key in leases.claimable():
            if key in fabrics and time.monotonic() >= self._not_before.get(key, 0.0):
                self._take(fabrics[key])
        self._renew()

    def _take(self, fabric: Fabric) -> None:
        try:
            lease = leases.claim(fabric.pk, self.holder)
        except OperationalError as error:
            logger.warning("%s cannot be taken over yet: %s", fabric, error)
            return
        if lease is None:
            return
        try:
            follower = Follower(fabric, lease, fabric.target(), self.crew)
        except ClusterError as error:
            self._broken(lease, error.code.value, error.message)
            return
        logger.info("Watching %s", fabric)
        self.followers[fabric.pk] = follower, fabric.last_updated
        follower.start()

    def _broken(self, lease: WatchLease, code: str, message: str) -> None:
        self._not_before[lease.fabric_id] = time.monotonic() + BROKEN_WAIT
        state = WatchStateChoices.UNREACHABLE
        leases.release(lease, state=state, error_code=code, error_message=message, error_at=Now())

    def _renew(self) -> None:
        """Prolong each lease a few times in its life, and as soon as there is news of how the watch is."""
        interval = get_plugin_config("netbox_hedgehog", "watch_lease_seconds") / RENEWALS
        for key, (follower, _) in list(self.followers.items()):
            how, now = state(follower), time.monotonic()
            told, at = self._told.get(key, ("", 0.0))
            if how == told and now < at + interval:
                continue
            try:
                leases.renew(follower.lease, **report(follower))
                self._told[key] = how, now
            except OperationalError as error:  # above all: somebody holds the row; the other fabrics are not to wait
                logger.warning("%s: the lease was not prolonged: %s", follower.fabric, error)
            except LeaseLost:
                logger.warning("%s: the lease was lost", follower.fabric)
                self._let_go(key)

    def _let_go(self, key: int) -> None:
        """Stop following, and have nobody wait for the lease's end."""
        follower, _ = self.followers.pop(key)
        self._told.pop(key, None)
        follower.stop()
        follower.join(LAST_WORDS)
        leases.release(follower.lease, **self._last_columns(follower))

    @staticmethod
    def _last_columns(follower: Follower) -> dict:
        return {"versions": follower.versions, "streams": 0} if follower.versions else {"streams": 0}

    def _let_go_of_all(self) -> None:
        until = time.monotonic() + LAST_WORDS
        for follower, _ in self.followers.values():
            follower.stop()
        for key, (follower, _) in list(self.followers.items()):
            follower.join(max(0.0, until - time.monotonic()))
            try:
                self._let_go(key)
            except (DatabaseError, InterfaceError) as error:  # the lease ends by itself
                logger.warning("%s: the lease was not given back: %s", follower.fabric, error)
                connection.close()
        connection.close()
