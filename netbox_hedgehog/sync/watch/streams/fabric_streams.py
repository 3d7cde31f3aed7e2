"""Which streams a fabric has, where each begins, and what is done where one cannot go on: a full sync is asked for."""

import time
from collections.abc import Callable
from datetime import datetime

from netbox_hedgehog.cluster import ApiResource, ClusterError, ErrorCode
from netbox_hedgehog.models import Fabric, KindObservation, RunTriggerChoices, SyncRun, Watcher
from netbox_hedgehog.sync.backoff import Backoff
from netbox_hedgehog.sync.db.clock import database_time
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.store.kind_table import kind_tables
from netbox_hedgehog.sync.watch.compartment import contained
from netbox_hedgehog.sync.watch.probe import Probe
from netbox_hedgehog.sync.watch.streams.buffer import Buffer
from netbox_hedgehog.sync.watch.streams.connectors import ConnectQuota
from netbox_hedgehog.sync.watch.streams.reader import Reader
from netbox_hedgehog.sync.watch.streams.source import Source
from netbox_hedgehog.sync.watch.streams.stream import KIND_REFUSED, Stream

__all__ = ("Streams",)

GATHER = 1.0  # seconds in which gaps of other streams may join one request for a sync
CALM = 60.0  # seconds without a need for a sync, after which the next gap is seen to at once again
BACKOFF = Backoff(first=1.0, longest=300.0, jitter=0.2)  # between two requests for a sync, where gap follows gap
ASK_AGAIN = 30.0  # seconds after which a sync is asked for again that has not closed the gap

type Kind = tuple[str, str]  # API group and kind


