"""The stream of one kind: opened, read, and reopened whatever happens, until only a new list can help."""

import logging
import random
import time
from collections.abc import Callable
from typing import NamedTuple

from netbox_hedgehog.cluster import Cluster, ClusterError, ErrorCode, Event, Watch
from netbox_hedgehog.sync.backoff import Backoff
from netbox_hedgehog.sync.decide.changes import is_newer
from netbox_hedgehog.sync.watch.streams.reader import Reader
from netbox_hedgehog.sync.watch.streams.source import Source

__all__ = ("KIND_REFUSED", "Arrival", "Stream")

logger = logging.getLogger("netbox_hedgehog.watch")

SECONDS = (240, 300)  # that a stream is asked to last; drawn, so that not all end at once
SILENCE = 90.0  # seconds without a byte; API servers send a bookmark a minute
BACKOFF = Backoff(first=0.5, longest=10.0, jitter=0.5)  # between two tries to connect
KIND_REFUSED = {ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND}  # of one kind; the cluster itself answers
# What a line may be that cannot be read: the stream would end at it each time, but a list may be behind it.
UNREADABLE = {ErrorCode.BAD_ANSWER, ErrorCode.ANSWER_CUT, ErrorCode.INTERNAL}
TRIES_AT_ONE_VERSION = 3  # at what is unreadable, until a newer look is asked for
KIND_REFUSED_WAIT = 60.0  # seconds; somebody has to grant or install something
MOST_ASKED_FOR = 60.0  # seconds of a Retry-After that are heeded
NEVER = float("inf")


class Arrival(NamedTuple):
    """An event, the stream it came by, and when (monotonic)."""

    stream: "Stream"
    event: Event
    at: float


class Stream:
    """Follows ``source`` from ``version``; ``open`` it when it is ``due`` (monotonic). ``put`` takes what comes, where
    it has room.

    ``connected``: the server has accepted the watch and nothing has gone wrong since. ``error``: what did, at
    ``failed_at`` (monotonic). ``gap``: the version cannot be gone on from, and what happened since is unknown. A stream
    is opened by one thread, read by another and looked at by a third. ``changed`` is called by the first two when they
    are through with it; ``broken``, with the exception, where even its end went wrong. ``whose`` names its fabric in
    the log.
    """

    def __init__(
        self,
        source: Source,
        version: str,
        reader: Reader,
        put: Callable[[Arrival], bool],
        changed: Callable[[], None],
        broken: Callable[[BaseException], None],
        whose: str = "",
    ) -> None:
        self.source, self.version = source, version
        self.connected = self.gap = False
        self.error: ClusterError | None = None
        self.due = self.failed_at = 0.0
        self._reader, self._put, self._changed, self._broken = reader, put, changed, broken
        self._whose = whose
        self._stuck_at, self._stuck = "", 0  # the version at which what came could not be read, and how often
        self._watch: Watch | None = None
        self._stopped = False
        self._begun = 0.0
        self._failures = 0  # in a row, before the newest one
        self._suspicious = True  # whether the cluster may have been put back to an older state since the last event

    def __str__(self) -> str:
        return f"{self._whose}: {self.source.key}" if self._whose else self.source.key

    def stop(self) -> None:
        """End the stream; none of its events is taken any more. From any thread."""
        self._stopped = True
        if watch := self._watch:
            watch.close()

    def open(self, cluster: Cluster) -> None:
        """Connect, which can take as long as the cluster's time-outs, and start reading."""
        self._begun = time.monotonic()
        resource, namespace = self.source.table.resource, self.source.namespace
        try:
            if self._suspicious:
                self._compare_with_list(cluster)
            seconds = random.randint(*SECONDS)  # noqa: S311
            watch = cluster.watch(resource, namespace, self.version, seconds, SILENCE)
        except ClusterError as error:
            self.failed(error)
            return
        self._watch, self.due = watch, NEVER
        self.connected, self.error = True, None
        if self._stopped:
            watch.close()
        try:
            self._reader.add(watch, self)
        except BaseException:
            self._watch = None
            watch.__exit__(None, None, None)
            raise

    def take(self, event: Event) -> bool:
        if not self._stopped:
            if not self._put(Arrival(self, event, time.monotonic())):
                return False
            self.version = event.resource_version
        return True

    def ended(self, error: ClusterError | None) -> None:
        self._watch = None
        if error:
            self._count_unreadable(error)
            self.failed(error)
        else:
            self._suspicious = False
            at_once = time.monotonic() - self._begun < 1
            # Jitter, not a secret: a server that ends streams as soon as they begin is not to be asked all the time.
            self.due = time.monotonic() + (random.uniform(0.5, 1.5) if at_once else 0)  # noqa: S311
        self._changed()

    def broke(self, error: BaseException) -> None:
        self._broken(error)

    def _count_unreadable(self, error: ClusterError) -> None:
        """A line that nobody can read stays where it is: after a few tries only a newer look leads past it."""
        if error.code not in UNREADABLE:
            return
        self._stuck = self._stuck + 1 if self._stuck_at == self.version else 1
        self._stuck_at = self.version
        if self._stuck >= TRIES_AT_ONE_VERSION:
            logger.warning("%s: what comes after version %s cannot be read: %s", self, self.version, error.message)
            self.gap = True

    def _compare_with_list(self, cluster: Cluster) -> None:
        """Check that the cluster is not behind what was seen of it.

        A watch from a version in the future would be open and silent until the cluster reaches that version.

        Raises:
            ClusterError: With the code expired, if its versions have gone back.
        """
        page = next(cluster.list(self.source.table.resource, self.source.namespace, limit=1))
        if is_newer(self.version, page.resource_version):
            message = f"the cluster is at version {page.resource_version}, behind {self.version}: it was put back"
            raise ClusterError(ErrorCode.EXPIRED, message)

    def failed(self, error: ClusterError) -> None:
        """It could not be opened, or ended in ``error``: say so, and find out when it is due again."""
        self.connected = False
        if self._stopped:
            return
        if error.code == ErrorCode.EXPIRED:
            logger.info("%s: %s", self, error.message)
            self.gap = True
            return
        self.failed_at = time.monotonic()
        self.error, self._suspicious = error, True
        logger.info("%s: %s: %s", self, error.code.value, error.message)
        lasted = time.monotonic() - self._begun > BACKOFF.longest
        self._failures = 0 if lasted else self._failures + 1
        silent = lasted and error.code == ErrorCode.TIMED_OUT  # is begun again at once
        self.due = time.monotonic() + (0 if silent else self._pause(error))

    def _pause(self, error: ClusterError) -> float:
        if error.code in KIND_REFUSED:
            return BACKOFF.wait(self._failures, at_least=KIND_REFUSED_WAIT)
        return BACKOFF.wait(self._failures, at_least=min(error.retry_after or 0.0, MOST_ASKED_FOR))
