"""What a server starts with: what it held when it stopped, a snapshot, nothing, or the sample fabric."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from practice.sample import Motion, sample
from practice.server.direct import Direct, read_snapshot
from practice.server.registry import CRDS, NAMESPACES, Registry
from practice.server.state import State
from practice.server.store import Store

Move = Callable[[], None]


def fill(
    state: State, store: Store, registry: Registry, snapshot: Path | None, empty: bool, still: bool
) -> tuple[dict[str, Any], Move | None]:
    """Fill STORE; returns what to save beside the objects, and what moves them.

    SNAPSHOT and EMPTY win over what the directory holds from an earlier run.
    """
    direct = Direct(store, registry)
    if snapshot or empty:
        given = read_snapshot(snapshot) if snapshot else {}
        direct.load(given.get("objects", {}), namespaces=given.get("namespaces", []))
        return {"moves": False}, None
    if state.has_objects():
        saved = state.load()
        objects = saved["objects"]
        names = [item["metadata"]["name"] for item in objects.pop(NAMESPACES.path, [])]
        objects.pop(CRDS.path, None)
        direct.load(objects, saved["version"], names)
        moves = saved["moves"]
    else:
        direct.load({})
        direct.put_all(sample())
        moves = True
    store.compact()
    return {"moves": moves}, Motion(direct).move if moves and not still else None
