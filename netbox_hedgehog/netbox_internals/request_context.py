"""What NetBox keeps for the length of a request, and the plugin for the length of a run."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from netbox.context import current_request, events_queue, query_cache

__all__ = ("current_request", "events_queue", "lookups_cached")


@contextmanager
def lookups_cached() -> Iterator[None]:
    """Have NetBox look up object types and custom fields once, as it does in a request, not once an object."""
    token = query_cache.set(defaultdict(dict))
    try:
        yield
    finally:
        query_cache.reset(token)
