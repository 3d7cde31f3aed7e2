"""One kind's stream: connects, reads, and goes on after whatever happens, until only a new list can help."""

import logging
import random
import threading
import time
from queue import Full, Queue
from typing import NamedTuple

from netbox_hedgehog.cluster import Cluster, ClusterError, ErrorCode, Event, Target, Watch
from netbox_hedgehog.sync.plan import newer
from netbox_hedgehog.sync.timeouts import limits
from netbox_hedgehog.sync.watch.source import Source

__all__ = ("Arrival", "Stream")

logger = logging.getLogger("netbox_hedgehog.watch")

SECONDS = (240, 300)  # that a stream is asked to last; drawn, so that not all end at once
FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0  # seconds between two tries to connect
OF_THE_KIND = {ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND}
WAIT_OF_THE_KIND = 60.0  # seconds; somebody has to grant or install something


class Arrival(NamedTuple):
    """An event, the stream it came by, and when (monotonic)."""

    stream: "Stream"
    event: Event
    at: float


class Stream(threading.Thread):
    """Follows SOURCE from VERSION and puts what comes into INBOX.

    ``connected``: the server has accepted the watch and nothing has gone wrong since. ``error``: what did. ``gap``: the
    version cannot be gone on from, the thread has ended, and what happened since is unknown.
    """

    def __init__(self, source: Source, target: Target, version: str, inbox: Queue) -> None:
        super().__init__(name=f"watch {source.key}", daemon=True)
        self.source, self.target, self.version, self.inbox = source, target, version, inbox
        self.connected = self.gap = False
        self.error: ClusterError | None = None
        self._stop_asked = threading.Event()
        self._watch: Watch | None = None
        self._suspicious = True  # whether the cluster may have been put back to an older state since the last event

    def stop(self) -> None:
        """Ask it to end; it does within a moment."""
        self._stop_asked.set()
        if watch := self._watch:
            watch.close()

    def run(self) -> None:
        wait = FIRST_WAIT
        while not self._stop_asked.is_set():
            begun = time.monotonic()
            try:
                with Cluster(self.target, **limits()) as cluster:
                    self._follow(cluster)
            except ClusterError as error:
                if self._stop_asked.is_set():
                    return
                if error.code == ErrorCode.EXPIRED:
                    logger.info("%s: %s", self.source.key, error.message)
                    self.gap, self.connected = True, False
                    return
                self._failed(error)
                lasted = time.monotonic() - begun > LONGEST_WAIT
                wait = FIRST_WAIT if lasted else min(2 * wait, LONGEST_WAIT)
                if not (error.code == ErrorCode.TIMED_OUT and lasted):  # a silent stream is begun again at once
                    self._pause(error, wait)

    def _follow(self, cluster: Cluster) -> None:
        """Read one stream after the other, each from where the last one ended, as long as they end as they should."""
        resource, namespace = self.source.task.resource, self.source.namespace
        while not self._stop_asked.is_set():
            begun = time.monotonic()
            if self._suspicious:
                self._compare_with_list(cluster)
            with cluster.watch(resource, namespace, self.version, random.randint(*SECONDS)) as watch:  # noqa: S311
                self._watch = watch
                self.connected, self.error = True, None
                for event in watch:
                    self._put(event)
            self._watch = None
            self._suspicious = False
            if time.monotonic() - begun < 1:
                self._stop_asked.wait(random.uniform(0.5, 1.5))  # noqa: S311  a server that ends streams at once

    def _compare_with_list(self, cluster: Cluster) -> None:
        """Raise ``expired`` where the cluster is behind what was seen of it: then its versions have gone back.

        A watch from a version of the future would be open and silent until that version has come.
        """
        page = next(cluster.list(self.source.task.resource, self.source.namespace, limit=1))
        if newer(self.version, page.resource_version):
            message = f"the cluster is at version {page.resource_version}, behind {self.version}: it was put back"
            raise ClusterError(ErrorCode.EXPIRED, message)

    def _put(self, event: Event) -> None:
        arrival = Arrival(self, event, time.monotonic())
        while not self._stop_asked.is_set():
            try:
                self.inbox.put(arrival, timeout=0.5)
            except Full:
                continue
            self.version = event.resource_version
            return

    def _failed(self, error: ClusterError) -> None:
        self.connected, self.error, self._suspicious = False, error, True
        logger.info("%s: %s: %s", self.source.key, error.code.value, error.message)

    def _pause(self, error: ClusterError, wait: float) -> None:
        longest = WAIT_OF_THE_KIND if error.code in OF_THE_KIND else max(wait, min(error.retry_after or 0, 60))
        self._stop_asked.wait(longest * random.uniform(0.5, 1))  # noqa: S311  jitter, not a secret
