"""Decides what a run removes once all its kinds are listed, so that guards and approvals apply to all of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from netbox_hedgehog.models import Fabric
from netbox_hedgehog.sync.decide.changes import Stored
from netbox_hedgehog.sync.decide.guards import (
    Absences,
    HeldKey,
    Limits,
    ListingResult,
    Refusal,
    disappearances,
    refusals,
)
from netbox_hedgehog.sync.store.kind_table import KindTable

__all__ = ("Absent", "Outcome", "decide", "limits_of", "of_one_object")


@dataclass(frozen=True)
class Absent:
    """The complete list of a kind, and the stored objects that it did not have."""

    table: KindTable
    look: ListingResult


@dataclass
class Outcome:
    """What a run removes.

    Attributes:
        fates: What happens to the gone objects, by kind.
        refused: The refusals of the guards.
        held: The objects whose removal is held, each with its row and the guard's code.
        through: Whether a guard would have held objects whose removal was approved.
    """

    fates: list[tuple[KindTable, Absences]]
    refused: list[Refusal]
    held: list[tuple[HeldKey, Stored, str]]
    through: bool


def limits_of(fabric: Fabric) -> Limits:
    """The guards that a fabric configures."""
    return Limits(
        fabric.shrink_percent, fabric.shrink_count, fabric.removal_runs, fabric.removal_hours, fabric.kind_guards
    )


def decide(
    absent: Sequence[Absent], limits: Limits, now: datetime, approved: Iterable[HeldKey] = (), *, whole: bool
) -> Outcome:
    """Decide what happens to all gone objects of a run.

    If a guard refuses a kind, nothing of it is removed, not even what was missing before: its list is what is in doubt.
    The run counts all the same as one that did not find the objects.

    Args:
        absent: One entry for each kind that was listed completely.
        limits: The fabric's guards.
        now: When the run began, by the database's clock.
        approved: Objects whose removal somebody approved; they go if the guards hold nothing else.
        whole: Whether all kinds of the fabric were listed, so that the fabric's own guard applies.
    """
    refused = refusals([each.look for each in absent], limits, whole=whole)
    codes = {refusal.kind: refusal.code for refusal in refused}
    held = list(_held(absent, codes))
    if held and {one for one, _, _ in held} <= set(approved):
        refused, codes, held, through = [], {}, [], True
    else:
        through = False
    fates = [
        (
            each.table,
            Absences(held=list(each.look.gone))
            if _code(codes, each.look.kind)
            else disappearances(each.look.gone, limits, now),
        )
        for each in absent
    ]
    return Outcome(fates, refused, held, through)


def of_one_object(absent: Sequence[Absent]) -> Outcome:
    """Decide for a run of one object: if it is gone it becomes missing. Only runs of its whole kind remove it."""
    fates = [(each.table, Absences([row for row in each.look.gone if not row.missing_since])) for each in absent]
    return Outcome(fates, [], [], through=False)


def _held(absent: Sequence[Absent], codes: Mapping[str, str]) -> Iterator[tuple[HeldKey, Stored, str]]:
    for each in absent:
        if code := _code(codes, each.look.kind):
            for row in each.look.unconfirmed:
                yield HeldKey(each.look.kind, row.namespace, row.name, row.uid), row, code


def _code(codes: Mapping[str, str], kind: str) -> str:
    """The code of the guard that refuses a kind, by its own guard or the fabric's; empty if none does."""
    return codes.get(kind, codes.get("", ""))
