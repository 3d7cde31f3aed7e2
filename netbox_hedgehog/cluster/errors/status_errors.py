"""Turns HTTP answers other than success into errors."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

import msgspec

from netbox_hedgehog.cluster.errors.cluster_error import Cause, ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode

__all__ = ("refusal",)

_LONGEST_REST = 86_400.0  # seconds; a server that asks for more is asked again after a day
_LONGEST_QUOTE = 300  # characters of an answer that is not from Kubernetes

_WEBHOOK = re.compile(
    r'admission webhook "([^"]+)" denied the request|ValidatingAdmissionPolicy .([\w.-]+). .*denied request', re.DOTALL
)
_RBAC = re.compile(
    r'User "(?P<user>[^"]*)" cannot (?P<verb>[\w*]+) (?:resource "(?P<resource>[^"]+)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]+)")?|path "(?P<path>[^"]+)")'
)
_PAGE_NOT_FOUND = "404 page not found"  # what an API server itself says of a path that it does not serve
_PLAIN_HTTP = "sent an HTTP request to an HTTPS server"
_NOBODY = "No credential reached the server: enter a token or client certificate, or a kubeconfig that has one."

_BY_STATUS = {
    401: ErrorCode.UNAUTHORIZED,
    403: ErrorCode.FORBIDDEN,
    404: ErrorCode.NOT_FOUND,
    409: ErrorCode.CONFLICT,
    410: ErrorCode.EXPIRED,
    429: ErrorCode.OVERLOADED,
    503: ErrorCode.OVERLOADED,
    504: ErrorCode.OVERLOADED,
}
# Something in front of the API server (a load balancer) says these of itself, in whatever form it likes.
_ANYONE_MAY_SAY = {429, 500, 502, 503, 504}


class _StatusCause(msgspec.Struct):
    field: str = ""
    reason: str = ""
    message: str = ""


class _Details(msgspec.Struct, rename="camel"):
    name: str = ""
    group: str = ""
    kind: str = ""
    causes: list[_StatusCause] | None = None
    retry_after_seconds: float | None = None


class _Status(msgspec.Struct):
    kind: Literal["Status"]
    message: str = ""
    reason: str = ""
    details: _Details | None = None


class _BareStatus(msgspec.Struct):
    kind: Literal["Status"]
    message: str = ""
    reason: str = ""


def refusal(status: int, headers: Mapping[str, str], body: bytes, facts: Mapping[str, object]) -> ClusterError:
    """Explain an answer that is no success.

    Args:
        status: The HTTP status.
        headers: The answer's headers.
        body: Its body, which may be a Kubernetes Status, or a page of a proxy.
        facts: Of the request: host, port, url, path.
    """
    told = _status(body)
    if told is None:
        return _foreign(status, headers, body, facts)
    details = told.details or _Details()
    message = told.message or told.reason or f"HTTP status {status}"
    facts = {**facts, **_facts(message, details)}
    return ClusterError(
        _code(status, told.reason, facts),
        message,
        hint=_NOBODY if facts.get("user") == "system:anonymous" else None,
        status=status,
        retry_after=_retry_after(headers, details),
        causes=[Cause(cause.field, cause.reason, cause.message) for cause in details.causes or ()],
        facts=facts,
    )


def _code(status: int, reason: str, facts: Mapping[str, object]) -> ErrorCode:
    if facts.get("webhook"):
        return ErrorCode.WEBHOOK_REFUSED
    if reason in ("ServerTimeout", "Timeout", "TooManyRequests"):
        return ErrorCode.OVERLOADED
    if reason == "AlreadyExists":
        return ErrorCode.CONFLICT
    if code := _BY_STATUS.get(status):
        return code
    return ErrorCode.INVALID if 400 <= status < 500 else ErrorCode.SERVER_ERROR


def _facts(message: str, details: _Details) -> dict[str, object]:
    """Who may not do what, or which webhook refused; else the object that the request was about."""
    if webhook := _WEBHOOK.search(message):
        return {"webhook": webhook[1] or webhook[2]}
    if denied := _RBAC.search(message):
        found: dict[str, object] = {key: value for key, value in denied.groupdict().items() if value}
        resource = found.get("resource")
        if resource and found.get("group"):
            found["resource"] = f"{resource}.{found['group']}"
        if path := found.pop("path", None):
            found["resource"] = path
        return found
    resource = ".".join(filter(None, (details.kind, details.group)))
    return {key: value for key, value in (("resource", resource), ("name", details.name)) if value}


def _status(body: bytes) -> _Status | None:
    """Decode a Status; if its details have an unknown form, they are dropped."""
    form: type[_Status | _BareStatus]
    for form in (_Status, _BareStatus):
        try:
            found = msgspec.json.decode(body, type=form)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        return found if isinstance(found, _Status) else _Status("Status", found.message, found.reason)
    return None


def _foreign(status: int, headers: Mapping[str, str], body: bytes, facts: Mapping[str, object]) -> ClusterError:
    """Explain an answer that Kubernetes did not send: of a proxy, a load balancer, or another server."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    quote = _quote(body, kind)
    message = f"HTTP status {status}, {kind or 'no type'}: {quote}" if quote else f"HTTP status {status} without a text"
    if status == 407:
        return ClusterError(ErrorCode.PROXY_FAILED, f"the proxy: {message}", status=status, facts=facts)
    if location := headers.get("location"):
        message = f"HTTP status {status}, sent on to {location.partition('?')[0]}"
    if status == 400 and _PLAIN_HTTP in quote:
        return ClusterError(
            ErrorCode.TLS_FAILED, quote, hint="Start the address with https://.", status=status, facts=facts
        )
    if status == 404 and quote == _PAGE_NOT_FOUND:
        code, message = ErrorCode.NOT_FOUND, f"The server does not serve {facts.get('path', 'this path')}."
    elif status in _ANYONE_MAY_SAY:
        code = _BY_STATUS.get(status, ErrorCode.SERVER_ERROR)
    elif status == 401 and kind != "text/html":
        code = ErrorCode.UNAUTHORIZED
    else:
        code = ErrorCode.NOT_KUBERNETES
    return ClusterError(code, message, status=status, retry_after=_retry_after(headers, _Details()), facts=facts)


def _quote(body: bytes, kind: str) -> str:
    text = body[: 64 * 1024].decode("utf-8", "replace")
    if kind == "text/html" or text.lstrip()[:1] == "<":
        title = re.search(r"<title[^>]*>(.*?)</title>", text, re.DOTALL | re.IGNORECASE)
        text = (
            title[1]
            if title
            else re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE)
        )
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _retry_after(headers: Mapping[str, str], details: _Details) -> float | None:
    """Seconds to wait: of the header, which may be a date, else of the Status. Nonsense is ignored."""
    value = headers.get("retry-after", "").strip()
    seconds = _seconds(value) if value else None
    if seconds is None:
        seconds = details.retry_after_seconds or None
    if seconds is None or not 0 <= seconds < math.inf:
        return None
    return min(seconds, _LONGEST_REST)


def _seconds(value: str) -> float | None:
    """The value of a Retry-After header in seconds from now; None if it is neither a number nor a date."""
    if re.fullmatch("[0-9]+", value):
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
