"""Whether the cluster answers at all, and what it serves: asked every few seconds, beside the streams."""

import logging
import threading
import time

from netbox.plugins import get_plugin_config

from netbox_hedgehog.cluster import Cluster, ClusterError, Discovery, ErrorCode, Resource, Target

__all__ = ("Pulse",)

logger = logging.getLogger("netbox_hedgehog.watch")

INTERVAL = 5.0  # seconds between two questions
DISCOVER_EVERY = 120.0  # seconds; a new CRD is seen after this long, or as soon as a stream is told "not found"
PATIENCE = 10.0  # seconds that an answer may take


class Pulse(threading.Thread):
    """``resources``: what is served, None until known. ``error``: why it does not answer, None while it does."""

    def __init__(self, target: Target) -> None:
        super().__init__(name=f"pulse {target.host}", daemon=True)
        self.target = target
        self.resources: tuple[Resource, ...] | None = None
        self.error: ClusterError | None = None
        self.answered: float | None = None  # monotonic, as is "failed"
        self.failed: float | None = None
        self._stop_asked, self._wake = threading.Event(), threading.Event()
        self._discover_at = 0.0

    def stop(self) -> None:
        self._stop_asked.set()
        self._wake.set()

    def discover_soon(self) -> None:
        """Something is not served that was: look again."""
        self._discover_at = 0.0
        self._wake.set()

    def run(self) -> None:
        connect = get_plugin_config("netbox_hedgehog", "connect_timeout")
        read = min(PATIENCE, get_plugin_config("netbox_hedgehog", "read_timeout"))
        with Cluster(self.target, connect_timeout=connect, read_timeout=read) as cluster:
            while not self._stop_asked.is_set():
                try:
                    self._ask(cluster)
                    self.answered, self.error = time.monotonic(), None
                except ClusterError as error:
                    if error.code == ErrorCode.FORBIDDEN:  # an answer all the same
                        self.answered, self.error = time.monotonic(), None
                    else:
                        self.failed, self.error = time.monotonic(), error
                self._wake.wait(INTERVAL)
                self._wake.clear()

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

    def _known(self, discovery: Discovery) -> tuple[Resource, ...]:
        """What was found, and of groups that could not be asked what was known of them."""
        failed = {problem.group for problem in discovery.problems}
        kept = tuple(resource for resource in self.resources or () if resource.group in failed)
        return (*discovery.resources, *kept)
