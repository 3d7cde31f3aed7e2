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
from netbox_hedgehog.sync.store.changelog import wants_events
from netbox_hedgehog.sync.watch.batch import Batches
from netbox_hedgehog.sync.watch.compartment import contained
from netbox_hedgehog.sync.watch.heartbeat import WatchSnapshot, versions_to_keep
from netbox_hedgehog.sync.watch.lease import WatchLease
from netbox_hedgehog.sync.watch.probe import Probe, probe_timeouts
from netbox_hedgehog.sync.watch.retry import retry_while_unreachable
from netbox_hedgehog.sync.watch.runtime import Runtime
from netbox_hedgehog.sync.watch.signals import Signals
from netbox_hedgehog.sync.watch.streams.buffer import Buffer
from netbox_hedgehog.sync.watch.streams.connectors import ConnectQuota
from netbox_hedgehog.sync.watch.streams.fabric_streams import Streams
from netbox_hedgehog.sync.watch.streams.stream import Arrival
from netbox_hedgehog.sync.watch.throttle import Throttle
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter

__all__ = ("Follower", "follow")

logger = logging.getLogger("netbox_hedgehog.watch")

EVENTS_PER_TURN = 200
EVENT_RULES_EVERY = 30.0  # seconds between two looks at whether there are event rules