class Streams:
    """``fabric``'s streams into ``buffer``. All methods are called by one thread at a time; others may read the
    dictionaries.

    ``changed`` is called, by any thread, when there is something to look after; ``broken``, with the exception, where
    the end of a stream went wrong. ``anew``: what was left off is not gone on from, a sync has to read all first.

    ``open``: the streams there are. ``waiting``: sources that wait for a sync that begins after the time they have.
    ``causes``: why, where it is not the server that has forgotten. ``refused``: those of them that the sync could not
    read either. ``written``: how far each source has been written.
    """

    def __init__(
        self,
        fabric: Fabric,
        probe: Probe,
        reader: Reader,
        quota: ConnectQuota,
        buffer: Buffer,
        changed: Callable[[], None],
        broken: Callable[[BaseException], None],
        *,
        anew: bool = False,
    ) -> None:
        self.fabric, self.probe, self.reader, self.quota = fabric, probe, reader, quota
        self._put, self._changed, self._broken = buffer.put, changed, broken
        self._anew = anew
        self.open: dict[Source, Stream] = {}
        self.waiting: dict[Source, datetime] = {}
        self.causes: dict[Source, ClusterError] = {}
        self.refused: dict[Source, KindObservation] = {}
        self.written: dict[str, str] = {}
        self._left_off: dict[str, str] = {}
        self._read_since: dict[Kind, str] = {}  # versions of lists that are younger than what was left off
        self._read_before: dict[Kind, str] = {}
        self._served: tuple[ApiResource, ...] | None = None
        self._ask_at: float | None = None
        self._asked_at = self._not_before = float("-inf")
        self._requests_before = 0  # for a sync, in a row
        self._was_away = False

    def begin(self) -> None:
        """Find out where the last holder of the watch, and the last sync, stopped."""
        if self._anew:
            return
        row = Watcher.objects.get(fabric=self.fabric)
        self._left_off = dict(row.versions)
        for kind, observation in self._observations(complete_at__isnull=False).items():
            since = row.last_event is None or observation.complete_at > row.last_event
            (self._read_since if since else self._read_before)[kind] = observation.resource_version

    def stop(self) -> None:
        """Ask all streams to end."""
        for stream in list(self.open.values()):
            with contained(f"{stream}: being stopped"):
                stream.stop()

    def look_after(self) -> None:
        """Open and close streams as kinds come and go, and see to those that cannot go on."""
        if self.probe.resources is not None and self.probe.resources is not self._served:
            self._serve(self.probe.resources)
        self._notice_gaps()
        self._notice_return()
        if self.probe.error is None:  # else they would only find out one after the other
            now = time.monotonic()
            self.quota.open([stream for stream in self.open.values() if stream.due <= now])
        if self._ask_at is not None and time.monotonic() >= self._ask_at:
            self._ask()
        if self.waiting:
            self._go_on()

    def _serve(self, resources: tuple[ApiResource, ...]) -> None:
        """Follow what is served now. What has come since the beginning, or gone, is a sync's business first."""
        first, self._served = self._served is None, resources
        namespaces = self.fabric.namespaces or [None]
        served = [table for table in kind_tables(resources) if "watch" in table.resource.verbs]
        wanted = [Source(table, namespace) for table in served for namespace in namespaces]
        for source in {*self.open, *self.waiting} - set(wanted):
            self._drop(source)
            self._ask_soon()
        for source in wanted:
            if source not in self.open and source not in self.waiting:
                version = self._known_version(source) if first else ""
                self._start(source, version) if version else self._wait_for_sync(source)

    def _known_version(self, source: Source) -> str:
        kind = source.table.resource.group, source.table.resource.kind
        left_off = self._left_off.get(source.key, "")
        return self._read_since.get(kind, "") or left_off or self._read_before.get(kind, "")

    def _start(self, source: Source, version: str) -> None:
        self.written[source.key] = version
        self.open[source] = Stream(
            source, version, self.reader, self._put, self._changed, self._broken, str(self.fabric)
        )

    def _drop(self, source: Source) -> None:
        if stream := self.open.pop(source, None):
            stream.stop()
        self.waiting.pop(source, None)
        self.causes.pop(source, None)
        self.refused.pop(source, None)
        self.written.pop(source.key, None)

    def _notice_gaps(self) -> None:
        for source, stream in list(self.open.items()):
            if stream.gap:
                self._drop(source)
                self._wait_for_sync(source)
                if stream.error:
                    self.causes[source] = stream.error
            elif stream.error and self.probe.error is None:
                if stream.error.code == ErrorCode.NOT_FOUND:
                    self.probe.discover_soon()
                elif stream.error.code not in KIND_REFUSED:
                    self.probe.ask_soon(stream.failed_at)

    def _notice_return(self) -> None:
        """Read everything again after a server was away: it may have come back with an older state."""
        if self.probe.error is not None:
            self._was_away = self._was_away or self.probe.error.transient
        elif self._was_away:
            self._was_away = False
            self._ask_soon()

    def _wait_for_sync(self, source: Source) -> None:
        self.waiting[source] = database_time()
        self._ask_soon()

    def _ask_soon(self) -> None:
        soon = max(time.monotonic() + GATHER, self._not_before)
        self._ask_at = soon if self._ask_at is None else min(self._ask_at, soon)

    def _ask(self) -> None:
        """Request one full run for all gaps, unless one is to come anyway; again where it has not closed them."""
        self._rest_before_the_next()
        self._ask_at = max(self._asked_at + ASK_AGAIN, self._not_before) if self.waiting else None
        since = min(self.waiting.values(), default=None)
        coming = SyncRun.objects.reads().whole_fabric().active().filter(fabric=self.fabric)
        if since is None or not coming.filter(created__gte=since).exists():
            request_sync(self.fabric, RunTriggerChoices.WATCH, requester="watcher")

    def _rest_before_the_next(self) -> None:
        """Ask less and less often where one gap follows the other: a server may make them at will, and syncs cost."""
        now = time.monotonic()
        calm = now > self._not_before + CALM
        self._requests_before = 0 if calm else self._requests_before + 1
        self._asked_at, self._not_before = now, now + BACKOFF.wait(self._requests_before)

    def _go_on(self) -> None:
        """Start the streams that waited from the lists of a sync that began after their gap."""
        observations = self._observations(looked_at__gte=min(self.waiting.values()))
        for source, since in list(self.waiting.items()):
            observation = observations.get((source.table.resource.group, source.table.resource.kind))
            if observation is None or observation.looked_at < since:
                continue
            if observation.complete_at and observation.complete_at >= since and observation.resource_version:
                self._drop(source)
                self._start(source, observation.resource_version)
            else:
                self.refused[source] = observation
        if self.waiting.keys() == self.refused.keys():
            self._ask_at = None  # the schedule asks again for what nobody may read

    def _observations(self, **which: object) -> dict[Kind, KindObservation]:
        observations = KindObservation.objects.filter(fabric=self.fabric, **which)
        return {(observation.api_group, observation.kind): observation for observation in observations}
