"""What a list of one kind changes in NetBox. Pure: knows neither the database nor the cluster."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from netbox_hedgehog.kinds import Kind
from netbox_hedgehog.manifests import Canonical, canonical

__all__ = ("Action", "Change", "Comparison", "Problem", "Stored", "digest_of", "newer", "settle")


NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it
LONGEST = {"name": 253, "namespace": 63, "uid": 64, "resource_version": 64}  # what Kubernetes and the tables allow


class Action(StrEnum):
    """What happened to an object, seen from NetBox."""

    CREATED = "created"
    UPDATED = "updated"
    REPLACED = "replaced"  # deleted and created again under the same name: another uid
    RESTORED = "restored"  # was missing, is back
    TOUCHED = "touched"  # only its version on the cluster differs: nothing that NetBox shows or anyone wrote


class Stored(NamedTuple):
    """What NetBox holds of an object, as far as comparing needs it."""

    pk: int
    namespace: str
    name: str
    uid: str
    resource_version: str
    digest: str
    fingerprint: str
    missing_since: datetime | None
    missing_runs: int


class Change(NamedTuple):
    """An object that has to be written, as it was seen."""

    action: Action
    seen: Canonical
    digest: str
    stored: Stored | None


class Problem(NamedTuple):
    """An object that cannot be taken in; the others go on."""

    namespace: str
    name: str
    code: str
    message: str


@dataclass
class Comparison:
    """Compares one kind's list, page by page, with what is stored.

    An object whose bytes are those of the last look is settled by their digest alone: it is not even parsed. With
    FINGERPRINTS (of what the stored columns say, by primary key) nothing is taken on trust: every object is compared.
    """

    kind: Kind | None
    stored: Sequence[Stored]
    fingerprints: Mapping[int, str] | None = None
    listed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        trusted = self.fingerprints is None
        self._digests = {row.digest for row in self.stored if trusted and row.digest and not row.missing_since}
        self._same: set[str] = set()  # digests that the list has shown
        self._found: set[int] = set()  # keys of those that it has shown with another digest
        self._handled: set[tuple[str, str]] = set()

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Stored]:
        """Made where something differs, which is rare."""
        return {(row.namespace, row.name): row for row in self.stored}

    @property
    def known(self) -> int:
        """How many objects are stored, without those that earlier complete lists have proved to be gone."""
        return sum(not row.missing_runs for row in self.stored)

    def page(self, items: Iterable[bytes | memoryview]) -> list[Change]:
        """The changes that a page's ITEMS (each an object's JSON) ask for."""
        changes = []
        for raw in items:
            self.listed += 1
            digest = digest_of(raw)
            if digest in self._digests:
                self._same.add(digest)
                self.unchanged += 1
            elif change := self._changed(raw, digest):
                changes.append(change)
        return changes

    def gone(self) -> list[Stored]:
        """The stored objects that the list did not have. Means something only after a complete list."""
        return [row for row in self.stored if row.digest not in self._same and row.pk not in self._found]

    def _changed(self, raw: bytes | memoryview, digest: str) -> Change | None:
        try:
            seen = canonical(msgspec.json.decode(raw), self.kind)
            if not isinstance(seen.spec, dict | None):
                raise TypeError(f"spec is a {type(seen.spec).__name__}, not an object")
            _check_storable(raw, seen)
        except (msgspec.DecodeError, msgspec.ValidationError, ValueError, TypeError, KeyError) as error:
            self.problems.append(_problem(raw, error))
            return None
        key = (seen.namespace, seen.name)
        row = self._by_key.get(key)
        if row:
            self._found.add(row.pk)
        if key in self._handled:  # listed twice: the first one is as true as the second
            self.listed -= 1
            return None
        self._handled.add(key)
        action = judge(self._as_it_says(row), seen)
        if action is None or action is Action.TOUCHED:
            self.unchanged += 1
        return None if action is None else Change(action, seen, digest, row)

    def _as_it_says(self, row: Stored | None) -> Stored | None:
        if row is None or self.fingerprints is None:
            return row
        return row._replace(fingerprint=self.fingerprints.get(row.pk, ""))


def judge(stored: Stored | None, seen: Canonical) -> Action | None:
    """What seeing an object means for what is STORED of it; None where nothing has to be written."""
    if stored is None:
        return Action.CREATED
    if stored.uid and stored.uid != seen.uid:
        return Action.REPLACED
    if stored.missing_since:
        return Action.RESTORED
    if stored.fingerprint != seen.fingerprint:
        return Action.UPDATED
    return None if stored.resource_version == seen.resource_version else Action.TOUCHED


def newer(version: str, than: str) -> bool:
    """Whether resourceVersion VERSION is newer THAN the other: they count up, in all that Kubernetes stores.

    Of versions that are no numbers nothing is known, and what was seen last is taken for the newer.
    """
    return int(version) > int(than) if version.isdigit() and than.isdigit() else version != than


def settle(change: Change, current: Stored | None) -> Change | None:
    """What is left of CHANGE where CURRENT is stored now; None where somebody has stored something newer.

    A run and a watcher write the same rows, and neither may undo what the other saw later. A row that is still what
    CHANGE was compared with takes anything, older versions too: a cluster may have been put back to an older state.
    """
    if current == change.stored:
        return change
    if current and not newer(change.seen.resource_version, current.resource_version):
        return None
    action = judge(current, change.seen)
    return None if action is None else change._replace(action=action, stored=current)


def digest_of(raw: bytes | memoryview) -> str:
    """A digest of an object's JSON as it was served."""
    return blake2b(raw, digest_size=16).hexdigest()


def _check_storable(raw: bytes | memoryview, seen: Canonical) -> None:
    """Raise ValueError for what the database would refuse: it would take the whole batch, and the run, down with it."""
    text = bytes(raw)
    if rb"\u0000" in text and NUL.search(text):  # nearly no object has it, and the pattern alone is slow
        raise ValueError("a text holds a NUL character, which the database cannot keep")
    for name, length in LONGEST.items():
        if len(getattr(seen, name)) > length:
            raise ValueError(f"the {name} is longer than {length} characters")


def _problem(raw: bytes | memoryview, error: Exception) -> Problem:
    """Name a malformed object as well as it can be named."""

    class Metadata(msgspec.Struct):
        name: str = ""
        namespace: str = ""

    class Named(msgspec.Struct):
        metadata: Metadata

    try:
        metadata = msgspec.json.decode(raw, type=Named).metadata
    except (msgspec.DecodeError, msgspec.ValidationError):
        metadata = Metadata()
    namespace, name = (each.replace("\0", "") for each in (metadata.namespace, metadata.name))
    return Problem(namespace[:63], name[:253], "malformed_object", f"{type(error).__name__}: {error}")
