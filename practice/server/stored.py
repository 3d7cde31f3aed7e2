"""One version of one object, kept as the bytes in which it is served."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

Key = tuple[str, str]
encoder = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True)
class Stored:
    """One version of one object."""

    raw: bytes
    namespace: str
    name: str
    version: int

    @property
    def key(self) -> Key:
        return self.namespace, self.name

    @cached_property
    def labels(self) -> dict[str, str]:
        return self.data()["metadata"].get("labels") or {}

    def data(self) -> dict[str, Any]:
        """A fresh copy of the object, free to be changed."""
        return msgspec.json.decode(self.raw)


def stored(data: dict[str, Any]) -> Stored:
    meta = data["metadata"]
    return Stored(encoder.encode(data), meta.get("namespace", ""), meta["name"], int(meta.get("resourceVersion") or 0))
