"""NetBox's heap out of the garbage collector's sight: a full collection walks all of it, and nothing else is done then.

A process that has loaded NetBox holds more than a million objects which live as long as it does. Each full collection
looks at every one of them, for 0.6 to 0.9 s in which no request is answered and no change is written.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ("freeze_heap", "frozen_heap")

FEW = 10_000  # objects; the interpreter itself has frozen some hundreds


def freeze_heap() -> None:
    """Call at the end of a process's start-up: what is there by then is never looked at again.

    Loads NetBox's URL patterns first, and with them views, forms, tables and serializers, which would come with the
    first request else. What is made from then on is collected as ever.
    """
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    gc.collect()  # what is garbage now would be kept for ever
    gc.freeze()


@contextmanager
def frozen_heap() -> Iterator[None]:
    """The same for a block, without loading or collecting anything: it costs microseconds.

    For a job, whose process has inherited the worker's heap. The worker itself is left alone, since it forks the jobs
    of others too.
    """
    mine = gc.get_freeze_count() < FEW  # else the process is frozen as a whole, and stays so
    gc.freeze()
    try:
        yield
    finally:
        if mine:
            gc.unfreeze()
