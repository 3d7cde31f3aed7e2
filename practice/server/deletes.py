"""Deletions: of one object and of many, at once or waiting for finalizers."""

from __future__ import annotations

from typing import Any

from practice.server import metadata
from practice.server.errors import conflict, named
from practice.server.options import DeleteOptions
from practice.server.registry import Served
from practice.server.store import Store
from practice.server.stored import Stored

WAITS = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}  # finalizers that a garbage collector would take away


def delete(store: Store, kind: Served, old: Stored, options: DeleteOptions) -> dict[str, Any]:
    """Delete OLD, which STORE holds under its lock; answers a Status or, when it must wait, the waiting object."""
    data = old.data()
    meta = data["metadata"]
    _check(kind, old, meta, options)
    waits = WAITS.get(options.policy)
    finalizers = list(meta.get("finalizers") or [])
    if waits and waits not in finalizers and "deletionTimestamp" not in meta:
        finalizers.append(waits)
    if not finalizers:
        if not options.dry_run:
            store.delete(kind.path, old.key)
        return _success(kind, meta)
    if "deletionTimestamp" in meta:
        return data
    meta |= {"finalizers": finalizers, "deletionTimestamp": metadata.now(), "deletionGracePeriodSeconds": 0}
    meta["generation"] = meta.get("generation", 0) + 1
    if not options.dry_run:
        store.put(kind.path, data)
    return data


def _check(kind: Served, old: Stored, meta: dict[str, Any], options: DeleteOptions) -> None:
    if options.uid and options.uid != meta["uid"]:
        words = f"the UID in the precondition ({options.uid}) does not match the UID in record ({meta['uid']})"
        raise conflict(
            kind.group, kind.kind, old.name, f"{words}. The object might have been deleted and then recreated"
        )
    if options.version and options.version != str(old.version):
        words = (
            f"the ResourceVersion in the precondition ({options.version}) does not match the ResourceVersion in record"
        )
        raise conflict(kind.group, kind.kind, old.name, f"{words} ({old.version}). The object might have been modified")


def _success(kind: Served, meta: dict[str, Any]) -> dict[str, Any]:
    details = {**named(kind.group, kind.plural, meta["name"]), "uid": meta["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
