"""A kind's list, page by page, against what is stored. Pure: knows neither the database nor the cluster."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation, Stored, decide
from netbox_hedgehog.sync.decide.decode import Malformed, Observed
from netbox_hedgehog.sync.decide.sighting import Side, Sighting

__all__ = ("Comparison", "Key", "Snapshot", "snapshot_of")

type Key = tuple[str, str]  # namespace and name


class Snapshot(NamedTuple):
    """What NetBox held of a kind before the cluster was asked for it.

    ``digests`` of objects that are known again by their bytes alone; ``rows`` of all others, at least; ``count`` of all
    but those that earlier complete lists have proved to be gone.
    """

    digests: Set[str]
    rows: Sequence[Stored]
    count: int  # type: ignore[assignment]  # in the place of tuple.count()

    @property
    def empty(self) -> bool:
        return not (self.digests or self.rows)


def snapshot_of(rows: Sequence[Stored], *, bytes_suffice: bool = True) -> Snapshot:
    """What is known where all ``rows`` are at hand."""
    here = [row for row in rows if not (row.missing_since or row.missing_runs)]
    same = {row.digest for row in here if row.digest} if bytes_suffice else set()
    return Snapshot(same, rows, sum(not row.absence_proven for row in rows))


@dataclass
class Comparison[Item]:
    """Compares a complete list that ``side`` shows of a kind with what was ``known`` before it.

    An object with the digest of the last look is settled by that alone: it is not decoded, nor is its row read. With
    ``fingerprints`` (of what the stored columns say, by primary key) every object is compared.
    """

    side: Side[Item]
    known: Snapshot
    fingerprints: Mapping[int, str] | None = None
    listed: int = 0
    problems: list[Malformed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rows: dict[Key, Stored] = {(row.namespace, row.name): row for row in self.known.rows}
        self._same: set[str] = set()  # digests that were known before the list and whose objects it has shown
        self._by_digest = 0
        self._alike: set[Key] = set()  # objects that it has shown with another digest and that say the same
        self._handled: set[Key] = set()  # objects that it has shown with another digest

    def page(self, items: Iterable[Item]) -> list[Observed]:
        """Those of a page's ``items`` that differ from the last look."""
        differing = []
        known, same, digest_of = self.known.digests, self._same, self.side.digest_of
        for item in items:
            self.listed += 1
            digest = digest_of(item)
            if digest in known:
                same.add(digest)
                self._by_digest += 1
            elif seen := self._first_sight(self.side.sighting(item, digest)):
                differing.append(seen)
        return differing

    @property
    def unchanged(self) -> int:
        """How many listed objects say what is stored of them already, as far as that is decided."""
        return self._by_digest + len(self._alike)

    def decide(self, differing: Iterable[Observed], rows: Mapping[Key, Stored]) -> list[Mutation]:
        """What objects that differ from the last look ask for.

        Safe to repeat, with the rows as they are then: a transaction that failed is done again, or in halves.

        Args:
            differing: Objects that ``page`` has returned.
            rows: Their rows as they are now, by key, read under the kind's lock.
        """
        changes = []
        for seen in differing:
            row = rows.get(seen.key)
            as_compared = row is not None and self._as_compared(row)
            if row and as_compared:
                if row.digest in self.known.digests:
                    self._same.add(row.digest)
                row = self._as_it_says(row)
            change = decide(seen.object, seen.digest, row, as_compared=as_compared)
            if change is None or change.action is ChangeAction.TOUCHED:
                self._alike.add(seen.key)
            else:
                self._alike.discard(seen.key)
            if change is not None:
                changes.append(change)
        return changes

    @property
    def unmatched_digests(self) -> Set[str]:
        """Digests stored before the list that the list did not repeat and whose rows are not loaded.

        Their objects are changed or gone. Means something only after a complete list, as ``absent`` does.
        """
        return self.known.digests - self._same - {row.digest for row in self.known.rows}

    def absent(self, current: Iterable[Stored]) -> list[Stored]:
        """The stored objects that the list did not have. ``current``: rows that still have an unmatched digest."""
        known = (row for row in self.known.rows if row.digest not in self._same)
        return [row for row in (*known, *current) if (row.namespace, row.name) not in self._handled]

    def _as_compared(self, row: Stored) -> bool:
        """Whether nobody has written a row since the snapshot, by the row itself or by the digest of its bytes."""
        return row.digest in self.known.digests or row == self._rows.get((row.namespace, row.name))

    def _first_sight(self, sighting: Sighting) -> Observed | None:
        seen = sighting.decode()
        if isinstance(seen, Malformed):
            self.problems.append(seen)
            return None
        if seen.key in self._handled:  # listed twice: the first one is as true as the second
            self.listed -= 1
            return None
        self._handled.add(seen.key)
        return seen

    def _as_it_says(self, row: Stored) -> Stored:
        return row if self.fingerprints is None else row._replace(fingerprint=self.fingerprints.get(row.pk, ""))
