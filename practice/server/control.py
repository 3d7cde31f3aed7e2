"""The practice server's own paths, which no API server has, for an admin: faults, kinds, watches, the store's past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from practice.server import watchers
from practice.server.answers import Answer, made
from practice.server.direct import Direct
from practice.server.documents import Form, read
from practice.server.errors import ApiError, PageNotFound, bad_request
from practice.server.faults import Faults
from practice.server.paths import Asked
from practice.server.registry import Registry
from practice.server.store import Store
from practice.server.watchers import ABORT, Watchers


@dataclass(frozen=True)
class Levers:
    """What can be pulled."""

    faults: Faults
    registry: Registry
    store: Store
    watchers: Watchers


def answer(levers: Levers, asked: Asked, query: Mapping[str, str], body: bytes) -> Answer:
    """GET, POST, DELETE /practice/faults, DELETE /practice/faults/ID, POST /practice/kinds, and what `_past` has.

    DELETE /practice/kinds/GROUP/VERSION/PLURAL ends a kind.
    """
    match asked.method, asked.path.strip("/").split("/"):
        case "GET", ["practice", "faults"]:
            return _active(levers.faults)
        case "POST", ["practice", "faults"]:
            return _add(levers.faults, body)
        case "DELETE", ["practice", "faults"]:
            levers.faults.clear()
            return _active(levers.faults)
        case "DELETE", ["practice", "faults", number] if number.isdigit():
            if not levers.faults.remove(int(number)):
                raise ApiError(404, "NotFound", f"fault {number} is not on")
            return _active(levers.faults)
        case "POST", ["practice", "kinds"]:
            return _kind(levers.registry, body)
        case "DELETE", ["practice", "kinds", *path]:
            return _remove_kind(levers.registry, "/".join(path))
        case method, ["practice", name]:
            return _past(levers, method, name, query, body)
    raise PageNotFound


def _past(levers: Levers, method: str, name: str, query: Mapping[str, str], body: bytes) -> Answer:
    """GET, DELETE /practice/watches, GET /practice/backup, POST /practice/bookmark, compact or restore."""
    match method, name:
        case "GET", "watches":
            return made({"watches": [watcher.data() for watcher in levers.watchers.open()]}, Form())
        case "POST", "bookmark":
            return _bookmark(levers.watchers)
        case "DELETE", "watches":
            return made({"ended": _end(levers.watchers, query)}, Form())
        case "POST", "compact":
            levers.store.compact()
            return made({"version": levers.store.version}, Form())
        case "GET", "backup":
            objects, version = Direct(levers.store, levers.registry).backup()
            return made({"version": version, "objects": objects}, Form())
        case "POST", "restore":
            return _restore(levers, body)
    raise PageNotFound


def _bookmark(open_ones: Watchers) -> Answer:
    for watcher in open_ones.open():
        watcher.mark()
    return made({"watches": len(open_ones.open())}, Form())


def _active(faults: Faults) -> Answer:
    return made({"faults": [fault.data() for fault in faults.active()]}, Form())


def _add(faults: Faults, body: bytes) -> Answer:
    given = read(body, "application/json", "Fault").data
    try:
        return made(faults.add(given.pop("fault", ""), **given).data(), Form(), 201)
    except (TypeError, ValueError) as error:
        raise bad_request(str(error)) from error


def _kind(registry: Registry, body: bytes) -> Answer:
    crd = read(body, "application/yaml", "CustomResourceDefinition").data
    try:
        kind = registry.add(crd)
    except (KeyError, TypeError, StopIteration) as error:
        raise bad_request(f"no CustomResourceDefinition: {error!r} is missing") from error
    return made({"path": kind.path, "kind": kind.kind}, Form(), 201)


def _remove_kind(registry: Registry, path: str) -> Answer:
    try:
        registry.remove(path)
    except KeyError as error:
        raise ApiError(404, "NotFound", f"{path} is not served") from error
    return made({"path": path}, Form())


def _end(open_ones: Watchers, query: Mapping[str, str]) -> int:
    try:
        status = int(query.get("status", "500"))
        return watchers.finish(open_ones, query.get("how", "clean"), query.get("kind", ""), status)
    except ValueError as error:
        raise bad_request(str(error)) from error


class _Backup(msgspec.Struct):
    """What GET /practice/backup answers; an empty one empties the store."""

    objects: dict[str, list[dict[str, Any]]] = {}
    version: int = 0


def _restore(levers: Levers, body: bytes) -> Answer:
    try:
        given = msgspec.json.decode(body or b"{}", type=_Backup)
        Direct(levers.store, levers.registry).restore(given.objects, given.version)
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:
        raise bad_request(f"no backup: {error!r}") from error
    levers.watchers.finish(ABORT)
    return made({"version": levers.store.version}, Form())
