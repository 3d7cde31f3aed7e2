"""Follows one fabric: its streams come in, and one thread at a time writes what they bring."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from netbox_hedgehog.cluster import Cluster, EventType, Target
from netbox_hedgehog.models import Fabric, RunStateChoices, SyncRun
from netbox_hedgehog.sync.cluster_settings import limits
from netbox_hedgehog.sync.runs.transitions import Failure, LeaseLost
from netbox_hedgehog.sync.runs.unexpected import failure_of
from netbox_hedgehog.sync.store.changelog import wants_events
from netbox_hedgehog.sync.watch.batch import Batches
from netbox_hedgehog.sync.watch.compartment import contained
from netbox_hedgehog.sync.watch.heartbeat import versions_to_keep
from netbox_hedgehog.sync.watch.lease import WatchLease
from netbox_hedgehog.sync.watch.probe import Probe, patience
from netbox_hedgehog.sync.watch.retry import retry_while_unreachable
from netbox_hedgehog.sync.watch.runtime import Runtime
from netbox_hedgehog.sync.watch.streams.buffer import Buffer
from netbox_hedgehog.sync.watch.streams.connectors import ConnectQuota
from netbox_hedgehog.sync.watch.streams.fabric_streams import Streams
from netbox_hedgehog.sync.watch.streams.stream import Arrival
from netbox_hedgehog.sync.watch.throttle import Throttle
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter

__all__ = ("Follower",)

logger = logging.getLogger("netbox_hedgehog.watch")

BATCH = 200  # events written at once
TICK = 0.25  # seconds between two looks at the streams
RULES_EVERY = 30.0  # seconds between two looks at whether there are event rules


class Follower:
    """Follows ``fabric`` while ``lease`` is held and until ``stop`` is called. ``lost``: the lease was lost.

    ``anew``: nothing that was left off is gone on from; a sync reads the fabric whole first.

    ``events``, ``objects``, ``lag``, ``last_event``: what came, what was written, seconds, and when (monotonic);
    ``versions`` is what whoever comes next may go on from. ``ended``: it does nothing any more; ``failure`` says why,
    where that was not asked for.
    """

    def __init__(self, fabric: Fabric, lease: WatchLease, target: Target, crew: Runtime, *, anew: bool = False) -> None:
        self.fabric, self.lease, self.crew = fabric, lease, crew
        self.inbox = Buffer(self._wake)
        self.pulse = Probe(target, self._look_soon)
        self._cluster = Cluster(target, **{**limits(), **patience()})
        line = ConnectQuota(crew.openers, self._cluster, self._look_soon)
        self.streams = Streams(
            fabric, self.pulse, crew.reader, line, self.inbox, self._look_soon, self.broke, anew=anew
        )
        self.limiter = Throttle()
        self.writer = WatchWriter(fabric, lease)
        self.batches = Batches(self.writer, self.limiter)
        self.versions: dict[str, str] = {}
        self.events = self.objects = 0
        self.lag = 0.0
        self.last_event: float | None = None
        self.lost = self.ended = False
        self.failure: Failure | None = None
        self._stop_asked = threading.Event()
        self._begun = False
        self._in_turn = threading.Lock()
        self._rules_at = self._tick_at = 0.0

    def start(self) -> None:
        """Find out what is served; the turns do the rest."""
        self.pulse.start()

    def __str__(self) -> str:
        return f"The watch of {self.fabric}"

    def stop(self) -> None:
        """Ask it and its streams to end; they do within a moment."""
        self._stop_asked.set()
        for end in (self.pulse.stop, self.streams.stop, self._cluster.close):
            with contained(f"{self}: its end"):
                end()

    def broke(self, error: BaseException) -> None:
        """End it because of ``error``, which nobody foresaw. From any thread, any number of times: the first one is
        told.

        Whoever holds it lets go, gives the lease back, and takes the fabric up again later.
        """
        self.failure = self.failure or failure_of(error)
        self.ended = True
        self.stop()

    def join(self, seconds: float) -> None:
        """Wait for the end of a turn, for ``seconds`` at the most."""
        if self._in_turn.acquire(timeout=max(0.0, seconds)):
            self._in_turn.release()

    def tick(self) -> None:
        """Have a turn if it is time to look at the streams; from any thread."""
        if time.monotonic() >= self._tick_at:
            self._wake()

    def turn(self) -> bool:
        """Write one batch, and see to the streams when it is time; whether more has come.

        What it raises, whatever it is, is for ``broke``.
        """
        with self._in_turn:
            if self._stop_asked.is_set():
                return False
            try:
                self._turn()
            except LeaseLost:
                self.lost = self.ended = True
                logger.warning("%s is not this process's to watch any more.", self.fabric)
                self.stop()
                return False
            return bool(self.inbox)

    def _turn(self) -> None:
        if not self._begun:
            self._until_database_answers(self.streams.begin)
            self._begun = True
        if batch := self.inbox.take(BATCH):
            self._until_database_answers(lambda: self._write(batch))
        if time.monotonic() >= self._tick_at:
            self._tick_at = time.monotonic() + TICK  # before the look: who asks for one meanwhile gets another
            self._until_database_answers(self._look)

    def _wake(self) -> None:
        self.crew.writers.wake(self)

    def _look_soon(self) -> None:
        self._tick_at = 0.0
        self._wake()

    def _write(self, batch: list[Arrival]) -> None:
        self.objects += self.batches.write(batch)
        now = time.monotonic()
        if came := [arrival.at for arrival in batch if arrival.event.type is not EventType.BOOKMARK]:
            self.events += len(came)
            self.lag = now - min(came)
            self.last_event = now
        for arrival in batch:
            source = arrival.stream.source
            if self.streams.open.get(source) is arrival.stream:  # not of a stream that has ended in a gap since
                self.streams.written[source.key] = arrival.event.resource_version

    def _look(self) -> None:
        if time.monotonic() >= self._rules_at:
            self.writer.events = wants_events()
            self._rules_at = time.monotonic() + RULES_EVERY
        self.streams.look_after()
        if due := self.limiter.due():
            self._until_database_answers(lambda: self._write_late(due))
        if self.batches.orphans:
            self._orphans()
        self.versions = versions_to_keep(self.streams.written, self.limiter.oldest())

    def _write_late(self, due: list[Arrival]) -> None:
        self.objects += self.batches.write(due)

    def _orphans(self) -> None:
        """Look for what was deleted before it was stored as long as a sync is running that may be about to store it."""
        running = SyncRun.objects.filter(fabric=self.fabric, state=RunStateChoices.RUNNING).exists()
        self.batches.again()
        if not running:
            self.batches.orphans.clear()

    def _until_database_answers(self, do: Callable[[], Any]) -> None:
        retry_while_unreachable(do, self._stop_asked, str(self.fabric))
