"""When objects that a complete list did not have may be called missing, and when removed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from netbox_hedgehog.sync.plan import Stored

__all__ = ("Disappearances", "Limits", "Refusal", "disappearances", "refusal")


@dataclass(frozen=True)
class Limits:
    """A fabric's guards. The shrink guard acts when more than COUNT objects *and* PERCENT of a kind are gone."""

    percent: int
    count: int
    removal_runs: int
    removal_hours: float


@dataclass(frozen=True)
class Refusal:
    """Why nothing of a kind may disappear in this run."""

    code: str
    message: str
    hint: str


@dataclass
class Disappearances:
    """What becomes of the objects that are gone: newly missing, missing for one more run, or removed."""

    missing: list[Stored] = field(default_factory=list)
    waiting: list[Stored] = field(default_factory=list)
    removed: list[Stored] = field(default_factory=list)


def refusal(kind: str, listed: int, present: int, gone: Sequence[Stored], limits: Limits) -> Refusal | None:
    """Whether the guards forbid that GONE of PRESENT stored objects disappear, after a list with LISTED objects."""
    newly = sum(row.missing_since is None for row in gone)
    if not newly:
        return None
    if not listed:
        return Refusal(
            "empty_source",
            f"The cluster listed no {kind} at all, where NetBox knows {present}.",
            "Nothing was removed. See with kubectl whether they are really gone: an empty answer can also come from a "
            "restored or half-started API server.",
        )
    if newly > limits.count and 100 * newly > limits.percent * present:
        return Refusal(
            "shrink_guard",
            f"{newly} of {present} {kind} objects are gone from the cluster; the fabric's guard allows "
            f"{limits.percent}% or {limits.count} objects.",
            "Nothing was removed. See with kubectl whether they are really gone; if so, raise the shrink guard.",
        )
    return None


def disappearances(gone: Sequence[Stored], limits: Limits, now: datetime) -> Disappearances:
    """Sort the objects that a complete list did not have; NOW is the moment of the look, by the database's clock."""
    result = Disappearances()
    patience = timedelta(hours=limits.removal_hours)
    for row in gone:
        since = row.missing_since or now
        if row.missing_runs + 1 >= limits.removal_runs and now - since >= patience:
            result.removed.append(row)
        elif row.missing_since is None:
            result.missing.append(row)
        else:
            result.waiting.append(row)
    return result
