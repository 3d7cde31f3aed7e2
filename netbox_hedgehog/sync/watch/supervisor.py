"""The watch of all fabrics by one process: it takes those that nobody follows, renews leases, drops changed ones."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from netbox.plugins import get_plugin_config

from netbox_hedgehog.models import Fabric
from netbox_hedgehog.sync.runs.transitions import LeaseLost
from netbox_hedgehog.sync.runs.unexpected import failure_of
from netbox_hedgehog.sync.watch import lease as leases
from netbox_hedgehog.sync.watch.compartment import contained
from netbox_hedgehog.sync.watch.cooldown import Cooldowns
from netbox_hedgehog.sync.watch.follower import Follower, follow
from netbox_hedgehog.sync.watch.heartbeat import failed, final_report, report, state
from netbox_hedgehog.sync.watch.lease import WatchLease
from netbox_hedgehog.sync.watch.runtime import Runtime

__all__ = ("Supervisor",)

logger = logging.getLogger("netbox_hedgehog.watch")

ROUND = 1.0  # seconds between two rounds over the fabrics
LOCK_TIMEOUT = "500ms"  # that a fabric's row may be waited for: a process that was frozen may hold it
RENEWALS = 4  # in the time of one lease
DATABASE_AWAY = (OperationalError, InterfaceError)
FINISH_WITHIN = 2.0  # seconds that followers have to finish a batch: in a round, and when the process is to stop


class Supervisor:
    """Follows all fabrics that nobody else follows, from ``run`` until ``stop``, which ends it in about three seconds.

    What goes wrong with one fabric, whatever it is, ends the watch of that one; its row says so, and it is tried again.

    Attributes:
        holder: The name of this process in the fabrics' Watcher rows.
        followers: By the fabric's primary key, its follower and when the fabric was last configured.
        cooldowns: The fabrics that are left alone for a while.
        runtime: The threads that all followers share.
    """

    def __init__(self) -> None:
        self.holder = f"{socket.gethostname()}.{os.getpid()}.{threading.get_ident() % 10000}"
        self.followers: dict[int, tuple[Follower, datetime]] = {}
        self.cooldowns = Cooldowns()
        self._fabrics: dict[int, Fabric] = {}  # those that are to be watched
        self._reported: dict[int, tuple[str, float]] = {}  # the state that was last written, and when (monotonic)
        self._finish_until = 0.0  # monotonic
        self._cooldowns_due = 0.0  # monotonic; when it is next reported that some are to be tried again
        self._stop_asked = threading.Event()
        self.runtime = Runtime(self._beat)

    def stop(self) -> None:
        self._stop_asked.set()

    def run(self) -> None:
        """Watch until ``stop`` is called. Waits while the database is unreachable.

        Raises:
            RuntimeError: A thread has broken.
        """
        try:
            self.runtime.start()
            while not self._stop_asked.is_set():
                self._round()
                self._stop_asked.wait(ROUND)
                if not self.runtime.alive():
                    raise RuntimeError("A thread of the watcher has broken.")
        finally:
            self._let_go_of_all()
            self.runtime.stop()
            connection.close()

    def _beat(self) -> None:
        for follower, _ in list(self.followers.values()):
            with contained(str(follower), follower.broke):
                follower.tick()

    def _round(self) -> None:
        """Each step stands alone, above all the last one: leases are prolonged whatever went wrong before."""
        self._finish_until = time.monotonic() + FINISH_WITHIN
        for step in (self._load_fabrics, self._let_go_of_changed, self._take_free, self._report_cooldowns, self._renew):
            if not self._do(step):
                return

    @staticmethod
    def _do(step: Callable[[], None]) -> bool:
        """Run one step; the log says what goes wrong in it. False where the database is away."""
        with contained(f"The watcher's step {step.__name__}"):
            try:
                step()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("The database: %s", error)
                if not connection.is_usable():
                    connection.close()
                    return False
        return True

    def _load_fabrics(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
        self._fabrics = {fabric.pk: fabric for fabric in Fabric.objects.filter(watch=True, suspended=False)}
        self.cooldowns.keep_only(set(self._fabrics))

    def _let_go_of_changed(self) -> None:
        for key, (follower, version) in list(self.followers.items()):
            fabric = self._fabrics.get(key)
            if fabric is None or fabric.last_updated != version or follower.ended:
                self._let_go(key)

    def _take_free(self) -> None:
        for key in leases.claimable():
            fabric = self._fabrics.get(key)
            if fabric and self.cooldowns.over(key, fabric.last_updated):
                with contained(f"{fabric}: taking it", partial(self._cool_down, fabric, None), but=DATABASE_AWAY):
                    self._take(fabric)

    def _take(self, fabric: Fabric) -> None:
        try:
            lease = leases.claim(fabric.pk, self.holder)
        except OperationalError as error:
            if not connection.is_usable():
                raise
            logger.warning("%s cannot be taken over yet: %s", fabric, error)
            return
        if lease:
            with contained(f"{fabric}: following it", partial(self._cool_down, fabric, lease), but=DATABASE_AWAY):
                self._follow(fabric, lease)

    def _follow(self, fabric: Fabric, lease: WatchLease) -> None:
        anew = self.cooldowns.must_read_anew(fabric.pk, fabric.last_updated)
        follower = follow(fabric, lease, fabric.target(), self.runtime, anew=anew)
        try:
            follower.start()
        except BaseException:
            with contained(f"{follower}: stopping it"):
                follower.stop()
            raise
        logger.info("Watching %s", fabric)
        self.followers[fabric.pk] = follower, fabric.last_updated

    def _cool_down(self, fabric: Fabric, lease: WatchLease | None, error: BaseException) -> None:
        """Leave a fabric alone for a while that cannot be followed; any process may take it meanwhile."""
        self.cooldowns.begin(fabric.pk, fabric.last_updated, lease)
        if lease:
            leases.release(lease, **failed(failure_of(error)))

    def _report_cooldowns(self) -> None:
        """Renew what their rows say, that they will be tried again: true as long as this process lives."""
        if time.monotonic() < self._cooldowns_due:
            return
        self._cooldowns_due = time.monotonic() + self._interval()
        for key, lease in self.cooldowns.leases():
            if not leases.rest(lease):
                self.cooldowns.forget_lease(key)

    def _renew(self) -> None:
        """Prolong each lease a few times in its life, and as soon as there is news of how the watch is."""
        for key, (follower, _) in list(self.followers.items()):
            with contained(str(follower), follower.broke, but=DATABASE_AWAY):
                self._renew_one(key, follower)

    def _renew_one(self, key: int, follower: Follower) -> None:
        snapshot, now = follower.snapshot(), time.monotonic()
        current = state(snapshot)
        reported, at = self._reported.get(key, ("", 0.0))
        if current == reported and now < at + self._interval():
            return
        try:
            leases.renew(follower.lease, **report(snapshot))
            self._reported[key] = current, now
        except OperationalError as error:  # above all: somebody holds the row; the other fabrics are not to wait
            if not connection.is_usable():
                raise
            logger.warning("%s: the lease was not prolonged: %s", follower.fabric, error)
        except LeaseLost:
            logger.warning("%s: the lease was lost", follower.fabric)
            self._let_go(key)

    def _let_go(self, key: int) -> None:
        """Stop following, and give the lease back, so that nobody has to wait for its end."""
        follower, version = self.followers.pop(key)
        self._reported.pop(key, None)
        with contained(f"{follower}: stopping it"):
            follower.stop()
        if follower.failure and key in self._fabrics:
            self.cooldowns.begin(key, version, follower.lease)
        with contained(f"{follower}: letting it go", lambda _: leases.release(follower.lease, streams=0)):
            follower.join(self._finish_until - time.monotonic())
            try:
                leases.release(follower.lease, **final_report(follower.snapshot()))
            except DATABASE_AWAY as error:  # the lease ends by itself
                logger.warning("%s: the lease was not given back: %s", follower.fabric, error)
                if not connection.is_usable():
                    connection.close()

    def _let_go_of_all(self) -> None:
        self._finish_until = time.monotonic() + FINISH_WITHIN
        for follower, _ in self.followers.values():
            with contained(f"{follower}: stopping it"):
                follower.stop()
        for key in list(self.followers):
            self._let_go(key)

    @staticmethod
    def _interval() -> float:
        return get_plugin_config("netbox_hedgehog", "watch_lease_seconds") / RENEWALS
