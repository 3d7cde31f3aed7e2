"""The facts of fabrics, without what a user may not see. Every face uses it but the command, whose user sees all."""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace

from netbox_hedgehog.models import Fabric, FabricCondition
from netbox_hedgehog.queries.viewer import HIDDEN, Viewer
from netbox_hedgehog.sync import Fact, Facts, WatcherStatus, facts_for

__all__ = ("visible_facts",)


def visible_facts(fabrics: Iterable[Fabric], viewer: Viewer) -> dict[int, Facts]:
    """Compute the facts of fabrics for a reader, in a constant number of statements.

    Args:
        fabrics: The fabrics.
        viewer: The reader's rights.

    Returns:
        The facts by the fabric's primary key.
    """
    found = facts_for(fabrics)
    return found if viewer.sees_all else {key: _seen(facts, viewer) for key, facts in found.items()}


def _seen(facts: Facts, viewer: Viewer) -> Facts:
    return replace(
        facts,
        connection=_connection(facts.connection, viewer),
        freshness=facts.freshness.outlined,
        health=facts.health if viewer.sees_whole("Agent") else facts.health.outlined,
        sentence=facts.outline,
        schedule=facts.schedule.outlined,
        watching=facts.watching and _watching(facts.watching, viewer),
        conditions=tuple(_condition(each, viewer) for each in facts.conditions),
    )


def _connection(fact: Fact, viewer: Viewer) -> Fact:
    if fact.detail and not viewer.sees_message(fact.reason):
        return replace(fact, detail=HIDDEN, hint="", outline=None)
    return fact.outlined


def _watching(watching: WatcherStatus, viewer: Viewer) -> WatcherStatus:
    if not watching.row.error_message or viewer.sees_message(watching.row.error_code):
        return watching
    return watching.with_cause(HIDDEN)


def _condition(condition: FabricCondition, viewer: Viewer) -> FabricCondition:
    if not (condition.status and condition.message) or viewer.sees_message(condition.reason):
        return condition
    seen = copy(condition)
    seen.message = HIDDEN
    return seen
