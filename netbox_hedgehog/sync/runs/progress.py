"""How far a run is and what it found, for the page that watches it."""

import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from netbox_hedgehog.sync.db.retry import retry_transient
from netbox_hedgehog.sync.runs import transitions
from netbox_hedgehog.sync.runs.transitions import Lease

__all__ = ("Progress", "new_counts")

INTERVAL = 0.5  # seconds between two writes that only tell of progress


def new_counts() -> dict[str, Any]:
    """The counts of one kind; listed = created + updated + replaced + restored + unchanged + malformed."""
    numbers = ("listed", "created", "updated", "replaced", "restored", "unchanged", "malformed", "missing", "removed")
    return {**dict.fromkeys(numbers, 0), "complete": False}


@dataclass
class Progress:
    """The run's progress and counts by kind; ``tell`` writes them, at most twice a second."""

    lease: Lease | None
    phase: str = "discover"
    kind: str = ""
    kinds_total: int = 0
    kinds_done: int = 0
    listed: int = 0
    expected: int = 0  # objects of the kind under way, as far as its list has said
    listed_of_kind: int = 0
    written: int = 0
    counts: dict[str, dict[str, Any]] = field(default_factory=dict)
    _told: float = 0.0

    def tell(self, now: bool = False) -> None:
        """Write the progress where it is due (or ``now``); raises LeaseLost."""
        if self.lease and (now or time.monotonic() - self._told >= INTERVAL):
            retry_transient(partial(transitions.fence, self.lease, **self.columns()))
            self.told()

    def told(self) -> None:
        """The progress has just been written along with something else."""
        self._told = time.monotonic()

    def columns(self) -> dict[str, Any]:
        """The columns of SyncRun that hold the progress."""
        progress = {
            "phase": self.phase,
            "kind": self.kind,
            "kinds_total": self.kinds_total,
            "kinds_done": self.kinds_done,
            "listed": self.listed,
            "compared": self.listed,
            "written": self.written,
            "percent": self.percent,
        }
        return {"progress": progress, "counts": self.counts}

    @property
    def percent(self) -> int:
        """0 to 100: kinds done, and the share of the one under way."""
        if self.phase == "finish":
            return 100
        if not self.kinds_total:
            return 0
        share = self.listed_of_kind / self.expected if self.expected else 0.0
        return min(99, int(100 * (self.kinds_done + min(share, 1.0)) / self.kinds_total))
