"""What a request's method and path ask for: a verb on a resource, or a path of its own such as /version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

VERBS = {"POST": "create", "GET": "get", "HEAD": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


@dataclass(frozen=True)
class Asked:
    """A request as authorization and dispatch see it. VERB is "" for a method that no resource knows."""

    method: str
    path: str
    verb: str
    is_resource: bool = False
    group: str = ""
    version: str = ""
    plural: str = ""
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @property
    def resource(self) -> str:
        return f"{self.plural}/{self.subresource}" if self.subresource else self.plural


def read(method: str, path: str, query: Mapping[str, str]) -> Asked:
    """Take a request apart. The rest of a path beyond a subresource is ignored here, and found missing later."""
    parts = [part for part in path.split("/") if part]
    if parts[:1] == ["api"] and len(parts) >= 3:
        group, version, rest = "", parts[1], parts[2:]
    elif parts[:1] == ["apis"] and len(parts) >= 4:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return Asked(method, path, method.lower())
    namespace = ""
    if rest[0] == "namespaces" and len(rest) >= 3:
        namespace, rest = rest[1], rest[2:]
    elif rest[0] == "namespaces" and len(rest) == 2:
        namespace = rest[1]
    plural, name, subresource = (*rest, "", "", "")[:3]
    verb = _verb(method, name, query)
    return Asked(method, path, verb, True, group, version, plural, namespace, name, subresource)


def _verb(method: str, name: str, query: Mapping[str, str]) -> str:
    verb = VERBS.get(method, "")
    if name:
        return verb
    if verb == "get":
        return "watch" if query.get("watch", "").lower() in ("1", "true") else "list"
    return "deletecollection" if verb == "delete" else verb
