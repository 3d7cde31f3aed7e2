"""The sync of one fabric: discover what it serves, then one kind after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster import Cluster, ClusterError, Discovery, ErrorCode
from netbox_hedgehog.models import RunIssue, RunStateChoices, SyncRun, model_for
from netbox_hedgehog.sync.kind import KindSync
from netbox_hedgehog.sync.observe import Look
from netbox_hedgehog.sync.progress import Progress
from netbox_hedgehog.sync.task import tasks
from netbox_hedgehog.sync.timeouts import timeouts
from netbox_hedgehog.sync.write import Writer

__all__ = ("FabricSync",)

NOT_SERVED = "not_served"


@dataclass
class FabricSync:
    """Reads the fabric of RUN and writes through WRITER (None: nothing). ``issues`` and ``looks`` grow as it goes."""

    run: SyncRun
    progress: Progress
    check: Callable[[], None]
    writer: Writer | None
    issues: list[RunIssue] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    blocked: bool = False

    def sync(self) -> str:
        """Do it and return the state that the run ends in; raises ClusterError and what ``check`` raises."""
        with Cluster(self.run.fabric.target(), **timeouts()) as cluster:
            self.progress.tell(now=True)
            discovery = cluster.discover()
            if not discovery.resources:
                raise _no_kinds(discovery)
            self._unserved(discovery)
            self._kinds(cluster, discovery)
        self.progress.phase = "finish"
        if not any(look.complete for look in self.looks):
            return RunStateChoices.FAILED  # nothing was read: that is no look at the fabric
        if self.blocked:
            return RunStateChoices.BLOCKED
        return RunStateChoices.PARTIAL if self.issues else RunStateChoices.SUCCEEDED

    def _kinds(self, cluster: Cluster, discovery: Discovery) -> None:
        todo = tasks(discovery.resources)
        self.progress.phase = "gather"
        self.progress.kinds_total = len(todo)
        for task in todo:
            self.check()
            self.progress.kind = task.resource.kind
            self.progress.listed_of_kind = self.progress.expected = 0
            one = KindSync(task, self.run, cluster, self.progress, self.check, self.writer)
            self.looks.append(one.sync())
            self.issues += one.issues
            self.blocked |= one.blocked
            self.progress.kinds_done += 1
            self.progress.tell()

    def _unserved(self, discovery: Discovery) -> None:
        """Say of each known kind that the cluster does not serve why, and call it an issue where NetBox has objects."""
        served = {(resource.group, resource.kind) for resource in discovery.resources}
        problems = {problem.group: problem.error for problem in discovery.problems}
        issues = []
        for entry in kinds.KINDS:
            if (entry.group, entry.kind) in served:
                continue
            error = problems.get(entry.group)
            code = error.code.value if error else NOT_SERVED
            message = error.message if error else f"The cluster does not serve {entry.plural}.{entry.group}."
            self.looks.append(Look(entry.group, entry.kind, "", error_code=code, error_message=message))
            if error or model_for(entry).objects.filter(fabric=self.run.fabric).exists():
                hint = error.hint if error else "Its objects are kept as they were last seen until it is served again."
                issues.append(
                    RunIssue(
                        run=self.run, api_group=entry.group, kind=entry.kind, code=code, message=message, hint=hint
                    )
                )
        self.issues += issues
        if self.writer:
            self.writer.issues(issues)


def _no_kinds(discovery: Discovery) -> ClusterError:
    for problem in discovery.problems:
        return problem.error
    return ClusterError(
        ErrorCode.NO_HEDGEHOG_CRDS,
        "The API server serves no kinds of *.githedgehog.com.",
    )
