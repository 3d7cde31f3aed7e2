"""The sync of one kind: list, compare, write. What is gone is left to ``disappear``."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from netbox_hedgehog.cluster import Cluster, ClusterError, ErrorCode, Page
from netbox_hedgehog.models import RunIssue, SyncRun
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.db.retry import retry_transient
from netbox_hedgehog.sync.decide.comparison import Comparison, Snapshot
from netbox_hedgehog.sync.decide.decode import Malformed, Observed
from netbox_hedgehog.sync.decide.guards import ListingResult
from netbox_hedgehog.sync.decide.sighting import LiveSide
from netbox_hedgehog.sync.execute.disappearances import Absent
from netbox_hedgehog.sync.execute.paging import gc_paused, iter_pages
from netbox_hedgehog.sync.execute.run_writer import BATCH, RunWriter
from netbox_hedgehog.sync.runs.progress import Progress, new_counts
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.store.observations import KindListing
from netbox_hedgehog.sync.store.snapshot import load_by_digest, load_current, load_snapshots

__all__ = ("KindReader",)

# Errors of a list that concern its kind alone: the others are listed. Every other error ends the run.
FAILS_ONE_KIND = {ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND, ErrorCode.INVALID, ErrorCode.BAD_ANSWER}
LIST_TRIES = 3
MOST_ISSUES = 500  # objects of a kind that are told of one by one
HEAVY = 64 * 1024 * 1024  # bytes of objects that make a batch, however few they are


class Listing(NamedTuple):
    """A complete list, compared and written. EMPTY: the namespaces whose own list had nothing."""

    comparison: Comparison
    version: str
    empty: frozenset[str]


@dataclass
class KindReader:
    """Syncs TABLE's kind, of which NetBox held what is KNOWN before the cluster was asked for it.

    With WRITER None nothing is written and the outcome is what a sync would do.
    """

    table: KindTable
    run: SyncRun
    cluster: Cluster
    progress: Progress
    check: Callable[[], None]
    writer: RunWriter | None
    known: Snapshot
    issues: list[RunIssue] = field(default_factory=list)
    absent: Absent | None = None

    def sync(self) -> KindListing:
        """Do it; raises ClusterError where the whole run is concerned, and what CHECK raises.

        ``absent`` is what the complete list did not have; None where the list proves nothing.
        """
        resource = self.table.resource
        counts = self.progress.counts[resource.kind] = new_counts()
        names = {"full_names": resource.full_names, "short_names": resource.short_names}
        look = KindListing(resource.group, resource.kind, resource.version, **names)
        try:
            comparison, version, empty = self._listed()
        except ClusterError as error:
            if error.code not in FAILS_ONE_KIND:
                raise
            self._issue(error.code.value, error.message, error.hint)
            look = replace(look, error_code=error.code.value, error_message=error.message)
        else:
            counts["complete"] = True
            look = replace(look, resource_version=version, objects_seen=comparison.listed)
            if not comparison.problems:  # what could not be read may be one of those that seem gone
                stored = partial(load_by_digest, self.run.fabric, self.table, comparison.unmatched_digests)
                gone = comparison.absent(retry_transient(stored, self.check))
                seen = ListingResult(resource.kind, comparison.listed, self.known.count, gone, empty)
                self.absent = Absent(self.table, seen)
        if self.writer:
            self.writer.issues(self.issues)
        return look

    def _listed(self) -> Listing:
        """The whole list, compared and written; begun again where its continue token expired."""
        for _ in range(LIST_TRIES - 1):
            try:
                return self._list()
            except ClusterError as error:
                if error.code != ErrorCode.EXPIRED:
                    raise
            self.known = retry_transient(lambda: load_snapshots(self.run.fabric, [self.table])[self.table], self.check)
        return self._list()

    def _list(self) -> Listing:
        fingerprints = retry_transient(lambda: self.table.fingerprints(self.run.fabric), self.check)
        comparison = Comparison(LiveSide(self.table.entry, self.table.indexed), self.known, fingerprints)
        pending: list[Observed] = []
        errors: list[ClusterError] = []
        items: Counter[str] = Counter()
        counts = self.progress.counts[self.table.resource.kind]
        version = ""
        before = self.progress.listed
        for namespace, page in self._pages(errors):
            version = version or page.resource_version  # of the first list, so that a watch from it misses nothing
            items[namespace or ""] += len(page.items)
            with gc_paused():
                pending += comparison.page(page.items)
            self.progress.listed = before + comparison.listed
            self.progress.listed_of_kind = comparison.listed
            self.progress.expected = max(self.progress.expected, comparison.listed + (page.remaining or 0))
            counts.update(listed=comparison.listed, unchanged=comparison.unchanged, malformed=len(comparison.problems))
            while some := _batch(pending):
                self._write(comparison, pending[:some])
                pending = pending[some:]
            self.progress.tell()
        self._write(comparison, pending)
        # What an earlier, broken-off try wrote in this run looks unchanged to this one, and is counted already.
        changed = sum(counts[name] for name in ("created", "updated", "replaced", "restored"))
        counts["malformed"] = len(comparison.problems)
        counts["unchanged"] = max(0, comparison.listed - len(comparison.problems) - changed)
        self._problems(comparison.problems)
        for error in errors[1:]:
            self._issue(error.code.value, error.message, error.hint)
        if errors:
            raise errors[0]
        return Listing(comparison, version, frozenset(name for name, number in items.items() if name and not number))

    def _pages(self, errors: list[ClusterError]) -> Iterator[tuple[str | None, Page]]:
        """Every page of the kind, with the namespace that was asked for (None: all of them).

        Each namespace is a list of its own: one that may not be read is kept in ERRORS, and the others go on.
        """
        scope = self.table.scope
        namespaces = [scope.namespace] if scope.name else self.run.fabric.namespaces
        for namespace in dict.fromkeys(namespaces or [None]):
            asked = [namespace] if namespace else []
            try:
                for page in iter_pages(self.cluster, self.table.resource, asked, self.check, scope.name):
                    yield namespace, page
            except ClusterError as error:
                if error.code not in FAILS_ONE_KIND:
                    raise
                errors.append(error)

    def _problems(self, problems: Sequence[Malformed]) -> None:
        """An issue for each object that cannot be taken in; of very many, for the first ones and the rest together."""
        hint = RunCode.MALFORMED_OBJECT.hint.format(resource=self.table.resource.name)
        for problem in problems[:MOST_ISSUES]:
            self._issue(problem.code, problem.message, hint, problem.namespace, problem.name)
        if (more := len(problems) - MOST_ISSUES) > 0:
            self._issue(problems[-1].code, f"{more} more objects cannot be taken in.", hint)

    def _write(self, comparison: Comparison, differing: Sequence[Observed]) -> None:
        if self.writer:
            self.writer.write(self.table, differing, comparison.decide)
            comparison.problems += self.writer.refusals()
            return
        keys = [seen.key for seen in differing]
        rows = retry_transient(partial(load_current, self.run.fabric, self.table, keys), self.check) if keys else {}
        counts = self.progress.counts[self.table.resource.kind]
        for change in comparison.decide(differing, rows):
            if change.action.value in counts:
                counts[change.action.value] += 1

    def _issue(self, code: str, message: str, hint: str, namespace: str = "", name: str = "") -> None:
        resource = self.table.resource
        self.issues.append(
            RunIssue(
                run=self.run,
                api_group=resource.group,
                kind=resource.kind,
                namespace=namespace,
                name=name,
                code=code,
                message=message,
                hint=hint,
            )
        )


def _batch(pending: Sequence[Observed]) -> int:
    """How many of PENDING are to be written now; 0 where they are too few."""
    weight = 0
    for count, seen in enumerate(pending[:BATCH], start=1):
        weight += seen.size
        if count == BATCH or weight >= HEAVY:
            return count
    return 0
