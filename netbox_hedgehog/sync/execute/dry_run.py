"""A sync that writes nothing: everything is read, compared and counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from netbox_hedgehog.cluster import ClusterError
from netbox_hedgehog.models import Fabric, RunIssue, SyncRun
from netbox_hedgehog.sync.db.retry import retry_transient
from netbox_hedgehog.sync.decide.changes import Mutation
from netbox_hedgehog.sync.decide.decode import Malformed, Observed
from netbox_hedgehog.sync.decide.guards import Absences
from netbox_hedgehog.sync.execute.disappearances import HeldRow
from netbox_hedgehog.sync.execute.fabric import FabricReader
from netbox_hedgehog.sync.execute.run_writer import batch_counts
from netbox_hedgehog.sync.runs.progress import BatchCounts, Progress
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.store.object_writer import Decide
from netbox_hedgehog.sync.store.snapshot import load_current

__all__ = ("DryRunWriter", "dry_run")


@dataclass(frozen=True)
class DryRunWriter:
    """Counts what a RunWriter would write."""

    fabric: Fabric
    progress: Progress

    def write(self, table: KindTable, observed: Sequence[Observed], decide: Decide) -> list[Mutation]:
        """Count what objects of a kind ask for, by their rows as they are now."""
        if not observed:
            return []
        keys = [seen.key for seen in observed]
        changes = decide(observed, retry_transient(lambda: load_current(self.fabric, table, keys)))
        self.progress.add(batch_counts(table, changes))
        return changes

    def refusals(self) -> list[Malformed]:
        """None: only writing shows what the database refuses."""
        return []

    def issues(self, issues: Sequence[RunIssue]) -> None:
        """They are in the outcome."""

    def disappeared(self, table: KindTable, gone: Absences) -> None:
        """Count what would be called missing, and what would be removed."""
        numbers = {"missing": len(gone.missing), "removed": len(gone.removed)}
        self.progress.add(BatchCounts(table.resource.kind, numbers=numbers))

    def hold(self, held: Sequence[HeldRow]) -> None:
        """No hold is made, so there is nothing to approve."""


def dry_run(fabric: Fabric) -> dict[str, Any]:
    """Find out what a sync of a fabric would do now, in this process.

    Returns:
        ``state``, in which the run would end; ``counts`` by kind; ``issues``, each with ``kind``, ``namespace``,
        ``name``, ``code``, ``message`` and ``hint``; ``error``, with ``code``, ``message`` and ``hint``, or None.
    """
    run = SyncRun(fabric=fabric, started=timezone.now())
    progress = Progress(lease=None)
    outcome = FabricReader(run, progress, lambda: None, DryRunWriter(fabric, progress)).read()
    error, said = outcome.error, None
    if isinstance(error, ClusterError):
        said = {"code": error.code.value, "message": error.message, "hint": error.hint}
    elif error:
        raise error
    issues = [
        {name: getattr(issue, name) for name in ("kind", "namespace", "name", "code", "message", "hint")}
        for issue in outcome.issues
    ]
    return {"state": outcome.state, "counts": outcome.counts, "issues": issues, "error": said}
