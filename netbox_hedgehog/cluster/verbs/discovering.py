"""Discovers which Hedgehog kinds a cluster serves, and in which version."""

import re
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.http.decoding import decode
from netbox_hedgehog.cluster.http.transport import JSON, Transport
from netbox_hedgehog.cluster.verbs.api_resource import ApiResource, is_name

__all__ = ("Discovery", "DiscoveryProblem", "discover")

SUFFIX = ".githedgehog.com"
MOST_NAMES = 16  # short names of a kind that are taken

# One answer with everything, where the server has it (since Kubernetes 1.26); else the list of groups.
_AGGREGATED = ",".join(
    f"{JSON};g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList" for version in ("v2", "v2beta1")
)
_ACCEPT = f"{_AGGREGATED},{JSON}"

# What may befall one group alone; anything else is about the server or the way to it.
_OF_THE_GROUP = {
    ErrorCode.FORBIDDEN,
    ErrorCode.NOT_FOUND,
    ErrorCode.OVERLOADED,
    ErrorCode.SERVER_ERROR,
    ErrorCode.BAD_ANSWER,
    ErrorCode.INVALID,
}


_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_GROUP = re.compile(r"[a-z0-9]([a-z0-9.-]{0,198}[a-z0-9])?")


class DiscoveryProblem(NamedTuple):
    """Why nothing, or not everything, is known of one API group. The other groups are not affected."""

    group: str
    error: ClusterError


class Discovery(NamedTuple):
    """The kinds of all groups of ``*.githedgehog.com``, each in the server's preferred version that has it."""

    resources: tuple[ApiResource, ...]
    problems: tuple[DiscoveryProblem, ...] = ()


class _Kind(msgspec.Struct):
    kind: str


class _Served(msgspec.Struct, rename="camel"):
    resource: str
    response_kind: dict[str, str]
    scope: str
    verbs: list[str]
    singular_resource: Any = None
    short_names: Any = None


class _ServedVersion(msgspec.Struct):
    version: str
    resources: list[_Served] | None = None
    freshness: str = "Current"


class _Name(msgspec.Struct):
    name: str


class _ServedGroup(msgspec.Struct):
    metadata: _Name
    versions: list[_ServedVersion]


class _Aggregated(msgspec.Struct):
    items: list[_ServedGroup]


class _Version(msgspec.Struct):
    version: str


class _Group(msgspec.Struct, rename="camel"):
    name: str
    versions: list[_Version]
    preferred_version: _Version | None = None


class _Groups(msgspec.Struct):
    groups: list[_Group]


class _Listed(msgspec.Struct, rename="camel"):
    name: str
    kind: str
    namespaced: bool
    verbs: list[str]
    singular_name: Any = None
    short_names: Any = None


class _Resources(msgspec.Struct):
    resources: list[_Listed]


def discover(transport: Transport) -> Discovery:
    """Discover the Hedgehog kinds of a cluster.

    Raises:
        ClusterError: Not even the API groups can be read.
    """
    answer = transport.get("/apis", accept=_ACCEPT)
    kind = decode(transport, "/apis", answer, _Kind, ErrorCode.NOT_KUBERNETES).kind
    if kind == "APIGroupDiscoveryList":
        groups = decode(transport, "/apis", answer, _Aggregated).items
        asked = (_aggregated(transport, group) for group in groups if group.metadata.name.endswith(SUFFIX))
    elif kind == "APIGroupList":
        listed = decode(transport, "/apis", answer, _Groups).groups
        asked = (_listed(transport, group) for group in listed if group.name.endswith(SUFFIX))
    else:
        message = f"/apis: a {kind}, not the list of the API groups"
        raise ClusterError(ErrorCode.NOT_KUBERNETES, message, facts=transport.target.facts)
    plurals: dict[tuple[str, str], ApiResource] = {}
    problems: list[DiscoveryProblem] = []
    for part in asked:
        for resource in part.resources:
            if _nameable(resource):
                plurals.setdefault((resource.group, resource.plural), resource)
            else:
                problems.append(_unnameable(transport, resource))
        problems += part.problems
    resources: dict[tuple[str, str], ApiResource] = {}
    for resource in plurals.values():
        resources.setdefault((resource.group, resource.kind), resource)  # as in Kubernetes, one plural a kind
    return Discovery(tuple(resources.values()), tuple(problems))


def _nameable(resource: ApiResource) -> bool:
    """Whether the names of a kind follow the rules of Kubernetes, so that they can be stored, shown and requested."""
    names = (resource.version, resource.kind, resource.plural)
    return bool(_GROUP.fullmatch(resource.group)) and all(_NAME.fullmatch(name) for name in names)


def _unnameable(transport: Transport, resource: ApiResource) -> DiscoveryProblem:
    named = "/".join(name[:63] for name in (resource.group, resource.version, resource.plural, resource.kind))
    message = f"/apis: {named} is not named as Kubernetes allows"
    return DiscoveryProblem(resource.group, ClusterError(ErrorCode.BAD_ANSWER, message, facts=transport.target.facts))


def _aggregated(transport: Transport, group: _ServedGroup) -> Discovery:
    name = group.metadata.name
    resources = [
        ApiResource(
            name,
            version.version,
            served.response_kind.get("kind", ""),
            served.resource,
            served.scope == "Namespaced",
            tuple(sorted(served.verbs)),
            "".join(_names([served.singular_resource])),
            _names(served.short_names),
        )
        for version in group.versions
        for served in version.resources or ()
    ]
    stale = [version.version for version in group.versions if version.freshness == "Stale"]
    if not stale:
        return Discovery(tuple(resources))
    message = f"The server has no fresh answer for {name}/{', '.join(stale)}."
    error = ClusterError(ErrorCode.OVERLOADED, message, facts={**transport.target.facts, "resource": name})
    return Discovery(tuple(resources), (DiscoveryProblem(name, error),))


def _listed(transport: Transport, group: _Group) -> Discovery:
    versions = [version.version for version in group.versions]
    if group.preferred_version:
        preferred = group.preferred_version.version
        versions = [preferred, *(version for version in versions if version != preferred)]
    resources: list[ApiResource] = []
    problems: list[DiscoveryProblem] = []
    for version in versions:
        path = f"/apis/{quote(group.name, safe='')}/{quote(version, safe='')}"
        try:
            found = decode(transport, path, transport.get(path), _Resources).resources
        except ClusterError as error:
            if error.code not in _OF_THE_GROUP:
                raise
            problems.append(DiscoveryProblem(group.name, error))
            continue
        resources += [
            ApiResource(
                group.name,
                version,
                one.kind,
                one.name,
                one.namespaced,
                tuple(sorted(one.verbs)),
                "".join(_names([one.singular_name])),
                _names(one.short_names),
            )
            for one in found
            if "/" not in one.name  # a subresource
        ]
    return Discovery(tuple(resources), tuple(problems))


def _names(given: Any) -> tuple[str, ...]:
    """The valid names among those given; invalid ones are skipped rather than refusing the kind."""
    names = given if isinstance(given, list) else ()
    return tuple(name for name in names[:MOST_NAMES] if isinstance(name, str) and is_name(name))
