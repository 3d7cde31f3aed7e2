"""Follows one fabric: its streams come in, one thread writes, and what is missed is made up for by a sync."""

import logging
import threading
import time
from datetime import datetime
from queue import Empty, Queue
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from netbox_hedgehog.cluster import EventType, Target
from netbox_hedgehog.models import Fabric, KindObservation, RunStateChoices, RunTriggerChoices, SyncRun, Watcher
from netbox_hedgehog.sync.changelog import wants_events
from netbox_hedgehog.sync.clock import database_time
from netbox_hedgehog.sync.request import request_sync
from netbox_hedgehog.sync.task import tasks
from netbox_hedgehog.sync.transitions import LeaseLost
from netbox_hedgehog.sync.watch.batch import Batches
from netbox_hedgehog.sync.watch.lease import WatchLease
from netbox_hedgehog.sync.watch.limit import Limiter
from netbox_hedgehog.sync.watch.pulse import Pulse
from netbox_hedgehog.sync.watch.report import report, versions_to_keep
from netbox_hedgehog.sync.watch.source import Source
from netbox_hedgehog.sync.watch.stream import Arrival, Stream
from netbox_hedgehog.sync.watch.write import WatchWriter

__all__ = ("Follower",)

logger = logging.getLogger("netbox_hedgehog.watch")

BATCH = 200  # events written at once
INBOX = 5000  # events that may wait; then the streams wait too, and the memory stays flat
TICK = 0.25  # seconds between two looks at the streams while nothing comes
GATHER = 1.0  # seconds in which gaps of other streams may join one request for a sync
ASK_AGAIN = 30.0  # seconds after a requested sync ended without closing the gap
RULES_EVERY = 30.0  # seconds between two looks at whether there are event rules


