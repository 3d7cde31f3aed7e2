"""Reads one object as a list or a watch serves it, or finds it malformed. Pure."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from netbox_hedgehog.cluster.errors.printable import printable
from netbox_hedgehog.cluster.http.json_outline import members
from netbox_hedgehog.kinds import Kind
from netbox_hedgehog.manifests import Canonical, canonical
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.decide import bounds

__all__ = ("DIGEST", "Malformed", "Observed", "decode", "digest_of", "named")

DIGEST = 32  # characters of a digest


class Observed(NamedTuple):
    """An object in canonical form, the digest of its bytes, and their number."""

    object: Canonical
    digest: str
    size: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and name."""
        return self.object.namespace, self.object.name


class Malformed(NamedTuple):
    """An object that cannot be stored; other objects are not affected."""

    namespace: str
    name: str
    code: RunCode
    message: str


def digest_of(raw: bytes | memoryview) -> str:
    """Digest an object's JSON as it was served: 32 hexadecimal digits."""
    return blake2b(raw, digest_size=DIGEST // 2).hexdigest()


def decode(
    raw: bytes | memoryview, digest: str, kind: Kind | None, indexed: Sequence[bounds.Path] = ()
) -> Observed | Malformed:
    """Read an object.

    Args:
        raw: Its JSON.
        digest: The digest of ``raw``.
        kind: Its kind; None if the plugin does not know it.
        indexed: The paths that PostgreSQL keeps an index of.

    Returns:
        The object, or why it cannot be stored.
    """
    text = bytes(raw)
    try:
        bounds.check_raw(text)
        found = canonical(msgspec.json.decode(text), kind)
        if not isinstance(found.spec, dict | None):
            raise TypeError(f"spec is a {type(found.spec).__name__}, not an object")
        bounds.check(text, found, indexed)
    except (msgspec.DecodeError, msgspec.ValidationError, ValueError, TypeError, KeyError, ArithmeticError) as error:
        return _problem(text, error)
    return Observed(found, digest, len(text))


def named(raw: bytes) -> tuple[str, str]:
    """Read namespace and name from an object's JSON, however malformed it is.

    Returns:
        Both; each is empty if it cannot be read.
    """
    metadata = members(members(raw).get(b"metadata", b""))
    return _text(metadata.get(b"namespace", b"")), _text(metadata.get(b"name", b""))


def _text(raw: bytes) -> str:
    try:
        return msgspec.json.decode(raw, type=str)
    except (msgspec.DecodeError, ValueError):
        return ""


def _problem(raw: bytes, error: Exception) -> Malformed:
    """Name a malformed object as well as it can be named."""
    namespace, name = (text.replace("\0", "") for text in named(raw))
    what = str(error) if isinstance(error, bounds.OutOfBounds) else f"{type(error).__name__}: {error}"
    return Malformed(namespace[:63], name[:253], RunCode.MALFORMED_OBJECT, printable(what))
