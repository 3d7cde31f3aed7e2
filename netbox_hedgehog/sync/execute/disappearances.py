"""What a run lets go: after all its kinds are listed, so that the guards see the whole, and an approval all of it."""

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
    """What the complete list of TABLE's kind has shown, and which objects it did not have."""

    table: KindTable
    look: ListingResult


@dataclass
class Outcome:
    """FATES by table; what the guards REFUSED, and the objects that are HELD for it, each with the guard's code.

    THROUGH: whether a guard would have held objects that someone had approved to go.
    """

    fates: list[tuple[KindTable, Absences]]
    refused: list[Refusal]
    held: list[tuple[HeldKey, Stored, str]]
    through: bool


def limits_of(fabric: Fabric) -> Limits:
    """The guards as the fabric configures them."""
    return Limits(
        fabric.shrink_percent, fabric.shrink_count, fabric.removal_runs, fabric.removal_hours, fabric.kind_guards
    )


def decide(
    absent: Sequence[Absent], limits: Limits, now: datetime, approved: Iterable[HeldKey] = (), *, whole: bool
) -> Outcome:
    """What becomes of all that is ABSENT at NOW. Where guards object, APPROVED may go, if they object to nothing else.

    WHOLE: all kinds of the fabric were looked at, so that its own guard has a say. Of a kind that a guard objects to
    nothing goes, not even what was missing before: its list is what is doubted. The look is counted all the same.
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
    """Where one object was asked for and is not there it is missing. Removal is left to looks at the whole kind."""
    fates = [(each.table, Absences([row for row in each.look.gone if not row.missing_since])) for each in absent]
    return Outcome(fates, [], [], through=False)


def _held(absent: Sequence[Absent], codes: Mapping[str, str]) -> Iterator[tuple[HeldKey, Stored, str]]:
    for each in absent:
        if code := _code(codes, each.look.kind):
            for row in each.look.unconfirmed:
                yield HeldKey(each.look.kind, row.namespace, row.name, row.uid), row, code


def _code(codes: Mapping[str, str], kind: str) -> str:
    """The guard that keeps KIND, by CODES of kinds (empty: the whole fabric); empty where none does."""
    return codes.get(kind, codes.get("", ""))
