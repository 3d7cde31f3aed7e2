"""The four facts of a fabric, computed here and nowhere else: connection, freshness, drift, health. Never stored."""

from netbox_hedgehog.sync.health.evidence import Evidence, of_the_cluster
from netbox_hedgehog.sync.health.fact import Fact, Facts
from netbox_hedgehog.sync.health.facts import connection_of, facts_for, facts_of, freshness_of
from netbox_hedgehog.sync.health.watcher_status import WatcherStatus

__all__ = (
    "Evidence",
    "Fact",
    "Facts",
    "WatcherStatus",
    "connection_of",
    "facts_for",
    "facts_of",
    "freshness_of",
    "of_the_cluster",
)