class Follower:
    """Follows a fabric while its lease is held and until ``stop`` is called. ``follow`` makes one.

    Attributes:
        fabric: The fabric that is followed.
        lease: The right to write what its streams bring.
    """

    def __init__(
        self,
        fabric: Fabric,
        lease: WatchLease,
        signals: Signals,
        cluster: Cluster,
        probe: Probe,
        buffer: Buffer,
        streams: Streams,
        batches: Batches,
    ) -> None:
        self.fabric, self.lease = fabric, lease
        self._lease_lost = False
        self._signals, self._cluster, self._probe, self._buffer = signals, cluster, probe, buffer
        self._streams, self._batches = streams, batches
        self._versions: dict[str, str] = {}
        self._events = self._objects = 0
        self._lag = 0.0
        self._last_event: float | None = None  # monotonic
        self._begun = False
        self._in_turn = threading.Lock()
        self._event_rules_due_at = 0.0  # monotonic

    def __str__(self) -> str:
        return f"The watch of {self.fabric}"

    def start(self) -> None:
        """Find out what is served; the turns do the rest."""
        self._probe.start()

    def stop(self) -> None:
        """Ask it and its streams to end; they do within a moment. From any thread, any number of times."""
        self._signals.stopping.set()
        for end in (self._probe.stop, self._streams.stop, self._cluster.close):
            with contained(f"{self}: its end"):
                end()

    def broke(self, error: BaseException) -> None:
        """End it because of an exception that nobody foresaw. From any thread, any number of times.

        The supervisor lets go of it, gives the lease back, and takes the fabric up again later.
        """
        self._signals.broke(error)

    @property
    def ended(self) -> bool:
        """Whether it does nothing any more though nobody asked for that."""
        return self._lease_lost or self.failure is not None

    @property
    def failure(self) -> Failure | None:
        """Why it ended, where nobody asked for that."""
        return self._signals.failure

    def join(self, seconds: float) -> None:
        """Wait for the end of a turn, for some seconds at the most."""
        if self._in_turn.acquire(timeout=max(0.0, seconds)):
            self._in_turn.release()

    def tick(self) -> None:
        """Have a turn if it is time to look at the streams; from any thread."""
        self._signals.tick()

    def turn(self) -> bool:
        """Write one batch, and tend the streams when it is time; whether more has come.

        What it raises, whatever it is, is for ``broke``.
        """
        with self._in_turn:
            if self._signals.stopping.is_set():
                return False
            try:
                self._turn()
            except LeaseLost:
                self._lease_lost = True
                logger.warning("%s is not this process's to watch any more.", self.fabric)
                self.stop()
                return False
            return bool(self._buffer)

    def snapshot(self) -> WatchSnapshot:
        """How the watch is at this moment; from any thread."""
        streams, probe = self._streams, self._probe
        opened = list(streams.open.values())
        return WatchSnapshot(
            fabric=str(self.fabric),
            probe_error=probe.error,
            answered_at=probe.answered,
            failed_at=probe.failed,
            streams=len(opened),
            connected=sum(stream.connected for stream in opened),
            stream_errors=tuple(stream.error for stream in opened if stream.error),
            waiting=frozenset(streams.waiting.copy()),
            gap_causes=tuple(streams.causes.copy().values()),
            refused=streams.refused.copy(),
            versions=self._versions,
            events=self._events,
            objects=self._objects,
            lag=self._lag,
            oldest_buffered_at=self._buffer.oldest,
            last_event_at=self._last_event,
            failure=self.failure,
        )

    def _turn(self) -> None:
        if not self._begun:
            self._retry(self._streams.begin)
            self._begun = True
        if batch := self._buffer.take(EVENTS_PER_TURN):
            self._retry(lambda: self._write(batch))
        if self._signals.take_streams_due():
            self._retry(self._tend_streams)

    def _write(self, batch: list[Arrival]) -> None:
        self._objects += self._batches.write(batch)
        now = time.monotonic()
        if came := [arrival.at for arrival in batch if arrival.event.type is not EventType.BOOKMARK]:
            self._events += len(came)
            self._lag = now - min(came)
            self._last_event = now
        for arrival in batch:
            source = arrival.stream.source
            if self._streams.open.get(source) is arrival.stream:  # not of a stream that has ended in a gap since
                self._streams.written[source.key] = arrival.event.resource_version

    def _tend_streams(self) -> None:
        if time.monotonic() >= self._event_rules_due_at:
            self._batches.writer.events = wants_events()
            self._event_rules_due_at = time.monotonic() + EVENT_RULES_EVERY
        self._streams.look_after()
        throttle = self._batches.limiter
        if due := throttle.due():
            self._retry(lambda: self._write_throttled(due))
        if self._batches.orphans:
            self._retry_orphans()
        self._versions = versions_to_keep(self._streams.written, throttle.oldest())

    def _write_throttled(self, due: list[Arrival]) -> None:
        self._objects += self._batches.write(due)

    def _retry_orphans(self) -> None:
        """Look for what was deleted before it was stored as long as a sync is running that may be about to store it."""
        running = SyncRun.objects.filter(fabric=self.fabric, state=RunStateChoices.RUNNING).exists()
        self._batches.again()
        if not running:
            self._batches.orphans.clear()

    def _retry(self, operation: Callable[[], Any]) -> None:
        retry_while_unreachable(operation, self._signals.stopping, str(self.fabric))


def follow(fabric: Fabric, lease: WatchLease, target: Target, runtime: Runtime, *, anew: bool = False) -> Follower:
    """Make a follower of a fabric, and its parts before it; ``start`` begins.

    Args:
        fabric: The fabric to follow.
        lease: The right to follow it.
        target: Where its API server is, and how to log in.
        runtime: The threads that all followers of the process share.
        anew: Do not continue from where a watch left off: a sync reads the fabric whole first.
    """
    signals = Signals(runtime.turn_pool)
    buffer = Buffer(signals.wake)
    probe = Probe(target, signals.streams_changed)
    cluster = Cluster(target, **{**limits(), **probe_timeouts()})
    quota = ConnectQuota(runtime.connectors, cluster, signals.streams_changed)
    streams = Streams(fabric, probe, runtime.reader, quota, buffer, signals.streams_changed, signals.broke, anew=anew)
    batches = Batches(WatchWriter(fabric, lease), Throttle())
    follower = Follower(fabric, lease, signals, cluster, probe, buffer, streams, batches)
    signals.attach(follower)
    return follower
