"""When objects that a complete list did not have may be called missing, and when removed. Pure."""

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
    """A fabric's guards. The shrink guard acts when more than COUNT objects *and* PERCENT of a kind are gone.

    KINDS has guards of single kinds, {"VPC": {"percent": 10, "count": 0}}, in place of the fabric's.
    """

    percent: int
    count: int
    removal_runs: int
    removal_hours: float
    kinds: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[int, int]:
        """Percent and count that hold for KIND."""
        own = self.kinds.get(kind)
        return (own["percent"], own["count"]) if own else (self.percent, self.count)


@dataclass(frozen=True)
class ListingResult:
    """What a complete list of KIND has shown: LISTED objects, of KNOWN stored ones all but GONE.

    EMPTY: where a fabric's namespaces are listed one by one, those whose list had nothing.
    """

    kind: str
    listed: int
    known: int
    gone: Sequence[Stored]
    empty: Set[str] = frozenset()

    @property
    def unconfirmed(self) -> list[Stored]:
        """Those that no guard has let go yet: a watcher may have seen them go, and runs may not have found them."""
        return [row for row in self.gone if not row.absence_proven]


@dataclass(frozen=True)
class Refusal:
    """Why nothing of a kind (KIND empty: of any kind) may disappear in this run."""

    code: RunCode
    message: str
    hint: str
    kind: str = ""


class HeldKey(NamedTuple):
    """An object that a guard keeps. With its uid: a new object of the same name is another one."""

    kind: str
    namespace: str
    name: str
    uid: str


@dataclass
class Absences:
    """What becomes of the objects that are gone: newly missing, missing for one more run, removed, or held.

    HELD: a guard doubts their list. The run is counted, since it looked; nothing else becomes of them.
    """

    missing: list[Stored] = field(default_factory=list)
    waiting: list[Stored] = field(default_factory=list)
    removed: list[Stored] = field(default_factory=list)
    held: list[Stored] = field(default_factory=list)


def refusals(looks: Sequence[ListingResult], limits: Limits, *, whole: bool = True) -> list[Refusal]:
    """Which guards forbid that what is gone in LOOKS disappears.

    Each kind has its guard, and the whole fabric has one, since a little of each kind can be a lot: it keeps what the
    others would let go, where LOOKS are of the WHOLE fabric.
    """
    found = [refused for look in looks if (refused := _of_kind(look, limits))]
    kept = {refused.kind for refused in found}
    others = any(look.unconfirmed for look in looks if look.kind not in kept)
    together = _of_fabric(looks, limits) if whole and others else None
    return [*found, together] if together else found


def _of_kind(look: ListingResult, limits: Limits) -> Refusal | None:
    # What a watcher has seen deleted did not vanish without a word, and an empty list is what follows.
    vanished = [row for row in look.gone if row.missing_since is None]
    emptied = {row.namespace for row in vanished} & look.empty
    if vanished and (emptied or not look.listed):
        where, known = "at all", look.known
        if look.listed:  # each namespace is a list of its own
            where = f"in {', '.join(sorted(emptied))}"
            known = sum(row.namespace in emptied for row in vanished)
        return Refusal(
            RunCode.EMPTY_SOURCE,
            f"The cluster listed no {look.kind} {where}, where NetBox knows {known}.",
            RunCode.EMPTY_SOURCE.hint,
            look.kind,
        )
    percent, count = limits.of(look.kind)
    if not _too_many(len(look.unconfirmed), look.known, percent, count):
        return None
    return Refusal(
        RunCode.SHRINK_GUARD,
        f"{len(look.unconfirmed)} of {look.known} {look.kind} objects are gone from the cluster; the guard acts when "
        f"{acts_when(percent, count)} are.",
        RunCode.SHRINK_GUARD.hint,
        look.kind,
    )


def _of_fabric(looks: Sequence[ListingResult], limits: Limits) -> Refusal | None:
    gone, known = sum(len(look.unconfirmed) for look in looks), sum(look.known for look in looks)
    if not _too_many(gone, known, limits.percent, limits.count):
        return None
    return Refusal(
        RunCode.SHRINK_GUARD,
        f"{gone} of {known} objects of all kinds together are gone from the cluster; the fabric's guard acts "
        f"when {acts_when(limits.percent, limits.count)} are.",
        RunCode.SHRINK_GUARD.hint,
    )


def acts_when(percent: int, count: int) -> str:
    """``_too_many`` in words, for every page and message: the beginning of a clause."""
    return f"more than {percent}% and more than {count} object{'' if count == 1 else 's'}"


def _too_many(gone: int, known: int, percent: int, count: int) -> bool:
    return gone > count and 100 * gone > percent * known


def digest(held: Iterable[HeldKey]) -> str:
    """32 hexadecimal digits that stand for exactly these objects, in whatever order."""
    total = blake2b(digest_size=16)
    for one in sorted(held):
        total.update(repr(tuple(one)).encode())
    return total.hexdigest()


def disappearances(gone: Sequence[Stored], limits: Limits, now: datetime) -> Absences:
    """Sort the objects that a complete list did not have; NOW is the moment of the look, by the database's clock.

    What nobody called missing yet is that first, whatever runs a guard has held back before.
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
