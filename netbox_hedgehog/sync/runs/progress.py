"""How far a run is and what it has counted, for the page that watches it. It reports; nothing is decided by it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from netbox_hedgehog.sync.db.retry import retry_transient
from netbox_hedgehog.sync.runs import transitions
from netbox_hedgehog.sync.runs.transitions import Lease

__all__ = ("BatchCounts", "Progress", "new_counts")

REPORT_EVERY = 0.5  # seconds between two writes that only report progress


def new_counts() -> dict[str, Any]:
    """The counts of one kind; listed = created + updated + replaced + restored + unchanged + malformed."""
    numbers = ("listed", "created", "updated", "replaced", "restored", "unchanged", "malformed", "missing", "removed")
    return {**dict.fromkeys(numbers, 0), "complete": False}


@dataclass(frozen=True)
class BatchCounts:
    """What one transaction does to a kind's objects.

    Attributes:
        kind: The kind's name.
        written: Objects that are written, those included that only a new version is stored of.
        numbers: How many objects by what is counted, such as ``{"created": 3}``; keys of ``new_counts``.
    """

    kind: str
    written: int = 0
    numbers: Mapping[str, int] = field(default_factory=dict)

    def added_to(self, counts: Mapping[str, Any]) -> dict[str, Any]:
        """A kind's counts with these added."""
        return {**counts, **{name: counts[name] + number for name, number in self.numbers.items()}}


@dataclass
class Progress:
    """The run's progress and its counts by kind.

    Attributes:
        lease: The lease of the run whose row is written; None: nothing is.
        phase: ``discover``, ``gather`` or ``finish``.
        kind: The kind that is being listed.
        kinds_total: How many kinds are listed.
        kinds_done: How many of them have been.
        listed: Objects listed, of all kinds.
        listed_of_kind: Objects listed in the list that is under way.
        expected: How many objects that list is to have, as far as it has said.
        written: Objects written.
        counts: What was counted, by kind; see ``new_counts``.
    """

    lease: Lease | None
    phase: str = "discover"
    kind: str = ""
    kinds_total: int = 0
    kinds_done: int = 0
    listed: int = 0
    listed_of_kind: int = 0
    expected: int = 0
    written: int = 0
    counts: dict[str, dict[str, Any]] = field(default_factory=dict)
    _listed_before: int = 0  # objects listed, of all kinds, before the list that is under way
    _reported_at: float = 0.0  # monotonic

    def begin(self, kinds_total: int) -> None:
        """Kinds are about to be listed."""
        self.phase, self.kinds_total = "gather", kinds_total

    def begin_kind(self, kind: str) -> None:
        """One kind is about to be listed."""
        self.kind, self.listed_of_kind, self.expected = kind, 0, 0
        self.counts[kind] = new_counts()

    def begin_list(self) -> None:
        """A list of the kind begins: its first one, or another one in place of a list that broke off."""
        self._listed_before = self.listed

    def count_page(self, listed: int, expected: int, **numbers: int) -> None:
        """Another page of the list has come.

        Args:
            listed: Objects that the list has shown so far.
            expected: Objects that it is to have, as far as the page says.
            **numbers: What is known so far of the listed objects; keys of ``new_counts``.
        """
        self.listed, self.listed_of_kind = self._listed_before + listed, listed
        self.expected = max(self.expected, expected)
        self.counts[self.kind].update(listed=listed, **numbers)

    def count_kind(self, counts: Mapping[str, Any]) -> None:
        """The kind's list is over and has come to ``counts``, in place of what its pages have."""
        self.counts[self.kind] = dict(counts)

    def end_kind(self) -> None:
        """All is written of what the kind's list has shown."""
        self.kinds_done += 1

    def finish(self) -> None:
        """All is read and written but the run's end."""
        self.phase = "finish"

    def add(self, batch: BatchCounts) -> None:
        """A transaction was committed."""
        self.counts[batch.kind] = batch.added_to(self.counts[batch.kind])
        self.written += batch.written

    def report(self, now: bool = False) -> None:
        """Write the progress where it is due (or ``now``); raises LeaseLost."""
        if self.lease and (now or time.monotonic() - self._reported_at >= REPORT_EVERY):
            retry_transient(partial(transitions.fence, self.lease, **self.columns()))
            self.reported()

    def reported(self) -> None:
        """The progress has just been written along with something else."""
        self._reported_at = time.monotonic()

    def columns(self, batch: BatchCounts | None = None) -> dict[str, Any]:
        """The columns of SyncRun that hold the progress.

        Args:
            batch: What the transaction does that the columns are written in: if it is committed, this is counted.
        """
        written, counts = self.written, self.counts
        if batch:
            written += batch.written
            counts = {**counts, batch.kind: batch.added_to(counts[batch.kind])}
        progress = {
            "phase": self.phase,
            "kind": self.kind,
            "kinds_total": self.kinds_total,
            "kinds_done": self.kinds_done,
            "listed": self.listed,
            "compared": self.listed,
            "written": written,
            "percent": self.percent,
        }
        return {"progress": progress, "counts": counts}

    @property
    def percent(self) -> int:
        """0 to 100: kinds done, and the share of the one under way."""
        if self.phase == "finish":
            return 100
        if not self.kinds_total:
            return 0
        share = self.listed_of_kind / self.expected if self.expected else 0.0
        return min(99, int(100 * (self.kinds_done + min(share, 1.0)) / self.kinds_total))
