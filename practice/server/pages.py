"""Paths that are no resource: discovery, schemas, version, health."""

from __future__ import annotations

from typing import Any

from practice.server import discovery, openapi
from practice.server.answers import Answer, made, text
from practice.server.documents import DISCOVERY, Form, encode, negotiate
from practice.server.errors import PageNotFound, path_method_not_allowed
from practice.server.paths import Asked
from practice.server.registry import Registry


def answer(registry: Registry, asked: Asked, accept: str) -> Answer:
    """Answer a GET of a path; raises PageNotFound for one that is nothing here."""
    if asked.method not in ("GET", "HEAD"):
        raise path_method_not_allowed()
    path = asked.path.rstrip("/")
    parts = path.strip("/").split("/")
    if path in ("/healthz", "/readyz", "/livez"):
        return text("ok")
    if path == "/version":
        return made(discovery.VERSION, Form())
    if parts[0] == "openapi":
        return _schemas(registry, parts)
    if path in ("/api", "/apis"):
        return _groups(registry, path == "/api", negotiate(accept, DISCOVERY))
    found = _group(registry, parts)
    if found is None:
        raise PageNotFound
    return made(found, negotiate(accept))


def _groups(registry: Registry, core: bool, form: Form) -> Answer:
    if form.as_:
        return made(discovery.aggregated(registry, core), form)
    return made(discovery.core() if core else discovery.groups(registry), form)


def _group(registry: Registry, parts: list[str]) -> dict[str, Any] | None:
    match parts:
        case ["api", version]:
            return discovery.resources(registry, "", version)
        case ["apis", name]:
            return discovery.group(registry, name)
        case ["apis", name, version]:
            return discovery.resources(registry, name, version)
    return None


def _schemas(registry: Registry, parts: list[str]) -> Answer:
    if parts == ["openapi", "v3"]:
        # The real server calls its index plain text, though it is JSON.
        return Answer(encode(openapi.index(registry)), content_type="text/plain; charset=utf-8")
    found = openapi.document(registry, "/".join(parts[2:])) if parts[1:2] == ["v3"] else None
    if found is None:
        raise PageNotFound
    return made(found, Form())
