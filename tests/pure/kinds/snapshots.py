"""Whole fabrics as a real control plane served them."""

import json
import lzma
from functools import cache
from typing import Any

from tests.shared import shared

__all__ = ("objects", "snapshot_names")


def snapshot_names() -> list[str]:
    return sorted(file.name.removesuffix(".json.xz") for file in shared("recordings", "snapshots").glob("*.json.xz"))


@cache
def _objects(name: str) -> tuple[dict[str, Any], ...]:
    with lzma.open(shared("recordings", "snapshots", f"{name}.json.xz"), "rt") as file:
        snapshot = json.load(file)
    return tuple(obj for objects in snapshot["objects"].values() for obj in objects)


def objects(*kinds: str) -> list[dict[str, Any]]:
    """Every object of every snapshot, or of these kinds."""
    found = [obj for name in snapshot_names() for obj in _objects(name) if not kinds or obj["kind"] in kinds]
    assert found
    return found
