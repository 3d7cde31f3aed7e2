"""Reads one kind: list, compare, write. What becomes of what is gone is left to ``disappearances``."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from netbox_hedgehog.cluster import Cluster, ClusterError, ErrorCode, Page
from netbox_hedgehog.models import RunIssue, SyncRun
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.db.retry import retry_transient
from netbox_hedgehog.sync.decide.comparison import Comparison, Snapshot
from netbox_hedgehog.sync.decide.decode import Observed
from netbox_hedgehog.sync.decide.guards import ListingResult
from netbox_hedgehog.sync.decide.sighting import LiveSide, Raw
from netbox_hedgehog.sync.execute.disappearances import Absent
from netbox_hedgehog.sync.execute.findings_writer import FindingsWriter
from netbox_hedgehog.sync.execute.paging import gc_paused, iter_pages
from netbox_hedgehog.sync.execute.run_writer import BATCH
from netbox_hedgehog.sync.runs.progress import Progress, new_counts
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.store.observations import KindListing
from netbox_hedgehog.sync.store.snapshot import load_by_digest, load_snapshots

__all__ = ("KindReader", "KindResult")

# Errors of a list that concern its kind alone: the others are listed. Every other error ends the run.
FAILS_ONE_KIND = {ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND, ErrorCode.INVALID, ErrorCode.BAD_ANSWER}
LIST_TRIES = 3
MOST_ISSUES = 500  # objects of a kind that are told of one by one
HEAVY = 64 * 1024 * 1024  # bytes of objects that make a batch, however few they are


class Listing(NamedTuple):
    """A list that was read to its end, compared and written.

    Attributes:
        comparison: What the list has shown.
        version: The list's resourceVersion: of its first page, so that a watch from it misses nothing.
        empty: The namespaces whose own list had nothing.
        changed: How many objects were written, by ``ChangeAction``, in this list and in those that broke off before.
        errors: Why some namespaces, or the kind as a whole, could not be listed; any error makes the list incomplete.
    """

    comparison: Comparison[Raw]
    version: str
    empty: frozenset[str]
    changed: Mapping[str, int]
    errors: Sequence[ClusterError]

    def counts(self) -> dict[str, Any]:
        """The kind's counts (see ``new_counts``) once its list is over.

        An object that a list wrote which broke off afterwards looks unchanged to the next one, and counts as changed.
        """
        listed, malformed = self.comparison.listed, len(self.comparison.problems)
        changed = {name: self.changed[name] for name in ("created", "updated", "replaced", "restored")}
        unchanged = max(0, listed - malformed - sum(changed.values()))
        parts = {"listed": listed, **changed, "unchanged": unchanged, "malformed": malformed}
        return {**new_counts(), **parts, "complete": not self.errors}


@dataclass(frozen=True)
class KindResult:
    """What reading one kind has come to.

    Attributes:
        listing: What is stored of the kind: complete, or with the error that stopped the list.
        counts: See ``new_counts``; nothing is missing or removed yet.
        issues: What was found wrong with the kind and its objects.
        absent: What the complete list did not have; None where the list proves nothing.
    """

    listing: KindListing
    counts: Mapping[str, Any]
    issues: Sequence[RunIssue] = ()
    absent: Absent | None = None


@dataclass(frozen=True)
class KindReader:
    """Lists one kind, compares it with what NetBox has, and hands what differs to a writer.

    Attributes:
        table: The kind and where its rows are.
        run: The run that reads.
        cluster: Where to list.
        progress: Is told of each page.
        check: Called now and then; raises where the run has to stop.
        writer: Where the objects go that differ.
        known: What NetBox held of the kind before the cluster was asked for it.
    """

    table: KindTable
    run: SyncRun
    cluster: Cluster
    progress: Progress
    check: Callable[[], None]
    writer: FindingsWriter
    known: Snapshot

    def read(self) -> KindResult:
        """Read the kind; raises ClusterError where the whole run is concerned, and what ``check`` raises."""
        resource = self.table.resource
        found = self._listed()
        issues = self._issues(found)
        listing = KindListing(
            resource.group,
            resource.kind,
            resource.version,
            full_names=resource.full_names,
            short_names=resource.short_names,
        )
        if found.errors:
            error = found.errors[0]
            listing = replace(listing, error_code=error.code.value, error_message=error.message)
            return KindResult(listing, found.counts(), issues)
        listing = replace(listing, resource_version=found.version, objects_seen=found.comparison.listed)
        return KindResult(listing, found.counts(), issues, self._absent(found))

    def _absent(self, found: Listing) -> Absent | None:
        comparison = found.comparison
        if comparison.problems:  # what could not be read may be one of those that seem gone
            return None
        unmatched = partial(load_by_digest, self.run.fabric, self.table, comparison.unmatched_digests)
        gone = comparison.absent(retry_transient(unmatched, self.check))
        kind, known = self.table.resource.kind, comparison.known.count
        return Absent(self.table, ListingResult(kind, comparison.listed, known, gone, found.empty))

    def _listed(self) -> Listing:
        """The whole list, compared and written; begun again where its continue token expired."""
        known, changed = self.known, Counter[str]()
        for _ in range(LIST_TRIES - 1):
            try:
                return self._list(known, changed)
            except ClusterError as error:
                if error.code != ErrorCode.EXPIRED:
                    raise
            known = retry_transient(lambda: load_snapshots(self.run.fabric, [self.table])[self.table], self.check)
        return self._list(known, changed)

    def _list(self, known: Snapshot, changed: Counter[str]) -> Listing:
        """One try; what it writes is added to ``changed``, which outlasts a try that breaks off."""
        fingerprints = retry_transient(lambda: self.table.fingerprints(self.run.fabric), self.check)
        comparison = Comparison(LiveSide(self.table.entry, self.table.indexed), known, fingerprints)
        pending: list[Observed] = []
        errors: list[ClusterError] = []
        items: Counter[str] = Counter()
        version = ""
        self.progress.begin_list()
        for namespace, page in self._pages(errors):
            version = version or page.resource_version
            items[namespace or ""] += len(page.items)
            with gc_paused():
                pending += comparison.page(page.items)
            self.progress.count_page(
                comparison.listed,
                comparison.listed + (page.remaining or 0),
                unchanged=comparison.unchanged,
                malformed=len(comparison.problems),
            )
            while size := _batch_size(pending):
                changed.update(self._write(comparison, pending[:size]))
                pending = pending[size:]
            self.progress.report()
        changed.update(self._write(comparison, pending))
        empty = frozenset(name for name, number in items.items() if name and not number)
        return Listing(comparison, version, empty, changed, errors)

    def _pages(self, errors: list[ClusterError]) -> Iterator[tuple[str | None, Page]]:
        """Every page of the kind, with the namespace that was asked for (None: all of them).

        Each namespace is a list of its own: one that may not be read is kept in ``errors``, and the others go on.
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

    def _write(self, comparison: Comparison[Raw], differing: Sequence[Observed]) -> list[str]:
        """Hand over objects that differ; returns the actions of what was written."""
        written = self.writer.write(self.table, differing, comparison.decide)
        comparison.problems += self.writer.refusals()
        return [change.action.value for change in written]

    def _issues(self, found: Listing) -> list[RunIssue]:
        """An issue for each object that cannot be taken in, and for each namespace that could not be listed.

        Of very many objects, one for each of the first ones and one for the rest together.
        """
        problems = found.comparison.problems
        issues = [
            self._issue(each.code, each.message, self._hint(each.code), each.namespace, each.name)
            for each in problems[:MOST_ISSUES]
        ]
        if (more := len(problems) - MOST_ISSUES) > 0:
            code = problems[-1].code
            issues.append(self._issue(code, f"{more} more objects cannot be taken in.", self._hint(code)))
        # The first error, which is the kind's in what is stored of it, comes last.
        errors = [*found.errors[1:], *found.errors[:1]]
        return issues + [self._issue(error.code.value, error.message, error.hint) for error in errors]

    def _hint(self, code: RunCode) -> str:
        return code.hint.format(resource=self.table.resource.name)

    def _issue(self, code: str, message: str, hint: str, namespace: str = "", name: str = "") -> RunIssue:
        resource = self.table.resource
        return RunIssue(
            run=self.run,
            api_group=resource.group,
            kind=resource.kind,
            namespace=namespace,
            name=name,
            code=code,
            message=message,
            hint=hint,
        )


def _batch_size(pending: Sequence[Observed]) -> int:
    """How many of the first objects are to be written now; 0 where they are too few."""
    weight = 0
    for count, seen in enumerate(pending[:BATCH], start=1):
        weight += seen.size
        if count == BATCH or weight >= HEAVY:
            return count
    return 0
