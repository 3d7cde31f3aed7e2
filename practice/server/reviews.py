"""Access reviews: what may I do?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from practice.server.answers import Answer, made
from practice.server.discovery import REVIEWS
from practice.server.documents import Form, read
from practice.server.errors import PageNotFound
from practice.server.paths import Asked
from practice.server.request import Request
from practice.server.users import ANONYMOUS, BASIC, User

GROUP = "authorization.k8s.io"
May = Callable[[str, str, str, str], bool]  # verb, group, resource, namespace


def answer(asked: Asked, user: User, may: May, request: Request) -> Answer:
    """Answer a review; raises PageNotFound for what is none."""
    kind = REVIEWS.get(asked.plural)
    if kind is None or asked.verb != "create":
        raise PageNotFound
    body = read(request.body, request.content_type, kind).data
    if asked.plural == "selfsubjectrulesreviews":
        return made(rules(body, user), Form(), 201)
    return made(access(body, user, may), Form(), 201)


def access(body: dict[str, Any], user: User, may: May) -> dict[str, Any]:
    """A SelfSubjectAccessReview with its verdict. Not to be allowed is not yet to be denied: nobody is, here."""
    spec = body.get("spec") or {}
    attributes = spec.get("resourceAttributes")
    if attributes is None:
        allowed = user.is_admin
    else:
        resource = "/".join(part for part in (attributes.get("resource", "*"), attributes.get("subresource")) if part)
        verb, group = attributes.get("verb", "*"), attributes.get("group", "")
        allowed = may(verb, group, resource, attributes.get("namespace", ""))
    return {**_answer(body, "SelfSubjectAccessReview", spec), "status": {"allowed": allowed}}


def rules(body: dict[str, Any], user: User) -> dict[str, Any]:
    """A SelfSubjectRulesReview: every rule that holds for USER in the namespace."""
    given = user.rules if user is ANONYMOUS else (*user.rules, BASIC)
    paths = (
        ["*"]
        if user.is_admin
        else ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/openapi", "/openapi/*", "/version"]
    )
    status = {
        "resourceRules": [rule.data() for rule in given],
        "nonResourceRules": [{"verbs": ["*"] if user.is_admin else ["get"], "nonResourceURLs": paths}],
        "incomplete": False,
    }
    return {**_answer(body, "SelfSubjectRulesReview", {}), "status": status}


def _answer(body: dict[str, Any], kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "apiVersion": f"{GROUP}/v1", "metadata": body.get("metadata") or {}, "spec": spec}
