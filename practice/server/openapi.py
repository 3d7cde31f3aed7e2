"""The schemas, as OpenAPI v3 documents: an index, and a document for each group and version."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from practice.server.registry import Registry, Served

GET, PATCH_QUERY = "get", ("dryRun", "fieldManager", "fieldValidation", "force")
WRITE_QUERY = ("dryRun", "fieldManager", "fieldValidation")


def index(registry: Registry) -> dict[str, Any]:
    """Where each document is, with a hash that changes when the document does."""
    paths = {}
    for root in sorted({_root(kind) for kind in registry.all()}):
        digest = hashlib.sha256(msgspec.json.encode(document(registry, root))).hexdigest()[:32].upper()
        paths[root] = {"serverRelativeURL": f"/openapi/v3/{root}?hash={digest}"}
    return {"paths": paths}


def document(registry: Registry, root: str) -> dict[str, Any] | None:
    """The document of ROOT ("apis/vpc.githedgehog.com/v1beta1", "api/v1"), or None."""
    kinds = [kind for kind in registry.all() if _root(kind) == root]
    if not kinds:
        return None
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for kind in kinds:
        schemas[_name(kind)] = _schema(kind)
        paths |= _paths(kind)
    info = {"title": "Practice fabric", "version": "v0.1.0"}
    return {"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def _root(kind: Served) -> str:
    return f"apis/{kind.api_version}" if kind.group else f"api/{kind.version}"


def _name(kind: Served) -> str:
    """com.githedgehog.vpc.v1beta1.VPC"""
    return ".".join([*reversed(kind.group.split(".")), kind.version, kind.kind]).lstrip(".")


def _identity(kind: Served) -> dict[str, str]:
    return {"group": kind.group, "kind": kind.kind, "version": kind.version}


def _schema(kind: Served) -> dict[str, Any]:
    return {**kind.whole_schema, "x-kubernetes-group-version-kind": [_identity(kind)]}


def _paths(kind: Served) -> dict[str, Any]:
    root = f"/{_root(kind)}"
    place = f"{root}/namespaces/{{namespace}}/{kind.plural}" if kind.namespaced else f"{root}/{kind.plural}"
    paths = {place: {"get": _operation(kind, "list", ()), "post": _operation(kind, "post", WRITE_QUERY)}}
    paths[f"{place}/{{name}}"] = _one(kind)
    if kind.namespaced:
        paths[f"{root}/{kind.plural}"] = {"get": _operation(kind, "list", ())}
    if kind.status:
        paths[f"{place}/{{name}}/status"] = _one(kind)
    return paths


def _one(kind: Served) -> dict[str, Any]:
    return {
        "get": _operation(kind, "get", ()),
        "put": _operation(kind, "put", WRITE_QUERY),
        "patch": _operation(kind, "patch", PATCH_QUERY),
        "delete": _operation(kind, "delete", ("dryRun", "propagationPolicy")),
    }


def _operation(kind: Served, action: str, query: tuple[str, ...]) -> dict[str, Any]:
    parameters = [{"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": True}} for name in query]
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{_name(kind)}"}}}
    return {
        "parameters": parameters,
        "responses": {"200": {"description": "OK", "content": content}},
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": _identity(kind),
    }
