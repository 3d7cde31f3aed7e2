"""Events: what a change is to a watch that selects, and the lines in which events are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from practice.server import tables
from practice.server.documents import Form, encode
from practice.server.errors import ApiError
from practice.server.history import Change
from practice.server.registry import Served
from practice.server.selectors import Test
from practice.server.stored import Stored

INITIAL_END = "k8s.io/initial-events-end"


@dataclass(frozen=True)
class Event:
    """RAW: the object, whose bytes every watch shares with the store."""

    type: str
    raw: bytes


@dataclass(frozen=True)
class Selection:
    """Which objects a watch shows; a test that is None lets all pass."""

    namespace: str = ""
    fields: Callable[[str, str], bool] | None = None
    labels: Test | None = None

    def holds(self, item: Stored) -> bool:
        return self._place(*item.key) and (self.labels is None or self.labels(item.labels))

    def _place(self, namespace: str, name: str) -> bool:
        here = not self.namespace or namespace == self.namespace
        return here and (self.fields is None or self.fields(namespace, name))

    def event(self, change: Change) -> Event | None:
        """What CHANGE is for this selection: an object that no longer fits is gone, one that fits again is new."""
        if not self._place(*change.key):
            return None
        was = change.old is not None and (self.labels is None or self.labels(change.old.labels))
        if change.new is not None and (self.labels is None or self.labels(change.new.labels)):
            return Event("MODIFIED" if was else "ADDED", change.new.raw)
        return Event("DELETED", change.gone) if was else None


def bookmark(kind: Served, version: int, initial_end: bool = False) -> Event:
    """How far a watch has come; INITIAL_END: what was there at its beginning has been sent."""
    meta: dict[str, Any] = {"resourceVersion": str(version)}
    if initial_end:
        meta["annotations"] = {INITIAL_END: "true"}
    shown = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": meta}
    return Event("BOOKMARK", msgspec.json.encode(shown))


def failure(error: ApiError) -> Event:
    return Event("ERROR", msgspec.json.encode(error.body()))


class Lines:
    """Events of one watch as lines, in the form that its client takes."""

    def __init__(self, kind: Served, form: Form, include: str) -> None:
        self._kind, self._form, self._include = kind, form, include
        self._columns_told = False

    def line(self, event: Event) -> bytes:
        raw = event.raw
        if self._form.as_ and event.type != "ERROR":
            raw = encode(self._converted(msgspec.json.decode(raw))).rstrip()
        return b'{"type":"%b","object":%b}\n' % (event.type.encode(), raw)

    def _converted(self, data: dict[str, Any]) -> dict[str, Any]:
        if self._form.as_ != "Table":
            return tables.partial(data)
        shown = {"resourceVersion": data["metadata"].get("resourceVersion", "")}
        table = tables.table(self._kind, [data], shown, self._include)
        if self._columns_told:  # the real server says them once a stream
            table["columnDefinitions"] = None
        self._columns_told = True
        return table
