"""Who asks, and what they may do."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from practice.server.errors import ApiError, named, qualified, unauthorized
from practice.server.paths import Asked

MASTERS, KNOWN = "system:masters", "system:authenticated"
PUBLIC = ("/healthz", "/livez", "/readyz", "/version", "/version/")
OPEN_TO_KNOWN = ("/api", "/apis", "/openapi")
REVIEWS = {"selfsubjectaccessreviews", "selfsubjectrulesreviews"}


@dataclass(frozen=True)
class Rule:
    """Allows VERBS on RESOURCES ("vpcs", "vpcs/status") of GROUPS in NAMESPACES; "*" and no namespaces mean all."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...]
    resources: tuple[str, ...]
    namespaces: tuple[str, ...] = ()

    def allows(self, verb: str, group: str, resource: str, namespace: str) -> bool:
        pairs = ((self.verbs, verb), (self.groups, group), (self.resources, resource))
        here = not self.namespaces or namespace in self.namespaces
        return here and all("*" in given or asked in given for given, asked in pairs)

    def data(self) -> dict[str, Any]:
        return {"verbs": list(self.verbs), "apiGroups": list(self.groups), "resources": list(self.resources)}


@dataclass(frozen=True)
class User:
    name: str
    groups: tuple[str, ...] = (KNOWN,)
    rules: tuple[Rule, ...] = ()

    @property
    def is_admin(self) -> bool:
        return MASTERS in self.groups


EVERYTHING = Rule(("*",), ("*",), ("*",))
ADMIN = User("practice:admin", (MASTERS, KNOWN), (EVERYTHING,))
ANONYMOUS = User("system:anonymous", ("system:unauthenticated",))
BASIC = Rule(("create",), ("authorization.k8s.io",), tuple(sorted(REVIEWS)))


@dataclass
class Users:
    """Bearer tokens and the users behind them; `forbidden` takes a right from everyone, as (verbs, plurals)."""

    tokens: dict[str, User] = field(default_factory=dict)

    def add(self, name: str, rules: Iterable[Rule] = (), token: str | None = None) -> str:
        """A user with RULES; returns the bearer token."""
        token = token or secrets.token_urlsafe(24)
        self.tokens[token] = User(name, rules=tuple(rules))
        return token

    def revoke(self, token: str, successor: str = "") -> None:
        """Know TOKEN no more, and SUCCESSOR, where given, in its place; raises KeyError where it is not known."""
        user = self.tokens.pop(token)
        if successor:
            self.tokens[successor] = user

    def who(self, authorization: str, certificate: dict[str, Any] | None) -> User:
        """The caller behind a header or a client certificate; 401 for a token that is not known."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            user = self.tokens.get(token.strip())
            if user is None:
                raise unauthorized()
            return user
        return _from_certificate(certificate) if certificate else ANONYMOUS


def _from_certificate(certificate: dict[str, Any]) -> User:
    """A client certificate names its user (CN) and groups (O)."""
    pairs = [pair for part in certificate.get("subject", ()) for pair in part]
    name = next((value for key, value in pairs if key == "commonName"), "")
    groups = (KNOWN, *(value for key, value in pairs if key == "organizationName"))
    return User(name, groups, (EVERYTHING,) if MASTERS in groups else ())


def may(user: User, verb: str, group: str, resource: str, namespace: str) -> bool:
    rules = user.rules if user is ANONYMOUS else (*user.rules, BASIC)
    return any(rule.allows(verb, group, resource, namespace) for rule in rules)


def check(user: User, asked: Asked) -> None:
    """Raises 403 where USER may not do what is ASKED."""
    if asked.is_resource:
        if not may(user, asked.verb, asked.group, asked.resource, asked.namespace):
            raise forbidden(user, asked)
    elif not _open(user, asked.path):
        raise ApiError(403, "Forbidden", f'forbidden: User "{user.name}" cannot {asked.verb} path "{asked.path}"', {})


def _open(user: User, path: str) -> bool:
    if user.is_admin or path in PUBLIC:
        return True
    known = KNOWN in user.groups
    return known and any(path == root or path.startswith(root + "/") for root in OPEN_TO_KNOWN)


def forbidden(user: User, asked: Asked) -> ApiError:
    where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    what = f'resource "{asked.resource}" in API group "{asked.group}" {where}'
    subject = qualified(asked.group, asked.plural) + (f' "{asked.name}"' if asked.name else "")
    words = f'{subject} is forbidden: User "{user.name}" cannot {asked.verb} {what}'
    return ApiError(403, "Forbidden", words, named(asked.group, asked.plural, asked.name))
