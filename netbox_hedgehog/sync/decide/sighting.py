"""The door by which objects come in, whatever side shows them: today the cluster, in lists. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, Protocol

from netbox_hedgehog.kinds import Kind
from netbox_hedgehog.sync.decide.bounds import Path
from netbox_hedgehog.sync.decide.decode import Malformed, Observed, decode, digest_of

__all__ = ("LiveSide", "Raw", "Side", "Sighting")

type Raw = bytes | memoryview  # an object's JSON, as an API server serves it


class Sighting(NamedTuple):
    """An object that a side shows, not decoded yet. Its key is known when it is: no side knows it earlier for sure.

    Attributes:
        digest: Names what the object says; while it stays the same, so does the object. A hash of the bytes that a
            cluster serves, or a Git blob's own id.
        decode: Reads the object. Called only where the digest is not known.
    """

    digest: str
    decode: Callable[[], Observed | Malformed]


class Side[Item](Protocol):
    """Shows objects of one kind, each as an item of the side's own form.

    In two steps: what an unchanged object costs, ten thousand times a sync, is its digest alone.
    """

    def digest_of(self, item: Item, /) -> str:
        """The digest of an item."""

    def sighting(self, item: Item, digest: str, /) -> Sighting:
        """An item whose digest is not known."""


@dataclass(frozen=True)
class LiveSide:
    """The cluster, whose items are objects' JSON.

    Attributes:
        kind: The entry of the kind; None for a kind that is not known.
        indexed: The paths of which the database keeps an index.
    """

    kind: Kind | None
    indexed: Sequence[Path] = ()

    digest_of = staticmethod(digest_of)

    def sighting(self, raw: Raw, digest: str, /) -> Sighting:
        return Sighting(digest, partial(decode, raw, digest, self.kind, self.indexed))
