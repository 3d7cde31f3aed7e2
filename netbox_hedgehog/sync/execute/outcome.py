"""What a read of a fabric has come to, and what its run says of it. Decides without database and cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from netbox_hedgehog.models import Hold, RunIssue, RunStateChoices
from netbox_hedgehog.sync.decide.guards import GUARD_CODES
from netbox_hedgehog.sync.runs.transitions import Failure
from netbox_hedgehog.sync.store.observations import KindListing

__all__ = ("ReadOutcome", "state_of", "summary")


@dataclass(frozen=True)
class ReadOutcome:
    """Everything that a read has found, whether it went through or was interrupted.

    Attributes:
        state: The state that the run ends in (``RunStateChoices``); ``failed`` where the read was interrupted.
        error: What interrupted the read: an error of the cluster, a wish, a deadline, a lost lease, or a defect.
        issues: What was found wrong, in the order in which it was found.
        listings: What was learned of each kind.
        hold: The key of the hold that keeps what the guards held; None where they held nothing.
        approved_hold: The key of the hold whose approval the guards heeded, so that its objects may go.
        open_holds: The holds of earlier runs.
        progress: ``SyncRun.progress`` at the end.
        counts: ``SyncRun.counts`` at the end.
    """

    state: str
    error: Exception | None = None
    issues: Sequence[RunIssue] = ()
    listings: Sequence[KindListing] = ()
    hold: int | None = None
    approved_hold: int | None = None
    open_holds: Sequence[Hold] = ()
    progress: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def kinds_done(self) -> str:
        """How far the read came, in words."""
        return f"{self.progress['kinds_done']} of {self.progress['kinds_total']} kinds were done"


def state_of(listings: Sequence[KindListing], issues: Sequence[RunIssue], *, refused: bool) -> str:
    """The state in which a read that was not interrupted leaves its run.

    Args:
        listings: What was learned of each kind. Where no list is complete nothing was read: that is a failure.
        issues: What was found wrong.
        refused: Whether a guard kept objects that are gone.
    """
    if not any(listing.complete for listing in listings):
        return RunStateChoices.FAILED
    if refused:
        return RunStateChoices.BLOCKED
    return RunStateChoices.PARTIAL if issues else RunStateChoices.SUCCEEDED


def summary(state: str, issues: Sequence[RunIssue]) -> Failure:
    """Why a run that went through is not simply succeeded: its first issue, and how many there are."""
    if state == RunStateChoices.SUCCEEDED or not issues:
        return Failure()
    guards = [issue for issue in issues if issue.code in GUARD_CODES]
    first = (guards if state == RunStateChoices.BLOCKED else issues)[0]
    of_kind = f"{first.kind}: " if first.kind else ""
    return Failure(first.code, f"{of_kind}{first.message}{_more(first, issues)}", first.hint)


def _more(first: RunIssue, issues: Sequence[RunIssue]) -> str:
    """How many issues there are beside the first, and whether they say the same of other kinds."""
    others = len(issues) - 1
    if not others:
        return ""
    if all(issue.code == first.code and issue.kind and not issue.name for issue in issues):
        return f" (The same of {others} more kind{'' if others == 1 else 's'}.)"
    return f" ({others} more issue{'' if others == 1 else 's'})"
