"""NetBox's global search as rows that are written in bulk; NetBox itself serves single saves and whole models."""

from extras.models import CachedValue
from netbox.registry import registry
from netbox.search import SearchIndex
from netbox.search.backends import CachedValueSearchBackend, SearchBackend, search_backend
from netbox.search.utils import get_indexer

__all__ = ("CachedValue", "caches_values", "get_indexer", "registered_index", "search_backend")


def caches_values(backend: SearchBackend) -> bool:
    """Whether ``backend`` is NetBox's own (rows of ``CachedValue``); another backend has to be told of each object."""
    return type(backend) is CachedValueSearchBackend


def registered_index(label: str) -> type[SearchIndex]:
    """The search index of the model called ``label`` (``app.model``), also while migrations run."""
    return registry["search"][label]
