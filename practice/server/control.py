"""The practice server's own paths, which no API server has: faults and kinds, for an admin."""

from __future__ import annotations

from practice.server.answers import Answer, made
from practice.server.documents import Form, read
from practice.server.errors import ApiError, PageNotFound, bad_request
from practice.server.faults import Faults
from practice.server.paths import Asked
from practice.server.registry import Registry


def answer(faults: Faults, registry: Registry, asked: Asked, body: bytes) -> Answer:
    """GET, POST, DELETE /practice/faults, DELETE /practice/faults/ID, POST /practice/kinds."""
    match asked.method, asked.path.strip("/").split("/"):
        case "GET", ["practice", "faults"]:
            return _active(faults)
        case "POST", ["practice", "faults"]:
            return _add(faults, body)
        case "DELETE", ["practice", "faults"]:
            faults.clear()
            return _active(faults)
        case "DELETE", ["practice", "faults", number] if number.isdigit():
            if not faults.remove(int(number)):
                raise ApiError(404, "NotFound", f"fault {number} is not on")
            return _active(faults)
        case "POST", ["practice", "kinds"]:
            return _kind(registry, body)
    raise PageNotFound


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
