"""Asks every few seconds, beside the streams, whether the cluster answers and what it serves."""

import logging
import threading
import time
from collections.abc import Callable

from netbox_hedgehog.cluster import ApiResource, Cluster, ClusterError, Discovery, ErrorCode, Target, unexpected
from netbox_hedgehog.sync.backoff import Backoff
from netbox_hedgehog.sync.cluster_settings import timeouts
from netbox_hedgehog.sync.watch.compartment import contained

__all__ = ("Probe", "probe_timeouts")

logger = logging.getLogger("netbox_hedgehog.watch")

# Between two requests. Longer and longer while the credential is refused, since each try may run a program that gets
# another one; the jitter keeps the probes of all fabrics from asking in one moment.
BACKOFF = Backoff(first=5.0, longest=30.0, jitter=0.2)
DISCOVER_EVERY = 120.0  # seconds; a new CRD is seen after this long, or as soon as a stream is told "not found"
LONGEST_ANSWER = 10.0  # seconds that an answer may take


def probe_timeouts() -> dict[str, float]:
    """The plugin's time-outs in seconds, but none longer than a watcher may wait."""
    return {name: min(LONGEST_ANSWER, seconds) for name, seconds in timeouts().items()}


class Probe(threading.Thread):
    """Asks one cluster whether it answers, in a thread of its own.

    Attributes:
        target: The cluster.
        resources: What is served; None until known.
        error: Why it does not answer; None while it does.
        answered: When it last answered, in seconds of the monotonic clock; None: never.
        failed: When it last did not.
    """

    def __init__(self, target: Target, changed: Callable[[], None]) -> None:
        """Make a probe of ``target``; ``changed`` is called when ``resources`` or ``error`` is another than before."""
        super().__init__(name=f"watch probe {target.host}", daemon=True)
        self.target = target
        self.resources: tuple[ApiResource, ...] | None = None
        self.error: ClusterError | None = None
        self.answered: float | None = None
        self.failed: float | None = None
        self._changed = changed
        self._stop_asked, self._wake = threading.Event(), threading.Event()
        self._discover_at = 0.0
        self._asked_at = float("-inf")
        self._refusals = 0  # one after the other

    def stop(self) -> None:
        self._stop_asked.set()
        self._wake.set()

    def discover_soon(self) -> None:
        """Discover again soon, because something that was served is not."""
        self._discover_at = 0.0
        self._wake.set()

    def ask_soon(self, since: float) -> None:
        """Find out soon whether the whole cluster fails, unless that is known.

        Args:
            since: When something went wrong, by the monotonic clock.
        """
        if self._asked_at < since:
            self._wake.set()

    def run(self) -> None:
        while not self._stop_asked.is_set():
            with contained(f"{self.target.host}: asking it", self._broke):
                self._keep_asking()

    def _keep_asking(self) -> None:
        """Until told to stop. What nobody foresaw ends it, and all is begun anew, connections too."""
        with Cluster(self.target, **probe_timeouts()) as cluster:
            while not self._stop_asked.is_set():
                self._ask_once(cluster)
                self._rest()

    def _ask_once(self, cluster: Cluster) -> None:
        before = self.resources, self.error
        self._asked_at = time.monotonic()
        try:
            self._ask(cluster)
            self._answered()
        except ClusterError as error:
            if error.code == ErrorCode.FORBIDDEN:  # an answer all the same
                self._answered()
            else:
                self._failed(error)
        if (self.resources, self.error) != before:
            self._changed()

    def _broke(self, error: BaseException) -> None:
        self._failed(unexpected(error))
        with contained(f"{self.target.host}: telling of it"):
            self._changed()
        self._rest()

    def _rest(self) -> None:
        self._wake.wait(BACKOFF.wait(self._refusals))
        self._wake.clear()

    def _answered(self) -> None:
        if self.error:
            logger.info("%s:%s answers again", self.target.host, self.target.port)
        self.answered, self.error, self._refusals = time.monotonic(), None, 0

    def _failed(self, error: ClusterError) -> None:
        if self.error is None or self.error.code != error.code:
            logger.warning("%s:%s: %s: %s", self.target.host, self.target.port, error.code.value, error.message)
        self._refusals = 0 if error.transient else self._refusals + 1
        self.failed, self.error = time.monotonic(), error

    def _ask(self, cluster: Cluster) -> None:
        if time.monotonic() < self._discover_at:
            cluster.version()
            return
        discovery = cluster.discover()
        if not discovery.resources and discovery.problems:
            raise discovery.problems[0].error
        if not discovery.resources:
            raise ClusterError(ErrorCode.NO_HEDGEHOG_CRDS, "The API server serves no kinds of *.githedgehog.com.")
        self.resources = self._known(discovery)
        self._discover_at = time.monotonic() + DISCOVER_EVERY

    def _known(self, discovery: Discovery) -> tuple[ApiResource, ...]:
        """The discovered kinds, and those known before of groups that could not be read."""
        failed = {problem.group for problem in discovery.problems}
        kept = tuple(resource for resource in self.resources or () if resource.group in failed)
        return (*discovery.resources, *kept)
