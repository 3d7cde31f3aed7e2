"""Reads one fabric: discovers what it serves, lists one kind after the other, then decides on what is gone."""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from netbox_hedgehog.cluster import Cluster, ClusterError, Discovery, ErrorCode
from netbox_hedgehog.models import Hold, RunIssue, RunStateChoices, SyncRun
from netbox_hedgehog.sync.cluster_settings import limits
from netbox_hedgehog.sync.db.retry import retry_transient
from netbox_hedgehog.sync.decide.scope import Scope
from netbox_hedgehog.sync.execute.disappearances import (
    Absent,
    Disappearance,
    decide_disappearance,
    limits_of,
    one_object_missing,
)
from netbox_hedgehog.sync.execute.findings_writer import FindingsWriter
from netbox_hedgehog.sync.execute.kind import KindReader, KindResult
from netbox_hedgehog.sync.execute.outcome import ReadOutcome, state_of
from netbox_hedgehog.sync.execute.unserved import unserved_kinds
from netbox_hedgehog.sync.runs.progress import Progress
from netbox_hedgehog.sync.store import holds
from netbox_hedgehog.sync.store.kind_table import kind_tables
from netbox_hedgehog.sync.store.observations import KindListing
from netbox_hedgehog.sync.store.snapshot import load_snapshots

__all__ = ("FabricReader",)


@dataclass
class _Findings:
    """What a read has found so far; see ReadOutcome."""

    state: str = RunStateChoices.FAILED
    issues: list[RunIssue] = field(default_factory=list)
    listings: list[KindListing] = field(default_factory=list)
    hold: int | None = None
    approved_hold: int | None = None
    open_holds: Sequence[Hold] = ()


@dataclass
class FabricReader:
    """Reads the fabric of a run, hands what it finds to a writer, and returns all of it.

    Attributes:
        run: The run; its scope says what is read.
        progress: Is told how far the read is.
        check: Called now and then; raises where the run has to stop.
        writer: Where the findings go.
    """

    run: SyncRun
    progress: Progress
    check: Callable[[], None]
    writer: FindingsWriter

    def read(self) -> ReadOutcome:
        """Read all of the run's scope; an exception that interrupts it is part of what is returned."""
        found, error = _Findings(), None
        try:
            self._read(Scope.of(self.run.scope), found)
        except Exception as interruption:  # noqa: BLE001  returned: the caller says what it means, and raises it again
            error = interruption
        columns = deepcopy(self.progress.columns())
        return ReadOutcome(
            state=RunStateChoices.FAILED if error else found.state,
            error=error,
            issues=tuple(found.issues),
            listings=tuple(found.listings),
            hold=found.hold,
            approved_hold=found.approved_hold,
            open_holds=tuple(found.open_holds),
            progress=columns["progress"],
            counts=columns["counts"],
        )

    def _read(self, scope: Scope, found: _Findings) -> None:
        with Cluster(self.run.fabric.target(), **limits()) as cluster:
            self.progress.report(now=True)
            discovery = cluster.discover()
            if not discovery.resources:
                raise _no_kinds(discovery)
            self._note_unserved(scope, discovery, found)
            absent = []
            for result in self._kinds(scope, cluster, discovery):
                found.listings.append(result.listing)
                found.issues += result.issues
                absent += [result.absent] if result.absent else []
        refused = self._let_go(scope, absent, found)
        self.progress.finish()
        found.state = state_of(found.listings, found.issues, refused=refused)
        if found.state == RunStateChoices.FAILED and not found.issues:  # a failure has a code and a next step, always
            raise _no_kinds(discovery) if scope.full else _not_there(scope)

    def _note_unserved(self, scope: Scope, discovery: Discovery, found: _Findings) -> None:
        unserved = list(unserved_kinds(self.run, scope, discovery))
        issues = [each.issue for each in unserved if each.issue]
        found.listings += [each.listing for each in unserved]
        found.issues += issues
        self.writer.issues(issues)

    def _kinds(self, scope: Scope, cluster: Cluster, discovery: Discovery) -> Iterator[KindResult]:
        tables = kind_tables(discovery.resources, scope)
        # Before the first list: rows that are written while a list is on its way must not be taken for older ones.
        snapshots = retry_transient(lambda: load_snapshots(self.run.fabric, tables), self.check)
        self.progress.begin(len(tables))
        for table in tables:
            self.check()
            self.progress.begin_kind(table.resource.kind)
            reader = KindReader(table, self.run, cluster, self.progress, self.check, self.writer, snapshots.pop(table))
            result = reader.read()
            self.progress.count_kind(result.counts)
            self.writer.issues(result.issues)
            yield result
            self.progress.end_kind()
            self.progress.report()

    def _let_go(self, scope: Scope, absent: Sequence[Absent], found: _Findings) -> bool:
        """Let go of what is gone, or hold it where a guard objects; returns whether one did."""
        if scope.name:
            decided = one_object_missing(absent)
        else:
            found.open_holds = holds.open_holds(self.run.fabric) if scope.full else []
            key, approved = holds.approved(found.open_holds)
            guards = limits_of(self.run.fabric)
            decided = decide_disappearance(absent, guards, self.run.started, approved, whole=scope.full)
            found.approved_hold = key if decided.approved else None
        issues = self._refusals(decided, absent)
        found.issues += issues
        if decided.held:
            self.writer.issues(issues)
            found.hold = self.writer.hold(decided.held)
        for table, absences in reversed(decided.by_table):  # what refers to others goes before them
            self.check()
            self.writer.disappeared(table, absences)
        return bool(decided.refused)

    def _refusals(self, decided: Disappearance, absent: Sequence[Absent]) -> list[RunIssue]:
        groups = {each.listing.kind: each.table.resource.group for each in absent}
        return [
            RunIssue(
                run=self.run,
                api_group=groups.get(refusal.kind, ""),
                kind=refusal.kind,
                code=refusal.code,
                message=refusal.message,
                hint=refusal.hint,
            )
            for refusal in decided.refused
        ]


def _no_kinds(discovery: Discovery) -> ClusterError:
    if discovery.problems:
        return discovery.problems[0].error
    return ClusterError(
        ErrorCode.NO_HEDGEHOG_CRDS,
        "The API server serves no kinds of *.githedgehog.com that can be listed.",
    )


def _not_there(scope: Scope) -> ClusterError:
    return ClusterError(
        ErrorCode.NOT_FOUND, f"The cluster does not serve {scope.kind}.", facts={"resource": scope.kind}
    )
