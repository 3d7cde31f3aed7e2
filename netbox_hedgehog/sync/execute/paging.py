"""Reading a fabric's objects, page by page, as long as the run may go on."""

import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from netbox_hedgehog.cluster import ApiResource, Cluster, ClusterError, ErrorCode, Page

__all__ = ("gc_paused", "iter_pages")

PAGE = 500  # objects; what kubectl asks for
OVERLOAD_TRIES = 4  # for each page
LONGEST_WAIT = 120.0  # seconds; a server that asks for more gets its rest: the run ends, and is tried again later
TICK = 0.5  # seconds between two looks at whether to go on


def iter_pages(
    cluster: Cluster, resource: ApiResource, namespaces: Sequence[str], check: Callable[[], None], name: str = ""
) -> Iterator[Page]:
    """Every page of RESOURCE in NAMESPACES (none: in all of them); CHECK raises when the run has to stop.

    With a NAME only the object that has it: a list like any other, which proves as much.

    Raises ClusterError; with code ``expired`` the caller starts the whole list again, half of one proves nothing.
    """
    for namespace in namespaces or (None,):
        patience = _Patience(check)
        for page in cluster.list(resource, namespace=namespace, limit=PAGE, name=name, again=patience.again):
            patience.tried = 0
            check()
            yield page


@dataclass
class _Patience:
    """Waits for a server that is overloaded, a few times for each page: a token is good for minutes."""

    check: Callable[[], None]
    tried: int = 0

    def again(self, error: ClusterError) -> bool:
        self.tried += 1
        wait = error.retry_after or 2.0 ** (self.tried - 1)
        if error.code != ErrorCode.OVERLOADED or self.tried >= OVERLOAD_TRIES or wait > LONGEST_WAIT:
            return False
        _wait(wait, self.check)
        return True


def _wait(seconds: float, check: Callable[[], None]) -> None:
    """Wait as long as an overloaded server asked for, and a little longer, so that not all come back at once."""
    until = time.monotonic() + seconds + random.uniform(0, 1)  # noqa: S311  jitter, not a secret
    while (left := until - time.monotonic()) > 0:
        check()
        time.sleep(min(left, TICK))


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
