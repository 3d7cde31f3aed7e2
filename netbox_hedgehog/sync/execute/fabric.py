"""The sync of one fabric: discover what it serves, then one kind after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster import Cluster, ClusterError, Discovery, ErrorCode
from netbox_hedgehog.models import Hold, OtherResource, RunIssue, RunStateChoices, SyncRun, model_for
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.cluster_settings import limits
from netbox_hedgehog.sync.db.retry import retry_transient
from netbox_hedgehog.sync.decide.scope import Scope
from netbox_hedgehog.sync.execute.disappearances import Absent, Outcome, decide, limits_of, of_one_object
from netbox_hedgehog.sync.execute.kind import KindReader
from netbox_hedgehog.sync.execute.run_writer import RunWriter
from netbox_hedgehog.sync.runs.progress import Progress
from netbox_hedgehog.sync.store import holds
from netbox_hedgehog.sync.store.kind_table import kind_tables
from netbox_hedgehog.sync.store.observations import KindListing
from netbox_hedgehog.sync.store.snapshot import load_snapshots

__all__ = ("FabricReader",)


@dataclass
class FabricReader:
    """Reads the fabric of ``run`` and writes through ``writer`` (None: nothing). ``issues`` and ``looks`` grow as it
    goes.
    """

    run: SyncRun
    progress: Progress
    check: Callable[[], None]
    writer: RunWriter | None
    issues: list[RunIssue] = field(default_factory=list)
    looks: list[KindListing] = field(default_factory=list)
    held: int | None = None
    let_through: int | None = None
    open_holds: list[Hold] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scope = Scope.of(self.run.scope)

    def sync(self) -> str:
        """Do it and return the state that the run ends in; raises ClusterError and what ``check`` raises."""
        with Cluster(self.run.fabric.target(), **limits()) as cluster:
            self.progress.tell(now=True)
            discovery = cluster.discover()
            if not discovery.resources:
                raise _no_kinds(discovery)
            self._unserved(discovery)
            absent = self._kinds(cluster, discovery)
        outcome = self._disappear(absent)
        self.progress.phase = "finish"
        if not any(look.complete for look in self.looks):
            if not self.issues:  # a failure has a code and a next step, always
                raise _no_kinds(discovery) if self.scope.full else _not_there(self.scope)
            return RunStateChoices.FAILED  # nothing was read: that is no look at the fabric
        if outcome.refused:
            return RunStateChoices.BLOCKED
        return RunStateChoices.PARTIAL if self.issues else RunStateChoices.SUCCEEDED

    def _kinds(self, cluster: Cluster, discovery: Discovery) -> list[Absent]:
        todo = kind_tables(discovery.resources, self.scope)
        # Take the snapshot before listing: rows written while a list is in flight must not be mistaken for stale ones.
        held = retry_transient(lambda: load_snapshots(self.run.fabric, todo), self.check)
        absent = []
        self.progress.phase = "gather"
        self.progress.kinds_total = len(todo)
        for table in todo:
            self.check()
            self.progress.kind = table.resource.kind
            self.progress.listed_of_kind = self.progress.expected = 0
            one = KindReader(table, self.run, cluster, self.progress, self.check, self.writer, held.pop(table))
            self.looks.append(one.sync())
            self.issues += one.issues
            absent += [one.absent] if one.absent else []
            self.progress.kinds_done += 1
            self.progress.tell()
        return absent

    def _disappear(self, absent: list[Absent]) -> Outcome:
        """Let go of what is gone, or hold it where a guard objects: what refers to others goes before them."""
        fabric = self.run.fabric
        if self.scope.name:
            outcome = of_one_object(absent)
        else:
            if self.scope.full:
                self.open_holds = holds.open_holds(fabric)
            key, approved = holds.approved(self.open_holds)
            outcome = decide(absent, limits_of(fabric), self.run.started, approved, whole=self.scope.full)
            self.let_through = key if outcome.through else None
        self._refused(outcome, absent)
        for table, fates in reversed(outcome.fates):
            self.check()
            if self.writer:
                self.writer.disappeared(table, fates)
            else:
                counts = self.progress.counts[table.resource.kind]
                counts.update(missing=len(fates.missing), removed=len(fates.removed))
        return outcome

    def _refused(self, outcome: Outcome, absent: list[Absent]) -> None:
        groups = {each.look.kind: each.table.resource.group for each in absent}
        issues = [
            RunIssue(
                run=self.run,
                api_group=groups.get(refusal.kind, ""),
                kind=refusal.kind,
                code=refusal.code,
                message=refusal.message,
                hint=refusal.hint,
            )
            for refusal in outcome.refused
        ]
        self.issues += issues
        if self.writer and outcome.held:
            self.writer.issues(issues)
            self.held = self.writer.hold(outcome.held)

    def _unserved(self, discovery: Discovery) -> None:
        """Say of each kind that the cluster does not serve why, and call it an issue where NetBox has objects."""
        served = {(resource.group, resource.kind) for resource in discovery.resources}
        problems = {problem.group: problem.error for problem in discovery.problems}
        issues = []
        others = OtherResource.objects.filter(fabric=self.run.fabric).order_by("api_group", "kind")
        unknown = others.values_list("api_group", "kind", "plural").distinct("api_group", "kind")
        named = ((entry.group, entry.kind, entry.plural) for entry in kinds.KINDS)
        for group, kind, plural in (*named, *unknown):
            if (group, kind) in served or not self.scope.covers(group, kind):
                continue
            error = problems.get(group)
            code = error.code.value if error else RunCode.NOT_SERVED
            message = error.message if error else f"The cluster does not serve {plural}.{group}."
            self.looks.append(KindListing(group, kind, "", error_code=code, error_message=message))
            entry = kinds.find(group, kind)
            if error or entry is None or model_for(entry).objects.filter(fabric=self.run.fabric).exists():
                hint = error.hint if error else RunCode.NOT_SERVED.hint
                issues.append(RunIssue(run=self.run, api_group=group, kind=kind, code=code, message=message, hint=hint))
        self.issues += issues
        if self.writer:
            self.writer.issues(issues)


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
