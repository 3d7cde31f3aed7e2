"""The four facts of a fabric, computed here and nowhere else: connection, freshness, drift, health. Never stored."""

from netbox_hedgehog.sync.facts.compute import facts_for, facts_of
from netbox_hedgehog.sync.facts.watching import Watching
from netbox_hedgehog.sync.facts.words import Fact, Facts

__all__ = ("Fact", "Facts", "Watching", "facts_for", "facts_of")
