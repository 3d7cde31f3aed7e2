"""Watches: what a request for one asks, and with what its stream begins."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from practice.server import events, lists, selectors
from practice.server.documents import negotiate_stream
from practice.server.errors import ApiError, Cause, bad_request, expired, internal, invalid_option
from practice.server.events import Event, Lines, Selection
from practice.server.history import Change, Compacted
from practice.server.paths import Asked
from practice.server.registry import Served
from practice.server.request import Request
from practice.server.store import Store
from practice.server.watchers import Watcher

SHORTEST = 1800  # seconds that a watch without a time-out of its own lasts at least; at most twice that
PATIENCE = 3.0  # seconds that a watch with initial events waits for a version of the future


@dataclass(frozen=True)
class WatchOptions:
    """SINCE: begin after this version (None: with what is there). INITIAL: send what is there; MARKED: and say when."""

    seconds: float
    since: int | None = None
    initial: bool = True
    marked: bool = False
    not_older: int = 0
    bookmarks: bool = False


@dataclass
class Watch:
    """A watch that is about to be sent. FIRST: its first events; MISSED: changes between SINCE and now.

    STRAY: bytes that come before everything else.
    """

    asked: Asked
    kind: Served
    options: WatchOptions
    selection: Selection
    lines: Lines
    version: int = 0
    first: list[Event] = field(default_factory=list)
    missed: list[Change] = field(default_factory=list)
    watcher: Watcher | None = None
    refused: ApiError | None = None
    stray: bytes = b""


def options(query: Mapping[str, str]) -> WatchOptions:
    """Read a watch's query; 400, 422 or, as the real one has it for a version that is no number, 500."""
    match, version, given = (
        query.get(name, "") for name in ("resourceVersionMatch", "resourceVersion", "sendInitialEvents")
    )
    if given and match != "NotOlderThan":
        raise _forbidden("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
    if match and not given:
        raise _forbidden("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
    if version and not version.isdigit():
        words = f'Invalid value: "{version}": strconv.ParseUint: parsing "{version}": invalid syntax'
        raise internal(f"resourceVersion: {words}")
    seconds = _seconds(query.get("timeoutSeconds", ""))
    bookmarks, initial = _true(query.get("allowWatchBookmarks", "")), _true(given)
    number = int(version or 0)
    if given:
        since = None if initial or not number else number
        return WatchOptions(seconds, since, initial, initial and bookmarks, number if initial else 0, bookmarks)
    marked = bookmarks and not version  # a habit of old: asked for bookmarks and from no version
    return WatchOptions(seconds, number or None, not number, marked, 0, bookmarks)


def _seconds(value: str) -> float:
    if value and not value.isdigit():
        raise bad_request(f'strconv.ParseInt: parsing "{value}": invalid syntax')
    return float(value or 0) or SHORTEST * random.uniform(1, 2)  # noqa: S311 (so that not all end at once)


def _true(value: str) -> bool:
    return value.lower() in ("1", "true")


def _forbidden(words: str) -> ApiError:
    return invalid_option("ListOptions", Cause("FieldValueForbidden", f"Forbidden: {words}", "resourceVersionMatch"))


def prepare(kind: Served, asked: Asked, request: Request) -> Watch:
    """Read what a watch asks; raises what refuses it before it begins."""
    form, query = negotiate_stream(request.accept), request.query
    fields, labels = selectors.fields(query.get("fieldSelector", "")), selectors.labels(query.get("labelSelector", ""))
    selection = Selection(asked.namespace if kind.namespaced else "", fields, labels)
    return Watch(asked, kind, options(query), selection, Lines(kind, form, query.get("includeObject", "")))


async def reached(store: Store, version: int) -> None:
    """Wait for a version of the future for a while; 504 when it does not come."""
    until = time.monotonic() + PATIENCE
    while store.version < version:
        if time.monotonic() > until:
            raise lists.too_large(version, store.version)
        await asyncio.sleep(0.1)


def begin(store: Store, watch: Watch, user: str) -> None:
    """Take down what is there or was missed and follow what comes, without a gap between them.

    A watch from a version that is forgotten is REFUSED: by an ERROR event, as it has begun by then.
    """
    kind, wanted = watch.kind, watch.options
    with store.lock:
        since = store.version if wanted.since is None else wanted.since
        watch.version = since
        watcher = Watcher(kind.plural, watch.asked.namespace, user, since if since > store.version else 0)
        try:
            watch.missed = store.follow(kind.path, since, watcher.offer)
        except Compacted:
            watch.refused = too_old(since, store)
            return
        watch.watcher = watcher
        if wanted.initial:
            items = [item for item in store.items(kind.path) if watch.selection.holds(item)]
            watch.first += [Event("ADDED", item.raw) for item in items]
        if wanted.marked:
            watch.first.append(events.bookmark(kind, since, initial_end=True))


def too_old(version: int, store: Store) -> ApiError:
    return expired(f"too old resource version: {version} ({store.compacted})")
