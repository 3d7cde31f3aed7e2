"""A kind's list, page by page, against what is stored. Pure: knows neither the database nor the cluster."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from netbox_hedgehog.kinds import Kind
from netbox_hedgehog.sync.decide.bounds import Path
from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation, Stored, classify, is_newer
from netbox_hedgehog.sync.decide.decode import Malformed, Observed, decode, digest_of

__all__ = ("Comparison", "Key", "Snapshot", "snapshot_of")

type Key = tuple[str, str]  # namespace and name


class Snapshot(NamedTuple):
    """What NetBox held of a kind before the cluster was asked for it.

    DIGESTS of objects that are known again by their bytes alone; ROWS of all others, at least; COUNT of all but those
    that earlier complete lists have proved to be gone.
    """

    digests: Set[str]
    rows: Sequence[Stored]
    count: int

    @property
    def empty(self) -> bool:
        return not (self.digests or self.rows)


def snapshot_of(rows: Sequence[Stored], *, bytes_suffice: bool = True) -> Snapshot:
    """What is known where all ROWS are at hand."""
    here = [row for row in rows if not (row.missing_since or row.missing_runs)]
    same = {row.digest for row in here if row.digest} if bytes_suffice else set()
    return Snapshot(same, rows, sum(not row.absence_proven for row in rows))


@dataclass
class Comparison:
    """Compares a list of KIND with what was KNOWN before it.

    An object whose bytes are those of the last look is settled by their digest alone: it is not even parsed, nor is its
    row read. With FINGERPRINTS (of what the stored columns say, by primary key) every object is compared.
    INDEXED: the paths of which the database keeps an index.
    """

    kind: Kind | None
    known: Snapshot
    fingerprints: Mapping[int, str] | None = None
    indexed: Sequence[Path] = ()
    listed: int = 0
    unchanged: int = 0
    problems: list[Malformed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rows: dict[Key, Stored] = {(row.namespace, row.name): row for row in self.known.rows}
        self._same: set[str] = set()  # digests whose objects the list has shown
        self._handled: set[Key] = set()  # objects that it has shown with other bytes

    def page(self, items: Iterable[bytes | memoryview]) -> list[Observed]:
        """Those of a page's ITEMS (each an object's JSON) that differ from the last look."""
        differing = []
        known, same = self.known.digests, self._same
        for raw in items:
            self.listed += 1
            digest = digest_of(raw)
            if digest in known:
                same.add(digest)
                self.unchanged += 1
            elif seen := self._first_sight(raw, digest):
                differing.append(seen)
        return differing

    def changes(self, differing: Iterable[Observed], current: Mapping[Key, Stored]) -> list[Mutation]:
        """What DIFFERING objects ask for. CURRENT: their rows as they are by now, as far as they were not known before.

        Where somebody has stored something newer since, while the list was on its way, that stays.
        """
        changes = []
        for seen in differing:
            row = self._rows.get(seen.key)
            if row is None and (row := current.get(seen.key)):
                self._same.add(row.digest)
                if self._overtaken(seen, row):
                    self.unchanged += 1
                    continue
            action = classify(self._as_it_says(row), seen.object)
            if action is None or action is ChangeAction.TOUCHED:
                self.unchanged += 1
            if action is not None:
                changes.append(Mutation(action, seen.object, seen.digest, row))
        return changes

    @property
    def unmatched_digests(self) -> Set[str]:
        """Digests stored before the list that the list did not repeat and whose rows are not loaded.

        Their objects are changed or gone. Means something only after a complete list, as ``absent`` does.
        """
        return self.known.digests - self._same - {row.digest for row in self.known.rows}

    def absent(self, current: Iterable[Stored]) -> list[Stored]:
        """The stored objects that the list did not have. CURRENT: rows that still have an unmatched digest."""
        known = (row for row in self.known.rows if row.digest not in self._same)
        return [row for row in (*known, *current) if (row.namespace, row.name) not in self._handled]

    def _overtaken(self, seen: Observed, row: Stored) -> bool:
        as_before = row.digest in self.known.digests
        return not as_before and not is_newer(seen.object.resource_version, row.resource_version)

    def _first_sight(self, raw: bytes | memoryview, digest: str) -> Observed | None:
        seen = decode(raw, digest, self.kind, self.indexed)
        if isinstance(seen, Malformed):
            self.problems.append(seen)
            return None
        if seen.key in self._handled:  # listed twice: the first one is as true as the second
            self.listed -= 1
            return None
        self._handled.add(seen.key)
        return seen

    def _as_it_says(self, row: Stored | None) -> Stored | None:
        if row is None or self.fingerprints is None:
            return row
        return row._replace(fingerprint=self.fingerprints.get(row.pk, ""))
