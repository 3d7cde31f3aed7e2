"""The four facts of a fabric, computed here and nowhere else: connection, freshness, drift, health. Never stored."""

from netbox_hedgehog.sync.facts.compute import connection_of, facts_for, facts_of, freshness_of
from netbox_hedgehog.sync.facts.evidence import Evidence, of_the_cluster
from netbox_hedgehog.sync.facts.watching import Watching
from netbox_hedgehog.sync.facts.words import Fact, Facts

__all__ = (
    "Evidence",
    "Fact",
    "Facts",
    "Watching",
    "connection_of",
    "facts_for",
    "facts_of",
    "freshness_of",
    "of_the_cluster",
)
