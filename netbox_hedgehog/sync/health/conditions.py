"""What is wrong with fabrics, kept so that each change of it is told of once, however many processes find it out.

Evaluated from the facts after each run's end, and for all fabrics in each tick of the schedule. A steady state writes
nothing. An edge is one conditional statement: of all who race, one gets the row back, and tells. Where that one is
killed before it has told, or Redis is away, whoever looks a minute later tells of what is still so.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection
from rq.timeouts import JobTimeoutException

from netbox_hedgehog.models import ConditionChoices, Fabric, FabricCondition
from netbox_hedgehog.sync.db.steps import words_of
from netbox_hedgehog.sync.health import of_the_cluster
from netbox_hedgehog.sync.health.notifications import Transition, notify
from netbox_hedgehog.sync.health.rules import Finding, findings

__all__ = ("evaluate", "evaluate_quietly", "evaluate_success", "store")

logger = logging.getLogger("netbox_hedgehog.sync")

TABLE = FabricCondition._meta.db_table
LATE = timedelta(minutes=1)  # whoever has found an edge tells within moments

GIVEN = (
    "unnest(%s::bigint[], %s::text[], %s::boolean[], %s::text[], %s::text[])"
    " AS g(fabric_id, type, status, reason, message)"
)
# Sorted, so that two who write several rows wait for each other instead of deadlocking. A fabric that is gone has none,
# and one that is being deleted is waited for.
# Who looked before the newest edge, and writes after it, tells of what is past: let the next look decide.
UPSERT_TRANSITION = f"""
INSERT INTO {TABLE} AS c (fabric_id, type, status, reason, message, changed_at, told)
    SELECT g.fabric_id, g.type, g.status, g.reason, g.message, statement_timestamp(), NOT g.status
    FROM {GIVEN} JOIN {Fabric._meta.db_table} f ON f.id = g.fabric_id ORDER BY g.fabric_id, g.type
    FOR KEY SHARE OF f
ON CONFLICT (fabric_id, type) DO UPDATE SET status = EXCLUDED.status, reason = EXCLUDED.reason,
    message = EXCLUDED.message, changed_at = EXCLUDED.changed_at, told = FALSE
    WHERE c.status <> EXCLUDED.status AND c.changed_at < %s
RETURNING fabric_id, type, status, changed_at, xmax = 0
"""  # noqa: S608  only names of our own make up the statement
# Whether it is told of an edge; of all who race, one gets the row back.
SET_NOTIFIED = f"""
UPDATE {TABLE} c SET told = %s
    FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS g(fabric_id, type, changed_at)
    WHERE c.fabric_id = g.fabric_id AND c.type = g.type AND c.changed_at = g.changed_at AND c.told <> %s
RETURNING c.fabric_id, c.type
"""  # noqa: S608
# What is still wrong may be wrong for another reason by now: that is no edge, and keeps its time.
UPDATE_REASON = f"""
UPDATE {TABLE} c SET reason = g.reason, message = g.message FROM {GIVEN}
    WHERE c.fabric_id = g.fabric_id AND c.type = g.type AND c.status AND g.status
    AND (c.reason, c.message) IS DISTINCT FROM (g.reason, g.message)
"""  # noqa: S608


def evaluate_quietly(fabrics: Iterable[Fabric]) -> None:
    """As ``evaluate``, for callers whose own work is done and must not be undone: the next tick makes up for it."""
    with _quietly():
        evaluate(fabrics)


def evaluate_success(fabric_id: int) -> None:
    """The same after a full run that succeeded, which can only end what was wrong: mostly that is nothing."""
    with _quietly():
        known = FabricCondition.objects.filter(fabric=fabric_id).order_by().values_list("status", flat=True)
        if sorted(known) != [False] * len(ConditionChoices.values()):
            evaluate(Fabric.objects.filter(pk=fabric_id))


@contextmanager
def _quietly() -> Iterator[None]:
    try:
        yield
    except JobTimeoutException:
        raise
    except Exception as error:
        logger.warning("Conditions were not evaluated: %s", words_of(error), exc_info=True)


def evaluate(fabrics: Iterable[Fabric]) -> list[Transition]:
    """Find out how FABRICS are, keep what has changed, tell NetBox's event rules of it; returns the edges.

    A constant number of statements. Call it outside of transactions: others must see what is told.
    """
    by_key = {fabric.pk: fabric for fabric in fabrics}
    evidence, differing, untold = of_the_cluster(list(by_key.values())), [], []
    for key, each in evidence.items():
        stored = {row.type: row for row in each.conditions}
        for found in findings(by_key[key], each):
            row = stored.get(found.type)
            if _differs(found, row):
                differing.append(found)
            if row and found.status == row.status and not row.told and each.now - row.changed_at > LATE:
                untold.append(Transition(found, row.changed_at))
    # Asked before the looks, so that whatever has changed since counts as newer than they are.
    edges = store(differing, min((each.now for each in evidence.values()), default=None))
    _mark(notify(edges))
    late = _mark(untold)
    told = notify(late)
    _mark([edge for edge in late if edge not in told], told=False)
    return edges


def _mark(edges: Sequence[Transition], *, told: bool = True) -> list[Transition]:
    """Keep whether event rules are TOLD of EDGES; returns those of which nobody else has kept it."""
    if not edges:
        return []
    keys = ([edge.finding.fabric.pk for edge in edges], [edge.finding.type for edge in edges])
    with connection.cursor() as cursor:
        cursor.execute(SET_NOTIFIED, [told, *keys, [edge.changed_at for edge in edges], told])
        marked = set(cursor.fetchall())
    return [edge for edge in edges if (edge.finding.fabric.pk, edge.finding.type) in marked]


def _differs(found: Finding, stored: FabricCondition | None) -> bool:
    if stored is None or stored.status != found.status:
        return True
    return found.status and (stored.reason, stored.message) != (found.reason, found.message)


def store(found: Sequence[Finding], seen_at: datetime | None) -> list[Transition]:
    """Keep what was FOUND at SEEN_AT; returns the edges that this call, and no other, has made."""
    if not found:
        return []
    columns = (
        [each.fabric.pk for each in found],
        [each.type for each in found],
        [each.status for each in found],
        [each.reason for each in found],
        [each.message for each in found],
    )
    with connection.cursor() as cursor:
        cursor.execute(UPSERT_TRANSITION, [*columns, seen_at])
        flipped = cursor.fetchall()
        cursor.execute(UPDATE_REASON, columns)
    by_key = {(each.fabric.pk, each.type): each for each in found}
    return [
        Transition(by_key[fabric_id, kind], changed_at)
        for fabric_id, kind, status, changed_at, new in flipped
        if status or not new  # that nothing is wrong with a new fabric is no news
    ]
