"""Where the findings of a read go: into the database, or nowhere."""

from collections.abc import Sequence
from typing import Protocol

from netbox_hedgehog.models import RunIssue
from netbox_hedgehog.sync.decide.changes import Mutation
from netbox_hedgehog.sync.decide.decode import Malformed, Observed
from netbox_hedgehog.sync.decide.guards import Absences
from netbox_hedgehog.sync.execute.disappearances import HeldRow
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.store.object_writer import Decide

__all__ = ("FindingsWriter",)


class FindingsWriter(Protocol):
    """``RunWriter`` stores what a run finds; ``DryRunWriter`` counts what a run would store. Both report progress.

    Any method raises LeaseLost where the run is not this process's any more, and what the run's check raises.
    """

    def write(self, table: KindTable, observed: Sequence[Observed], decide: Decide) -> Sequence[Mutation]:
        """Write what the objects of a kind ask for, as ``decide`` says; returns what was written."""

    def refusals(self) -> list[Malformed]:
        """The objects that could not be written since this was called last."""

    def issues(self, issues: Sequence[RunIssue]) -> None:
        """Keep issues of the run."""

    def disappeared(self, table: KindTable, gone: Absences) -> None:
        """Mark, count and remove the objects of a kind that are gone."""

    def hold(self, held: Sequence[HeldRow]) -> int | None:
        """Keep what the guards held; returns the key of the hold."""