class Follower(threading.Thread):
    """Follows FABRIC while LEASE is held and until ``stop`` is called. ``lost``: the lease was lost."""

    def __init__(self, fabric: Fabric, lease: WatchLease, target: Target) -> None:
        super().__init__(name=f"watch of {fabric}", daemon=True)
        self.fabric, self.lease, self.target = fabric, lease, target
        self.inbox: Queue[Arrival] = Queue(INBOX)
        self.pulse = Pulse(target)
        self.limiter = Limiter()
        self.writer = WatchWriter(fabric, lease)
        self.batches = Batches(self.writer, self.limiter)
        self.streams: dict[Source, Stream] = {}
        self.waiting: dict[Source, datetime] = {}  # for a sync that begins after this
        self.refused: dict[Source, KindObservation] = {}  # waiting, and the sync could not read the kind either
        self.written: dict[str, str] = {}  # how far each source has been written
        self.versions: dict[str, str] = {}  # what whoever comes next may go on from
        self.events = self.objects = 0
        self.lag = 0.0
        self.last_event: float | None = None
        self.lost = False
        self._stop_asked = threading.Event()
        self._ask_at: float | None = None
        self._served: Any = None
        self._rules_at = 0.0
        self._tick_at = 0.0

    def stop(self) -> None:
        """Ask it and its streams to end; they do within a moment."""
        self._stop_asked.set()
        self.pulse.stop()
        for stream in list(self.streams.values()):
            stream.stop()

    def columns(self) -> dict[str, Any]:
        """What the Watcher row is to tell now; called from another thread."""
        return report(self)

    def run(self) -> None:
        self.pulse.start()
        try:
            self._until_database_answers(self._begin)
            while not self._stop_asked.is_set():
                self._round()
        except LeaseLost:
            self.lost = True
            logger.warning("%s is watched by another process by now.", self.fabric)
        finally:
            self.stop()
            connection.close()

    def _round(self) -> None:
        batch = self._next_batch()
        if batch:
            self._until_database_answers(lambda: self._write(batch))
        if time.monotonic() >= self._tick_at:
            self._until_database_answers(self._tick)
            self._tick_at = time.monotonic() + TICK

    def _next_batch(self) -> list[Arrival]:
        """What has come: no waiting for more, since what comes during a write is the next batch."""
        batch: list[Arrival] = []
        try:
            batch.append(self.inbox.get(timeout=TICK))
            while len(batch) < BATCH:
                batch.append(self.inbox.get_nowait())
        except Empty:
            pass
        return batch

    def _write(self, batch: list[Arrival]) -> None:
        self.objects += self.batches.write(batch)
        now = time.monotonic()
        if came := [arrival.at for arrival in batch if arrival.event.type is not EventType.BOOKMARK]:
            self.events += len(came)
            self.lag = now - min(came)
            self.last_event = now
        for arrival in batch:
            self.written[arrival.stream.source.key] = arrival.event.resource_version

    def _until_database_answers(self, do: Any) -> None:
        """DO it, again and again while the database is away; the lease ends meanwhile, which is the truth."""
        wait = 0.2
        while not self._stop_asked.is_set():
            try:
                return do()
            except (OperationalError, InterfaceError) as error:
                logger.warning("%s: the database: %s", self.fabric, error)
                connection.close()
                self._stop_asked.wait(wait)
                wait = min(2 * wait, 5.0)
            except DatabaseError:
                connection.close()
                raise
        return None

    # --- what is followed

    def _begin(self) -> None:
        """From where the last holder, or the last sync, has left off."""
        row = Watcher.objects.get(fabric=self.fabric)
        looks = self._looks(complete_at__isnull=False)
        self.written = {key: version for key, version in row.versions.items() if version}
        self._start_from = {
            "looks": {
                key: look.resource_version
                for key, look in looks.items()
                if row.last_event is None or look.complete_at > row.last_event
            },
            "older": {key: look.resource_version for key, look in looks.items()},
        }

    def _tick(self) -> None:
        if time.monotonic() >= self._rules_at:
            self.writer.events = wants_events()
            self._rules_at = time.monotonic() + RULES_EVERY
        resources = self.pulse.resources
        if resources is not None and resources is not self._served:
            self._serve(resources)
        self._notice_gaps()
        if self.waiting:
            self._ask()
            self._go_on()
        if due := self.limiter.due():
            self.objects += self.batches.write(due)
        if self.batches.orphans:
            self.batches.again()
            if not SyncRun.objects.filter(fabric=self.fabric, state=RunStateChoices.RUNNING).exists():
                self.batches.orphans.clear()
        self.versions = versions_to_keep(self.written, self.limiter.oldest())

    def _serve(self, resources: Any) -> None:
        """Follow what is served now; what is new since the beginning, or gone, is a sync's business first."""
        first = self._served is None
        self._served = resources
        namespaces = self.fabric.namespaces or [None]
        served = [task for task in tasks(resources) if "watch" in task.resource.verbs]
        wanted = [Source(task, namespace) for task in served for namespace in namespaces]
        for source in {*self.streams, *self.waiting} - set(wanted):
            self._drop(source)
            self._ask_soon()
        for source in wanted:
            if source in self.streams or source in self.waiting:
                continue
            version = self._known_version(source) if first else None
            if version:
                self._start(source, version)
            else:
                self._wait_for_sync(source)

    def _known_version(self, source: Source) -> str | None:
        resource = source.task.resource
        key = resource.group, resource.kind
        newest, older = self._start_from["looks"], self._start_from["older"]
        return newest.get(key) or self.written.get(source.key) or older.get(key)

    def _start(self, source: Source, version: str) -> None:
        self.written[source.key] = version
        stream = self.streams[source] = Stream(source, self.target, version, self.inbox)
        stream.start()

    def _drop(self, source: Source) -> None:
        if stream := self.streams.pop(source, None):
            stream.stop()
        for known in (self.waiting, self.refused):
            known.pop(source, None)
        self.written.pop(source.key, None)

    # --- gaps

    def _notice_gaps(self) -> None:
        for source, stream in list(self.streams.items()):
            if stream.gap or not stream.is_alive():
                self._drop(source)
                self._wait_for_sync(source)
            elif stream.error and stream.error.code.value == "not_found" and self.pulse.error is None:
                self.pulse.discover_soon()

    def _wait_for_sync(self, source: Source) -> None:
        self.waiting[source] = database_time()
        self._ask_soon()

    def _ask_soon(self) -> None:
        soon = time.monotonic() + GATHER
        self._ask_at = soon if self._ask_at is None else min(self._ask_at, soon)

    def _ask(self) -> None:
        """Request one full run for all gaps; again only where it ended without closing one."""
        if self._ask_at is None or time.monotonic() < self._ask_at:
            return
        active = SyncRun.objects.filter(fabric=self.fabric, state__in=RunStateChoices.ACTIVE)
        oldest = min(self.waiting.values())
        if not active.filter(created__gte=oldest).exists():
            request_sync(self.fabric, RunTriggerChoices.WATCH, requester="watcher")
        self._ask_at = time.monotonic() + ASK_AGAIN

    def _go_on(self) -> None:
        """Start the streams that waited from the lists of a sync that began after their gap."""
        looks = self._looks(looked_at__gte=min(self.waiting.values()))
        for source, since in list(self.waiting.items()):
            resource = source.task.resource
            look = looks.get((resource.group, resource.kind))
            if look is None or look.looked_at < since:
                continue
            if look.complete_at and look.complete_at >= since and look.resource_version:
                self._drop(source)
                self._start(source, look.resource_version)
            else:
                self.refused[source] = look
        if not self.waiting or self.waiting.keys() == self.refused.keys():
            self._ask_at = None  # the schedule asks again for what nobody may read

    def _looks(self, **which: Any) -> dict[tuple[str, str], KindObservation]:
        looks = KindObservation.objects.filter(fabric=self.fabric, **which)
        return {(look.api_group, look.kind): look for look in looks}
