"""Lists: which moment, which objects, which page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from practice.server import selectors
from practice.server.errors import ApiError, Cause, bad_request, expired, invalid_option
from practice.server.history import Compacted
from practice.server.moment import Moment
from practice.server.registry import Served
from practice.server.store import Store
from practice.server.stored import Key, Stored

TOO_OLD = "The resourceVersion for the provided list is too old."
PAGES_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)
PRESENT = -1  # a token's version that stands for "whatever is current"


@dataclass(frozen=True)
class ListOptions:
    limit: int = 0
    token: str = ""
    version: int | None = None  # None: the present
    exact: bool = False
    label_selector: str = ""
    field_selector: str = ""


@dataclass(frozen=True)
class Page:
    """Some objects of one moment. TOKEN leads to the next page, REMAINING: how many later ones hold (None: untold)."""

    items: list[Stored]
    version: int
    token: str = ""
    remaining: int | None = None


class Unreached(Exception):
    """A list asks for a version that the server has not come to yet."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def too_large(version: int, current: int) -> ApiError:
    """The answer when a version of the future did not come in time."""
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    words = f"Timeout: Too large resource version: {version}, current: {current}"
    return ApiError(504, "Timeout", words, {"causes": [cause], "retryAfterSeconds": 1}, headers={"Retry-After": "1"})


def options(query: Mapping[str, str]) -> ListOptions:
    """Read a list's query; 400 or 422 for what does not go together."""
    token, version, match = (
        query.get("continue", ""),
        query.get("resourceVersion", ""),
        query.get("resourceVersionMatch", ""),
    )
    if query.get("sendInitialEvents"):
        cause = Cause("FieldValueForbidden", "Forbidden: sendInitialEvents is forbidden for list", "sendInitialEvents")
        raise invalid_option("ListOptions", cause)
    if match and not version:
        raise _forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided")
    if match and token:
        raise _forbidden("resourceVersionMatch is forbidden when continue is provided")
    if match not in ("", "Exact", "NotOlderThan"):
        words = f'Unsupported value: "{match}": supported values: "Exact", "NotOlderThan", ""'
        raise invalid_option("ListOptions", Cause("FieldValueNotSupported", words, "resourceVersionMatch"))
    if match == "Exact" and version == "0":
        raise _forbidden('resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
    if token and version not in ("", "0"):
        raise bad_request("specifying resource version is not allowed when using continue")
    limit = _number("limit", query.get("limit", ""))
    exact = match == "Exact" or (not match and limit > 0 and version not in ("", "0"))
    number = _number("resourceVersion", version)
    return ListOptions(
        limit, token, number or None, exact, query.get("labelSelector", ""), query.get("fieldSelector", "")
    )


def _forbidden(words: str) -> ApiError:
    return invalid_option("ListOptions", Cause("FieldValueForbidden", f"Forbidden: {words}", "resourceVersionMatch"))


def _number(name: str, value: str) -> int:
    if not value:
        return 0
    if not value.isdigit():
        raise bad_request(f'invalid {name}: "{value}" is no number')
    return int(value)


def page(store: Store, kind: Served, namespace: str, asked: ListOptions) -> Page:
    """The page that ASKED describes. Raises Unreached for a version of the future, 410 for a forgotten one."""
    fits_labels, fits_fields = selectors.labels(asked.label_selector), selectors.fields(asked.field_selector)
    with store.lock:
        version, after = _moment(store, asked)
        then = _at(store, kind, version, after)
        found = then.items(after, namespace)
        if fits_fields:
            found = (item for item in found if fits_fields(item.namespace, item.name))
        if fits_labels:
            found = (item for item in found if fits_labels(item.labels))
        # No more is read than the page holds: what a page costs does not grow with the list.
        items = list(islice(found, asked.limit or None))
        if not asked.limit or next(found, None) is None:
            return Page(items, version)
        told = not (fits_labels or fits_fields)
        last = items[-1].key
        return Page(items, version, _token(version, last), then.count(last, namespace) if told else None)


def _moment(store: Store, asked: ListOptions) -> tuple[int, Key | None]:
    """The version that a list shows, and the last object of the pages before."""
    if asked.token:
        version, after = _read_token(asked.token)
        return (store.version if version == PRESENT else version), after
    if asked.version is not None and asked.version > store.version:
        raise Unreached(asked.version)
    return (asked.version if asked.exact and asked.version else store.version), None


def _at(store: Store, kind: Served, version: int, after: Key | None) -> Moment:
    try:
        return store.moment(kind.path, version)
    except Compacted:
        if after is None:
            raise expired(TOO_OLD) from None
        raise expired(PAGES_TOO_OLD, _token(PRESENT, after)) from None


def expired_token(token: str) -> ApiError:
    """The refusal of TOKEN as one that is too old, with a fresh one that goes on at the current version."""
    return expired(PAGES_TOO_OLD, _token(PRESENT, _read_token(token)[1]))


def _token(version: int, last: Key) -> str:
    content = {"v": "meta.k8s.io/v1", "rv": version, "start": f"{last[0]}/{last[1]}\0"}
    return base64.urlsafe_b64encode(msgspec.json.encode(content)).decode().rstrip("=")


def _read_token(token: str) -> tuple[int, Key]:
    try:
        content: dict[str, Any] = msgspec.json.decode(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, _, name = content["start"].rstrip("\0").partition("/")
        return int(content["rv"]), (namespace, name)
    except (
        binascii.Error,
        msgspec.MsgspecError,
        UnicodeDecodeError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise bad_request(f"invalid continue token: continue key is not valid: {error}") from error
