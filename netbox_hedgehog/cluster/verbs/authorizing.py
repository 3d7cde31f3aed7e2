"""Asks what the credential may do, and under which name the server knows it."""

import msgspec

from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.http.decoding import decode
from netbox_hedgehog.cluster.http.transport import Transport
from netbox_hedgehog.cluster.verbs.api_resource import ApiResource

__all__ = ("may_i", "who_am_i")

_PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_SELF_PATH = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


class _Verdict(msgspec.Struct):
    allowed: bool


class _Review(msgspec.Struct):
    status: _Verdict


def may_i(transport: Transport, verb: str, resource: ApiResource, namespace: str | None) -> bool:
    """Ask the server by a SelfSubjectAccessReview.

    Args:
        transport: The connection.
        verb: As in RBAC: list, watch, create.
        resource: The kind.
        namespace: None for all.
    """
    attributes = {"verb": verb, "group": resource.group, "resource": resource.plural}
    if namespace:
        attributes["namespace"] = namespace
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    return decode(transport, _PATH, transport.post(_PATH, msgspec.json.encode(review)), _Review).status.allowed


class _User(msgspec.Struct):
    username: str


class _UserInfo(msgspec.Struct, rename="camel"):
    user_info: _User


class _SelfReview(msgspec.Struct):
    status: _UserInfo


def who_am_i(transport: Transport) -> str | None:
    """The user name under which the server knows the credential; None if it does not say (before Kubernetes 1.28)."""
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    try:
        answer = transport.post(_SELF_PATH, msgspec.json.encode(review))
        return decode(transport, _SELF_PATH, answer, _SelfReview).status.user_info.username
    except ClusterError:
        return None
