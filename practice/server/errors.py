"""Refusals in the form in which a Kubernetes API server gives them: a Status object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cause:
    """One field's part in a refusal."""

    reason: str
    message: str
    field: str = ""

    def data(self) -> dict[str, str]:
        given = {"reason": self.reason, "message": self.message, "field": self.field}
        return {key: value for key, value in given.items() if value}

    def text(self) -> str:
        return f"{self.field}: {self.message}"


@dataclass
class ApiError(Exception):
    """An answer that refuses: HTTP status, reason, words, details."""

    status: int
    reason: str
    message: str
    details: dict[str, Any] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        status = {"kind": "Status", "apiVersion": "v1", "metadata": self.metadata, "status": "Failure"}
        status |= {"message": self.message, "code": self.status}
        if self.reason:
            status["reason"] = self.reason
        if self.details is not None:
            status["details"] = self.details
        return status


def named(group: str, kind: str, name: str = "") -> dict[str, str]:
    """The details of a Status that speak of one object or one kind; empty parts are left out, as the real one does."""
    return {key: value for key, value in {"name": name, "group": group, "kind": kind}.items() if value}


def qualified(group: str, kind: str) -> str:
    return f"{kind}.{group}" if group else kind


def not_found(group: str, plural: str, name: str) -> ApiError:
    return ApiError(404, "NotFound", f'{qualified(group, plural)} "{name}" not found', named(group, plural, name))


def already_exists(group: str, plural: str, name: str, deleting: bool = False) -> ApiError:
    words = f'{qualified(group, plural)} "{name}" already exists'
    words = f"object is being deleted: {words}" if deleting else words
    return ApiError(409, "AlreadyExists", words, named(group, plural, name))


def conflict(group: str, kind: str, name: str, why: str) -> ApiError:
    words = f'Operation cannot be fulfilled on {qualified(group, kind)} "{name}": {why}'
    return ApiError(409, "Conflict", words, named(group, kind, name))


def stale(group: str, plural: str, name: str) -> ApiError:
    """The version that a write names is no longer the current one."""
    why = "the object has been modified; please apply your changes to the latest version and try again"
    return conflict(group, plural, name, why)


def invalid(group: str, kind: str, name: str, causes: list[Cause]) -> ApiError:
    told = list(dict.fromkeys(cause.text() for cause in causes))
    words = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
    details = {**named(group, kind, name), "causes": [cause.data() for cause in causes]}
    return ApiError(422, "Invalid", f'{qualified(group, kind)} "{name}" is invalid: {words}', details)


def invalid_option(options: str, cause: Cause) -> ApiError:
    return invalid("meta.k8s.io", options, "", [cause])


def bad_request(words: str) -> ApiError:
    return ApiError(400, "BadRequest", words)


def internal(words: str) -> ApiError:
    """What the real server calls its own failure, without a reason."""
    return ApiError(500, "", words)


def unauthorized() -> ApiError:
    return ApiError(401, "Unauthorized", "Unauthorized")


def unsupported_media_type(accepted: list[str]) -> ApiError:
    words = f"the body of the request was in an unknown format - accepted media types include: {', '.join(accepted)}"
    return ApiError(415, "UnsupportedMediaType", words)


def not_acceptable(offered: list[str]) -> ApiError:
    return ApiError(406, "NotAcceptable", f"only the following media types are accepted: {', '.join(offered)}")


def method_not_allowed(group: str, plural: str, verb: str) -> ApiError:
    words = f'{verb} is not supported on resources of kind "{qualified(group, plural)}"'
    return ApiError(405, "MethodNotAllowed", words, named(group, plural))


def path_method_not_allowed() -> ApiError:
    words = "the server does not allow this method on the requested resource"
    return ApiError(405, "MethodNotAllowed", words, {})


def expired(words: str, token: str | None = None) -> ApiError:
    """410: a version or token that is too old; TOKEN, where given, goes on at the current version."""
    return ApiError(410, "Expired", words, metadata={"continue": token} if token else {})


class PageNotFound(Exception):
    """A path that is nothing here: the real server answers in plain text, without a Status."""
