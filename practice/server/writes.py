"""Create, update and patch: from a body to a stored object."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from practice.server import bodies, metadata, patch
from practice.server.documents import Document
from practice.server.errors import (
    ApiError,
    Cause,
    already_exists,
    bad_request,
    conflict,
    internal,
    invalid,
    not_found,
    stale,
)
from practice.server.options import WriteOptions
from practice.server.registry import NAMESPACES, Served
from practice.server.store import Store
from practice.server.stored import Stored, stored

Data = dict[str, Any]


@dataclass
class Written:
    """What a write answers: the object, and warnings for the client."""

    data: Data
    warnings: list[str] = field(default_factory=list)


@contextmanager
def _warned(warnings: list[str]) -> Iterator[None]:
    """Whoever is refused hears the warnings too."""
    try:
        yield
    except ApiError as error:
        error.warnings += warnings
        raise


class Writer:
    """Writes of one store. Each is atomic: it holds the store's lock from the first read to the last write."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def create(self, kind: Served, namespace: str, document: Document, options: WriteOptions) -> Written:
        data = bodies.of_kind(document.data, kind)
        warnings = bodies.known_fields(kind, data, document.duplicates, options.validation)
        with _warned(warnings):
            return Written(self._made(kind, namespace, data, options.dry_run), warnings)

    def _made(self, kind: Served, namespace: str, data: Data, dry_run: bool) -> Data:
        meta = bodies.tidy_metadata(data)
        if kind.namespaced and meta.setdefault("namespace", namespace) != namespace:
            raise bad_request(bodies.OTHER_NAMESPACE)
        with self.store.lock:
            if kind.namespaced and not self.store.get(NAMESPACES.path, "", namespace):
                raise not_found("", "namespaces", namespace)
            if not meta.get("name") and meta.get("generateName"):
                meta["name"] = self._free_name(kind, namespace, meta["generateName"])
            version = meta.pop("resourceVersion", None)
            for name in metadata.OWNED:
                meta.pop(name, None)
            if kind.status:
                data.pop("status", None)
            meta |= {"uid": str(uuid.uuid4()), "creationTimestamp": metadata.now(), "generation": 1}
            data["metadata"] = metadata.tidy(meta)
            bodies.valid(kind, data)
            if version:
                raise internal("resourceVersion should not be set on objects to be created")
            there = self.store.get(kind.path, meta.get("namespace", ""), meta["name"])
            if there:
                raise already_exists(
                    kind.group, kind.plural, meta["name"], "deletionTimestamp" in there.data()["metadata"]
                )
            if not dry_run:
                self.store.put(kind.path, data)
            return data

    def _free_name(self, kind: Served, namespace: str, prefix: str) -> str:
        while self.store.get(kind.path, namespace, name := metadata.generated(prefix)):
            pass
        return name

    def update(
        self, kind: Served, at: tuple[str, str], document: Document, options: WriteOptions, status: bool = False
    ) -> Written:
        """Replace the object AT (namespace, name) or, with STATUS, its status alone."""
        data = bodies.of_kind(document.data, kind)
        warnings = bodies.known_fields(kind, data, document.duplicates, options.validation)
        with _warned(warnings), self.store.lock:
            bodies.same_place(bodies.tidy_metadata(data), at)
            old = self.existing(kind, at)
            if not data["metadata"].get("resourceVersion"):
                cause = Cause(
                    "FieldValueInvalid", "Invalid value: 0: must be specified for an update", "metadata.resourceVersion"
                )
                raise invalid(kind.group, kind.plural, at[1], [cause])
            return Written(self._replace(kind, old, data, status, options.dry_run), warnings)

    def patch(
        self, kind: Served, at: tuple[str, str], media: str, raw: bytes, options: WriteOptions, status: bool = False
    ) -> Written:
        with self.store.lock:
            old = self.existing(kind, at)
            data = patch.apply(media, raw, old.data())
            if not isinstance(data, dict):
                raise bad_request("error decoding patch: the result is no object")
            data = bodies.of_kind(data, kind)
            warnings = bodies.known_fields(kind, data, [], options.validation, patched=True)
            with _warned(warnings):
                bodies.same_place(bodies.tidy_metadata(data), at)
                data["metadata"].setdefault("resourceVersion", str(old.version))
                return Written(self._replace(kind, old, data, status, options.dry_run), warnings)

    def existing(self, kind: Served, at: tuple[str, str]) -> Stored:
        found = self.store.get(kind.path, *at)
        if not found:
            raise not_found(kind.group, kind.plural, at[1])
        return found

    def _replace(self, kind: Served, old: Stored, data: Data, status: bool, dry_run: bool) -> Data:
        was = old.data()
        if data["metadata"]["resourceVersion"] != str(old.version):
            raise stale(kind.group, kind.plural, old.name)
        uid = data["metadata"].get("uid", was["metadata"]["uid"])
        if uid != was["metadata"]["uid"]:
            raise conflict(kind.group, kind.plural, old.name, _other_uid(kind, old, uid, was["metadata"]["uid"]))
        new = _with_status(was, data) if status else _with_spec(kind, was, data)
        added = metadata.no_new_finalizers(was["metadata"], new["metadata"])
        if added:
            raise invalid(kind.group, kind.kind, old.name, added)
        bodies.valid(kind, new)
        if "deletionTimestamp" in was["metadata"] and "finalizers" not in new["metadata"]:
            if not dry_run:
                self.store.delete(kind.path, old.key)
        elif not dry_run and stored(new).raw != old.raw:
            self.store.put(kind.path, new)
        return new


def _other_uid(kind: Served, old: Stored, sent: str, stored_uid: str) -> str:
    key = f"/{kind.group}/{kind.plural}/{old.namespace}/{old.name}"
    words = f"Precondition failed: UID in precondition: {sent}, UID in object meta: {stored_uid}"
    return f"StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: {words}"


def _with_status(was: Data, data: Data) -> Data:
    """The stored object with the body's status: nothing else of the body is taken."""
    new = {key: value for key, value in was.items() if key != "status"}
    return new | ({"status": data["status"]} if "status" in data else {})


def _with_spec(kind: Served, was: Data, data: Data) -> Data:
    """The body with the stored status, and with what the server owns of the metadata."""
    new = dict(data)
    if kind.status:
        new.pop("status", None)
        new |= {"status": was["status"]} if "status" in was else {}
    owned = {name: was["metadata"][name] for name in metadata.OWNED if name in was["metadata"]}
    new["metadata"] = {key: value for key, value in data["metadata"].items() if key not in metadata.OWNED} | owned
    if _content(kind, new) != _content(kind, was):
        new["metadata"]["generation"] = was["metadata"].get("generation", 0) + 1
    return new


def _content(kind: Served, data: Data) -> Data:
    """What the generation counts changes of."""
    apart = ("metadata", "status") if kind.status else ("metadata",)
    return {key: value for key, value in data.items() if key not in apart}
