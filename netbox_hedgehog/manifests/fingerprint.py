"""A short name for what an object says."""

from hashlib import blake2b
from typing import Any

import msgspec

__all__ = ("fingerprint",)

_encode = msgspec.json.Encoder(order="deterministic").encode


def fingerprint(
    labels: dict[str, str], annotations: dict[str, str], spec: Any, status: Any, uid: str, deleting: bool
) -> str:
    """32 hexadecimal digits that differ when any of the parts differs, whatever the order of keys.

    Versions, times and field managers are no parts of it: they change when nothing that anybody reads has changed.
    """
    parts = _encode((labels, annotations, spec, status, uid, deleting))
    return blake2b(parts, digest_size=16).hexdigest()
