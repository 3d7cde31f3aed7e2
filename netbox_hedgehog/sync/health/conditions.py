"""Each fabric's conditions, stored so that event rules are notified of each transition exactly once.

Conditions are evaluated from the facts at the end of each run, and for all fabrics in each tick of the schedule. A
steady state writes nothing. A transition is one conditional statement: when several processes find the same one, only
the one that gets the row back sends the notification. If that process is killed before it has sent it, or Redis cannot
be reached, the next evaluation after a minute sends it, provided that the condition still holds.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection
from rq.timeouts import JobTimeoutException

from netbox_hedgehog.models import ConditionChoices, Fabric, FabricCondition
from netbox_hedgehog.sync.db.bulk import INSERTED
from netbox_hedgehog.sync.db.steps import words_of
from netbox_hedgehog.sync.health import of_the_cluster
from netbox_hedgehog.sync.health.notifications import Transition, notify
from netbox_hedgehog.sync.health.rules import Finding, findings

__all__ = ("evaluate", "evaluate_quietly", "evaluate_success", "store")

logger = logging.getLogger("netbox_hedgehog.sync")

TABLE = FabricCondition._meta.db_table
NOTIFY_AFTER = timedelta(minutes=1)  # by then, the process that found the transition has sent it or is dead

GIVEN = (
    "unnest(%s::bigint[], %s::text[], %s::boolean[], %s::text[], %s::text[])"
    " AS g(fabric_id, type, status, reason, message)"
)
# Sorted, so that two processes that write several rows wait for each other instead of deadlocking. FOR KEY SHARE waits
# for a fabric that is being deleted, and the join leaves out one that no longer exists.
# The update is skipped if our evidence is older than the stored transition; the next evaluation will decide.
UPSERT_TRANSITION = f"""
INSERT INTO {TABLE} AS c (fabric_id, type, status, reason, message, changed_at, notified)
    SELECT g.fabric_id, g.type, g.status, g.reason, g.message, statement_timestamp(), NOT g.status
    FROM {GIVEN} JOIN {Fabric._meta.db_table} f ON f.id = g.fabric_id ORDER BY g.fabric_id, g.type
    FOR KEY SHARE OF f
ON CONFLICT (fabric_id, type) DO UPDATE SET status = EXCLUDED.status, reason = EXCLUDED.reason,
    message = EXCLUDED.message, changed_at = EXCLUDED.changed_at, notified = FALSE
    WHERE c.status <> EXCLUDED.status AND c.changed_at < %s
RETURNING fabric_id, type, status, changed_at, {INSERTED}
"""  # noqa: S608  only names of our own make up the statement
# Whether event rules were notified of a transition. Of several processes that set it, one gets the row back.
SET_NOTIFIED = f"""
UPDATE {TABLE} c SET notified = %s
    FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS g(fabric_id, type, changed_at)
    WHERE c.fabric_id = g.fabric_id AND c.type = g.type AND c.changed_at = g.changed_at AND c.notified <> %s
RETURNING c.fabric_id, c.type
"""  # noqa: S608
# The reason of a condition can change while it stays true: that is no transition, and ``changed_at`` stays.
UPDATE_REASON = f"""
UPDATE {TABLE} c SET reason = g.reason, message = g.message FROM {GIVEN}
    WHERE c.fabric_id = g.fabric_id AND c.type = g.type AND c.status AND g.status
    AND (c.reason, c.message) IS DISTINCT FROM (g.reason, g.message)
"""  # noqa: S608


def evaluate_quietly(fabrics: Iterable[Fabric]) -> None:
    """Like ``evaluate``, but logs errors instead of raising: the caller's work is committed, and the next tick retries.

    Args:
        fabrics: The fabrics to evaluate.

    Raises:
        JobTimeoutException: RQ's time limit of the job that calls it, which no code may swallow.
    """
    with _quietly():
        evaluate(fabrics)


def evaluate_success(fabric_id: int) -> None:
    """Evaluate a fabric after a full run that succeeded; logs errors instead of raising.

    Such a run can only end conditions. If all are stored as false, which is the rule, nothing else is read.

    Args:
        fabric_id: The fabric's primary key.
    """
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
    """Evaluate the conditions of fabrics, store what changed, and notify NetBox's event rules.

    Takes a constant number of statements. Call it outside of a transaction: receivers must be able to read the rows
    that they are notified of.

    Args:
        fabrics: The fabrics to evaluate.

    Returns:
        The transitions that this call has stored, whether or not event rules could be notified of them.
    """
    by_key = {fabric.pk: fabric for fabric in fabrics}
    evidence, differing, pending = of_the_cluster(list(by_key.values())), [], []
    for key, each in evidence.items():
        stored = {row.type: row for row in each.conditions}
        for found in findings(by_key[key], each):
            row = stored.get(found.type)
            if _differs(found, row):
                differing.append(found)
            if row and found.status == row.status and not row.notified and each.now - row.changed_at > NOTIFY_AFTER:
                pending.append(Transition(found, row.changed_at))
    # ``now`` was read before the evidence, so that a transition stored since then counts as newer than the evidence.
    transitions = store(differing, min((each.now for each in evidence.values()), default=None))
    _set_notified(notify(transitions))
    late = _set_notified(pending)
    sent = notify(late)
    _set_notified([each for each in late if each not in sent], notified=False)
    return transitions


def _set_notified(transitions: Sequence[Transition], *, notified: bool = True) -> list[Transition]:
    """Store whether event rules were notified; returns the transitions whose row this call, and no other, changed."""
    if not transitions:
        return []
    keys = ([each.finding.fabric.pk for each in transitions], [each.finding.type for each in transitions])
    with connection.cursor() as cursor:
        cursor.execute(SET_NOTIFIED, [notified, *keys, [each.changed_at for each in transitions], notified])
        changed = set(cursor.fetchall())
    return [each for each in transitions if (each.finding.fabric.pk, each.finding.type) in changed]


def _differs(found: Finding, stored: FabricCondition | None) -> bool:
    if stored is None or stored.status != found.status:
        return True
    return found.status and (stored.reason, stored.message) != (found.reason, found.message)


def store(found: Sequence[Finding], seen_at: datetime | None) -> list[Transition]:
    """Store findings; of several processes that store the same transition, one gets it back.

    Args:
        found: The findings that differ from what is stored.
        seen_at: When their evidence was read, by the database's clock; None only if ``found`` is empty.

    Returns:
        The transitions that this call has made.
    """
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
        stored = cursor.fetchall()
        cursor.execute(UPDATE_REASON, columns)
    by_key = {(each.fabric.pk, each.type): each for each in found}
    return [
        Transition(by_key[fabric_id, type_], changed_at)
        for fabric_id, type_, status, changed_at, new in stored
        if status or not new  # a new fabric whose conditions are all false is no news
    ]
