"""Decides when objects that a complete list did not have become missing, and when they are removed. Pure."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.decide.changes import Stored

__all__ = (
    "GUARD_CODES",
    "Absences",
    "HeldKey",
    "Limits",
    "ListingResult",
    "Refusal",
    "acts_when",
    "digest",
    "disappearances",
    "refusals",
)

GUARD_CODES = (RunCode.EMPTY_SOURCE, RunCode.SHRINK_GUARD)  # the codes of refusals


@dataclass(frozen=True)
class Limits:
    """The guards of a fabric. The shrink guard acts if more than ``count`` *and* ``percent`` of a kind are gone.

    Attributes:
        percent: Percent of the objects of a kind.
        count: Number of objects.
        removal_runs: Complete runs in a row without an object after which it is removed.
        removal_hours: Hours without an object after which it is removed; both conditions have to hold.
        kinds: Guards of single kinds in place of the fabric's: ``{"VPC": {"percent": 10, "count": 0}}``.
    """

    percent: int
    count: int
    removal_runs: int
    removal_hours: float
    kinds: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[int, int]:
        """The percent and the count that apply to a kind."""
        own = self.kinds.get(kind)
        return (own["percent"], own["count"]) if own else (self.percent, self.count)


@dataclass(frozen=True)
class ListingResult:
    """What a complete list of a kind showed.

    Attributes:
        kind: The kind.
        listed: How many objects it had.
        known: How many objects were stored before.
        gone: The stored objects that it did not have.
        empty: The namespaces whose list was empty, if namespaces are listed one by one.
    """

    kind: str
    listed: int
    known: int
    gone: Sequence[Stored]
    empty: Set[str] = frozenset()

    @property
    def unconfirmed(self) -> list[Stored]:
        """Gone objects that no guard has accepted yet; a watcher or earlier runs may have found them missing."""
        return [row for row in self.gone if not row.absence_proven]


@dataclass(frozen=True)
class Refusal:
    """Why no object of a kind may be removed in this run; ``kind`` is empty for all kinds."""

    code: RunCode
    message: str
    hint: str
    kind: str = ""


class HeldKey(NamedTuple):
    """An object whose removal is held. Its uid is part of the key: a new object of the same name is another object."""

    kind: str
    namespace: str
    name: str
    uid: str


@dataclass
class Absences:
    """What happens to objects that are gone.

    Attributes:
        missing: They become missing.
        waiting: They stay missing for one more run.
        removed: They are removed.
        held: A guard stops their removal. The run counts as one that did not find them; nothing else changes.
    """

    missing: list[Stored] = field(default_factory=list)
    waiting: list[Stored] = field(default_factory=list)
    removed: list[Stored] = field(default_factory=list)
    held: list[Stored] = field(default_factory=list)


def refusals(listings: Sequence[ListingResult], limits: Limits, *, whole: bool = True) -> list[Refusal]:
    """Find the guards that stop removals.

    Each kind has a shrink guard. The fabric has another over all kinds together, because small losses add up; it
    applies only when the whole fabric was listed.

    Args:
        looks: One result for each kind that was listed completely.
        limits: The fabric's guards.
        whole: Whether all kinds of the fabric were listed.

    Returns:
        The refusals; that of the fabric's guard has no kind.
    """
    found = [refused for listing in listings if (refused := _of_kind(listing, limits))]
    kept = {refused.kind for refused in found}
    others = any(listing.unconfirmed for listing in listings if listing.kind not in kept)
    together = _of_fabric(listings, limits) if whole and others else None
    return [*found, together] if together else found


def _of_kind(listing: ListingResult, limits: Limits) -> Refusal | None:
    # What a watcher has seen deleted did not vanish without a word, and an empty list is what follows.
    vanished = [row for row in listing.gone if row.missing_since is None]
    emptied = {row.namespace for row in vanished} & listing.empty
    if vanished and (emptied or not listing.listed):
        where, known = "at all", listing.known
        if listing.listed:  # each namespace is a list of its own
            where = f"in {', '.join(sorted(emptied))}"
            known = sum(row.namespace in emptied for row in vanished)
        return Refusal(
            RunCode.EMPTY_SOURCE,
            f"The cluster listed no {listing.kind} {where}, where NetBox knows {known}.",
            RunCode.EMPTY_SOURCE.hint,
            listing.kind,
        )
    percent, count = limits.of(listing.kind)
    if not _too_many(len(listing.unconfirmed), listing.known, percent, count):
        return None
    return Refusal(
        RunCode.SHRINK_GUARD,
        f"{len(listing.unconfirmed)} of {listing.known} {listing.kind} objects are gone from the cluster; the guard "
        f"acts when {acts_when(percent, count)} are.",
        RunCode.SHRINK_GUARD.hint,
        listing.kind,
    )


def _of_fabric(listings: Sequence[ListingResult], limits: Limits) -> Refusal | None:
    gone, known = sum(len(listing.unconfirmed) for listing in listings), sum(listing.known for listing in listings)
    if not _too_many(gone, known, limits.percent, limits.count):
        return None
    return Refusal(
        RunCode.SHRINK_GUARD,
        f"{gone} of {known} objects of all kinds together are gone from the cluster; the fabric's guard acts "
        f"when {acts_when(limits.percent, limits.count)} are.",
        RunCode.SHRINK_GUARD.hint,
    )


def acts_when(percent: int, count: int) -> str:
    """The condition of the shrink guard as a clause: ``more than 30% and more than 10 objects``."""
    return f"more than {percent}% and more than {count} object{'' if count == 1 else 's'}"


def _too_many(gone: int, known: int, percent: int, count: int) -> bool:
    return gone > count and 100 * gone > percent * known


def digest(held: Iterable[HeldKey]) -> str:
    """Digest a set of objects, whatever their order: 32 hexadecimal digits."""
    total = blake2b(digest_size=16)
    for one in sorted(held):
        total.update(repr(tuple(one)).encode())
    return total.hexdigest()


def disappearances(gone: Sequence[Stored], limits: Limits, now: datetime) -> Absences:
    """Decide what happens to objects that a complete list did not have, if no guard stops it.

    An object becomes missing first, however many runs had its removal held before.

    Args:
        gone: The objects.
        limits: The fabric's guards.
        now: When the list was read, by the database's clock.
    """
    result = Absences()
    patience = timedelta(hours=limits.removal_hours)
    for row in gone:
        since, runs = (row.missing_since, row.missing_runs) if row.missing_since else (now, 0)
        if runs + 1 >= limits.removal_runs and now - since >= patience:
            result.removed.append(row)
        elif row.missing_since is None:
            result.missing.append(row)
        else:
            result.waiting.append(row)
    return result
