"""A short digest of what an object says."""

from hashlib import blake2b
from typing import Any

import msgspec

__all__ = ("fingerprint",)

_encode = msgspec.json.Encoder(order="deterministic").encode


def fingerprint(
    labels: dict[str, str], annotations: dict[str, str], spec: Any, status: Any, uid: str, deleting: bool
) -> str:
    """Digest an object, whatever the order of its keys.

    Versions, times and field managers are left out: they change although nothing that anybody reads has changed.

    Returns:
        32 hexadecimal digits, which differ if any of the arguments does.
    """
    parts = _encode((labels, annotations, spec, status, uid, deleting))
    return blake2b(parts, digest_size=16).hexdigest()
