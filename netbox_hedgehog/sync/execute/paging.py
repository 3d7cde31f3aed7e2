"""Reading a fabric's objects, page by page, as long as the run may go on."""

import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from netbox_hedgehog.cluster import ApiResource, Cluster, ClusterError, ErrorCode, Page
from netbox_hedgehog.sync.backoff import Backoff

__all__ = ("gc_paused", "iter_pages")

PAGE = 500  # objects; what kubectl asks for
OVERLOAD_TRIES = 4  # for each page
# Of an overloaded server that does not say how long. One that asks for more than the longest gets its rest: the run
# ends, and the schedule tries again later.
OVERLOAD_BACKOFF = Backoff(first=1.0, longest=120.0)
MOST_LATER = 1.0  # seconds that chance adds to a wait, so that clients refused together do not come back together
CHECK_EVERY = 0.5  # seconds between two checks, in a wait, of whether the run may go on


def iter_pages(
    cluster: Cluster, resource: ApiResource, namespaces: Sequence[str], check: Callable[[], None], name: str = ""
) -> Iterator[Page]:
    """Every page of one kind's list.

    Args:
        cluster: Where to list.
        resource: The kind.
        namespaces: Namespaces to list one after the other; none: one list over all of them.
        check: Called after each page and while waiting; raises when the run has to stop.
        name: Only the object that has it: a list like any other, which proves as much.

    Raises:
        ClusterError: With code ``expired`` the caller starts the whole list again: half of one proves nothing.
    """
    for namespace in namespaces or (None,):
        overload = _Overload(check)
        for page in cluster.list(resource, namespace=namespace, limit=PAGE, name=name, again=overload.wait_out):
            overload.refusals = 0
            check()
            yield page


@dataclass
class _Overload:
    """Waits for a server that is overloaded, a few times for each page: a continue token is good for minutes."""

    check: Callable[[], None]
    refusals: int = 0  # in a row, of one page

    def wait_out(self, error: ClusterError) -> bool:
        """Whether to ask again, after a wait; False at once where ``error`` is another one or has come too often."""
        seconds = error.retry_after or OVERLOAD_BACKOFF.wait(self.refusals)
        self.refusals += 1
        too_long = seconds > OVERLOAD_BACKOFF.longest
        if error.code != ErrorCode.OVERLOADED or self.refusals >= OVERLOAD_TRIES or too_long:
            return False
        _wait(seconds + random.uniform(0, MOST_LATER), self.check)  # noqa: S311  jitter, not a secret
        return True


def _wait(seconds: float, check: Callable[[], None]) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        check()
        time.sleep(min(left, CHECK_EVERY))


@contextmanager
def gc_paused() -> Iterator[None]:
    """Parsing makes many objects and no cycles: the collector would walk them all again and again for nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
