"""One object as a list or a watch serves it: read, or found unfit. Pure."""

import re
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from netbox_hedgehog.kinds import Kind
from netbox_hedgehog.manifests import Canonical, canonical

__all__ = ("DIGEST", "Problem", "Seen", "digest_of", "see")

DIGEST = 32  # characters of a digest
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it
LONGEST = {"name": 253, "namespace": 63, "uid": 64, "resource_version": 64}  # what Kubernetes and the tables allow


class Seen(NamedTuple):
    """An object, and the digest of its bytes."""

    object: Canonical
    digest: str

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and name."""
        return self.object.namespace, self.object.name


class Problem(NamedTuple):
    """An object that cannot be taken in; the others go on."""

    namespace: str
    name: str
    code: str
    message: str


def digest_of(raw: bytes | memoryview) -> str:
    """A digest of an object's JSON as it was served."""
    return blake2b(raw, digest_size=DIGEST // 2).hexdigest()


def see(raw: bytes | memoryview, digest: str, kind: Kind | None) -> Seen | Problem:
    """The object of KIND in RAW, which is JSON with DIGEST."""
    try:
        found = canonical(msgspec.json.decode(raw), kind)
        if not isinstance(found.spec, dict | None):
            raise TypeError(f"spec is a {type(found.spec).__name__}, not an object")
        _check_storable(raw, found)
    except (msgspec.DecodeError, msgspec.ValidationError, ValueError, TypeError, KeyError) as error:
        return _problem(raw, error)
    return Seen(found, digest)


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
