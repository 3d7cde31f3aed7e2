"""The recorded states of a real control plane, as the tests compare NetBox with them."""

import json
import lzma
from typing import Any

from netbox_hedgehog import kinds
from tests.shared import shared

__all__ = ("NAMES", "objects", "path", "secrets")

NAMES = ("small", "medium", "gateway", "large")
SECRET_KEYS = ("passwordHash", "password", "username", "ca", "certPEM", "key", "token", "accessKey", "secret")


def path(name: str):
    return shared("recordings", "snapshots", f"{name}.json.xz")


def objects(name: str) -> dict[kinds.Kind, list[dict[str, Any]]]:
    """Everything that was served, by kind."""
    recorded = json.loads(lzma.decompress(path(name).read_bytes()))["objects"]
    found = {}
    for group_version_plural, items in recorded.items():
        plural = group_version_plural.rpartition("/")[2]
        found[kinds.by_plural(plural)] = items
    return found


def secrets(name: str) -> set[str]:
    """The values in the agents' specs that must not leave the cluster, found by their keys and not by our rules."""
    found: set[str] = set()
    for kind, items in objects(name).items():
        if kind.kind in ("Agent", "GatewayAgent"):
            for item in items:
                _collect(item.get("spec"), found)
    return found


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in SECRET_KEYS and isinstance(item, str) and len(item) >= 6:
                found.add(item)
            _collect(item, found)
    elif isinstance(value, list):
        for item in value:
            _collect(item, found)
    elif isinstance(value, str) and ("-----BEGIN" in value or value.startswith(("$5$", "$6$", "$y$"))):
        found.add(value)
