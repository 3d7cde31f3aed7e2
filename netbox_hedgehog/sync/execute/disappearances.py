"""Decides what a run removes once all its kinds are listed, so that guards and approvals apply to all of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

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

__all__ = ("Absent", "Disappearance", "HeldRow", "decide_disappearance", "limits_of", "one_object_missing")


@dataclass(frozen=True)
class Absent:
    """What the complete list of a kind has shown, and which objects it did not have."""

    table: KindTable
    listing: ListingResult


class HeldRow(NamedTuple):
    """An object that a guard keeps, its row, and the guard's code (``RunCode``)."""

    key: HeldKey
    row: Stored
    code: str


@dataclass(frozen=True)
class Disappearance:
    """What becomes of all objects that are gone.

    Attributes:
        by_table: Each kind with what becomes of its objects.
        refused: Why guards keep some or all of them.
        held: The objects that are kept.
        approved: Whether a guard would have kept objects, had nobody approved that they go.
    """

    by_table: Sequence[tuple[KindTable, Absences]]
    refused: Sequence[Refusal] = ()
    held: Sequence[HeldRow] = ()
    approved: bool = False


def limits_of(fabric: Fabric) -> Limits:
    """The guards that a fabric configures."""
    return Limits(
        fabric.shrink_percent, fabric.shrink_count, fabric.removal_runs, fabric.removal_hours, fabric.kind_guards
    )


def decide_disappearance(
    absent: Sequence[Absent], limits: Limits, now: datetime, approved: Iterable[HeldKey] = (), *, whole: bool
) -> Disappearance:
    """Decide what becomes of the objects that complete lists did not have.

    Of a kind that a guard objects to nothing goes, not even what was missing before: its list is what is doubted. The
    listing is counted all the same.

    Args:
        absent: What the lists have shown.
        limits: The fabric's guards.
        now: When the run began, by the database's clock.
        approved: Objects whose removal someone has approved: they may go, if the guards object to no others.
        whole: Whether all kinds of the fabric were listed, so that the fabric's own guard has a say.
    """
    refused = refusals([each.listing for each in absent], limits, whole=whole)
    codes = {refusal.kind: refusal.code for refusal in refused}
    held = list(_held(absent, codes))
    all_approved = bool(held) and {each.key for each in held} <= set(approved)
    if all_approved:
        refused, codes, held = [], {}, []
    by_table = [
        (
            each.table,
            Absences(held=list(each.listing.gone))
            if _code(codes, each.listing.kind)
            else disappearances(each.listing.gone, limits, now),
        )
        for each in absent
    ]
    return Disappearance(by_table, refused, held, all_approved)


def one_object_missing(absent: Sequence[Absent]) -> Disappearance:
    """Where one object was asked for and is not there it is missing. Removal is left to lists of the whole kind."""
    return Disappearance(
        [(each.table, Absences([row for row in each.listing.gone if not row.missing_since])) for each in absent]
    )


def _held(absent: Sequence[Absent], codes: Mapping[str, str]) -> Iterator[HeldRow]:
    for each in absent:
        kind = each.listing.kind
        if code := _code(codes, kind):
            for row in each.listing.unconfirmed:
                yield HeldRow(HeldKey(kind, row.namespace, row.name, row.uid), row, code)


def _code(codes: Mapping[str, str], kind: str) -> str:
    """The code of the guard that refuses a kind, by its own guard or the fabric's; empty if none does."""
    return codes.get(kind, codes.get("", ""))
