"""Objects put and taken in this process, past the API: for tests, for what a fabric's own programs do, for sources."""

from __future__ import annotations

import copy
import json
import lzma
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from practice.server import metadata
from practice.server.registry import NAMESPACES, Registry, Served
from practice.server.store import Store

Data = dict[str, Any]


class Direct:
    """Reads and writes a store without validation."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self.store, self.registry = store, registry

    def put(self, data: Data) -> Data:
        """Create or replace an object as it is given, status and all; returns it as it is stored.

        The uid, times and generation are kept or made, the namespace comes into being where it is missing. What changes
        nothing keeps its version and is no event. Raises LookupError for a kind that is not served.
        """
        kind = self.registry.of_kind(data["apiVersion"], data["kind"])
        if kind is None:
            raise LookupError(f"{data['kind']} of {data['apiVersion']} is not served")
        data = copy.deepcopy(data)
        meta = data.setdefault("metadata", {})
        if kind.namespaced:
            meta.setdefault("namespace", "default")
        with self.store.lock:
            if kind.namespaced:
                self.namespace(meta["namespace"])
            old = self.store.get(kind.path, meta.get("namespace", ""), meta["name"])
            was = old.data() if old else None
            _complete(data, was)
            if was and was == data | {"metadata": {**meta, "resourceVersion": was["metadata"]["resourceVersion"]}}:
                return was
            return self.store.put(kind.path, data).data()

    def put_all(self, objects: Iterable[Data]) -> None:
        with self.store.lock:
            for data in objects:
                self.put(data)

    def get(self, plural: str, name: str, namespace: str = "default") -> Data | None:
        found = self.store.get(self._kind(plural).path, namespace, name)
        return found.data() if found else None

    def list(self, plural: str) -> list[Data]:
        return [item.data() for item in self.store.items(self._kind(plural).path)]

    def delete(self, plural: str, name: str, namespace: str = "default") -> None:
        """Take an object away, finalizers or not; raises KeyError where there is none."""
        self.store.delete(self._kind(plural).path, (namespace, name))

    def namespace(self, name: str) -> None:
        """Make a namespace, if it is not there."""
        if not self.store.get(NAMESPACES.path, "", name):
            self.store.put(NAMESPACES.path, _namespace(name))

    def load(self, objects: dict[str, list[Data]], version: int = 0, namespaces: Iterable[str] = ()) -> None:
        """Serve OBJECTS (by path, as in a snapshot) and nothing else, with their own uids and versions."""
        self.store.load(objects, version)
        found = {item["metadata"].get("namespace", "") for items in objects.values() for item in items}
        for name in sorted({"default", "fab", "kube-system", *found, *namespaces} - {""}):
            self.namespace(name)
        self.store.compact()

    def backup(self) -> tuple[dict[str, list[Data]], int]:
        """Every object by path, and the version of this moment: what `restore` takes."""
        version, objects = self.store.dump()
        return {path: [msgspec.json.decode(raw) for raw in raws] for path, raws in objects.items()}, version

    def restore(self, objects: dict[str, list[Data]] | None = None, version: int = 0) -> None:
        """Put the store back to an earlier state, versions too: an API server on an older backup. Without: on none."""
        with self.store.lock:
            objects = objects or {}
            self.store.load(copy.deepcopy(objects), version, back=True)
            for name in ("default", "fab", "kube-system"):
                self.namespace(name)
            self.store.compact()

    def _kind(self, plural: str) -> Served:
        return next(kind for kind in self.registry.all() if kind.plural == plural)


def _complete(data: Data, old: Data | None) -> None:
    """Fill in the metadata that the server owns."""
    meta, was = data["metadata"], (old or {}).get("metadata", {})
    meta.setdefault("uid", was.get("uid") or metadata.stable_uid(data["apiVersion"], data["kind"], *_place(meta)))
    meta.setdefault("creationTimestamp", was.get("creationTimestamp") or metadata.now())
    changed = old is not None and old.get("spec") != data.get("spec")
    meta["generation"] = was.get("generation", meta.get("generation", 1)) + changed


def _place(meta: Data) -> tuple[str, str]:
    return meta.get("namespace", ""), meta["name"]


def _namespace(name: str) -> Data:
    labels = {"kubernetes.io/metadata.name": name}
    meta = {"name": name, "uid": metadata.stable_uid("v1", "Namespace", name), "labels": labels}
    meta["creationTimestamp"] = metadata.now()
    spec, status = {"finalizers": ["kubernetes"]}, {"phase": "Active"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": meta, "spec": spec, "status": status}


def read_snapshot(path: Path) -> Data:
    """A recorded state, compressed (.xz) or not: {"objects": {path: [object]}, "namespaces": [name], ...}."""
    raw = path.read_bytes()
    return json.loads(lzma.decompress(raw) if path.suffix == ".xz" else raw)
