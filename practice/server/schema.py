"""A kind's schema at work: what it drops and what it fills in.

The order is the real server's: unknown fields are pruned (and told), nulls where none may be are dropped, defaults are
filled in, and what is left is validated.
"""

from __future__ import annotations

import copy
from typing import Any

Schema = dict[str, Any]
KEEP = "x-kubernetes-preserve-unknown-fields"


def prune(value: Any, schema: Schema, path: str = "") -> list[str]:
    """Drop from VALUE, in place, the fields that SCHEMA does not know; returns their paths."""
    if isinstance(value, list):
        items = schema.get("items", {})
        return [found for index, item in enumerate(value) for found in prune(item, items, f"{path}[{index}]")]
    if not isinstance(value, dict) or schema.get(KEEP):
        return []
    known, extra, dropped = schema.get("properties", {}), schema.get("additionalProperties"), []
    for key in sorted(value):
        below = join(path, key)
        if key in known:
            dropped += prune(value[key], known[key], below)
        elif isinstance(extra, dict):
            dropped += prune(value[key], extra, below)
        elif not extra:
            del value[key]
            dropped.append(below)
    return dropped


def fill(value: Any, schema: Schema) -> None:
    """Drop nulls that may not be and fill in defaults, in place, below every object that is there."""
    if isinstance(value, list):
        for item in value:
            fill(item, schema.get("items", {}))
    if not isinstance(value, dict):
        return
    known, extra = schema.get("properties", {}), schema.get("additionalProperties")
    for key in list(value):
        part = known.get(key) or (extra if isinstance(extra, dict) else {})
        if value[key] is None and part and not part.get("nullable"):
            del value[key]
    for key, part in known.items():
        if key not in value and "default" in part:
            value[key] = copy.deepcopy(part["default"])
    for key, item in value.items():
        part = known.get(key) or (extra if isinstance(extra, dict) else None)
        if part:
            fill(item, part)


def join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
