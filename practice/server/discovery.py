"""Discovery: which groups, versions and resources there are, plain and aggregated."""

from __future__ import annotations

from typing import Any

from practice.server.registry import NAMESPACES, Registry, Served

VERSION = {"major": "1", "minor": "36", "gitVersion": "v1.36.2", "platform": "practice"}
STATUS_VERBS = ["get", "patch", "update"]
REVIEWS = {
    "selfsubjectaccessreviews": "SelfSubjectAccessReview",
    "selfsubjectrulesreviews": "SelfSubjectRulesReview",
}
REVIEW_KINDS = [
    Served("authorization.k8s.io", "v1", kind, plural, kind.lower(), namespaced=False, status=False, verbs=("create",))
    for plural, kind in REVIEWS.items()
]


def _versions(registry: Registry) -> dict[str, dict[str, list[Served]]]:
    """The kinds by group and version."""
    groups: dict[str, dict[str, list[Served]]] = {}
    for kind in [*registry.all(), *REVIEW_KINDS]:
        groups.setdefault(kind.group, {}).setdefault(kind.version, []).append(kind)
    return groups


def core() -> dict[str, Any]:
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}


def groups(registry: Registry) -> dict[str, Any]:
    found = [_group(name, list(versions)) for name, versions in sorted(_versions(registry).items()) if name]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": found}


def group(registry: Registry, name: str) -> dict[str, Any] | None:
    versions = _versions(registry).get(name) if name else None
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(name, list(versions))} if versions else None


def _group(name: str, versions: list[str]) -> dict[str, Any]:
    entries = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": entries, "preferredVersion": entries[0]}


def resources(registry: Registry, name: str, version: str) -> dict[str, Any] | None:
    """The APIResourceList of a group's version, or None."""
    kinds = _versions(registry).get(name, {}).get(version)
    if not kinds:
        return None
    rows = [row for kind in kinds for row in _rows(kind)]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": kinds[0].api_version, "resources": rows}


def _rows(kind: Served) -> list[dict[str, Any]]:
    row: dict[str, Any] = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
    }
    row["verbs"] = list(kind.verbs)
    row |= {key: list(value) for key, value in _names(kind).items()}
    if not _has_status(kind):
        return [row]
    status = {"name": f"{kind.plural}/status", "singularName": "", "namespaced": kind.namespaced, "kind": kind.kind}
    return [row, {**status, "verbs": STATUS_VERBS}]


def _names(kind: Served) -> dict[str, tuple[str, ...]]:
    given = {"shortNames": kind.short_names, "categories": kind.categories}
    return {key: value for key, value in given.items() if value}


def _has_status(kind: Served) -> bool:
    """Whether the status subresource is served: not for the kinds that are here only to be read."""
    return kind.status and "update" in kind.verbs


def aggregated(registry: Registry, of_core: bool) -> dict[str, Any]:
    """Every group (or the core alone) with its resources in one answer."""
    items = []
    for name, versions in sorted(_versions(registry).items()):
        if (name == NAMESPACES.group) is of_core:
            entries = [
                {"version": version, "resources": [_resource(kind) for kind in kinds], "freshness": "Current"}
                for version, kinds in versions.items()
            ]
            items.append({"metadata": {"name": name} if name else {}, "versions": entries})
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def _resource(kind: Served) -> dict[str, Any]:
    identity = {"group": kind.group, "version": kind.version, "kind": kind.kind}
    resource: dict[str, Any] = {
        "resource": kind.plural,
        "responseKind": identity,
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular,
        "verbs": list(kind.verbs),
        **{key: list(value) for key, value in _names(kind).items()},
    }
    if _has_status(kind):
        resource["subresources"] = [{"subresource": "status", "responseKind": identity, "verbs": STATUS_VERBS}]
    return resource
