"""A cluster whose answers are texts that a test has written, byte for byte, and the watch of it."""

import json
import time
from collections.abc import Iterable, Mapping
from contextlib import nullcontext, suppress
from types import SimpleNamespace
from typing import Any

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster import ClusterError
from netbox_hedgehog.cluster import client as cluster_client
from netbox_hedgehog.cluster.http.transport import Answer
from netbox_hedgehog.cluster.verbs.watch_events import Events
from netbox_hedgehog.sync.watch.streams.source import Source
from netbox_hedgehog.sync.watch.streams.stream import Arrival
from tests.netbox.watch.given import task_of

__all__ = ("Texts", "arrivals", "dump", "nested")

JSON = {"content-type": "application/json"}


class Texts:
    """Serves the kinds of LISTS (all known ones where there is none), each with items that are texts."""

    def __init__(self, monkeypatch, lists: Mapping[str, Iterable[bytes]], served: Iterable[str] = ()) -> None:
        self.lists, self.served = dict(lists), list(served) or [kind.plural for kind in kinds.KINDS]
        monkeypatch.setattr(cluster_client, "Transport", self._transport)

    def _transport(self, target: Any, *_: Any) -> Any:
        return SimpleNamespace(target=target, get=self._get, close=lambda: None)

    def _get(self, path: str, query: Any = None, accept: str = "") -> Answer:
        plural = path.rpartition("/")[2]
        if path == "/apis":
            return Answer(JSON, json.dumps(self._discovery()).encode())
        kind = kinds.by_plural(plural)
        head = {"kind": f"{kind.kind}List", "apiVersion": kind.api_version, "metadata": {"resourceVersion": "1000"}}
        items = b",".join(self.lists.get(plural, ()))
        return Answer(JSON, json.dumps(head).encode()[:-1] + b', "items": [' + items + b"]}")

    def _discovery(self) -> dict[str, Any]:
        groups: dict[str, list[dict[str, Any]]] = {}
        for kind in kinds.KINDS:
            if kind.plural in self.served:
                one = {"resource": kind.plural, "responseKind": {"kind": kind.kind}, "scope": "Namespaced"}
                groups.setdefault(kind.group, []).append({**one, "verbs": ["list", "watch"]})
        items = [
            {"metadata": {"name": group}, "versions": [{"version": "v1beta1", "resources": resources}]}
            for group, resources in groups.items()
        ]
        return {"kind": "APIGroupDiscoveryList", "items": items}


def arrivals(kind: str, events: Iterable[tuple[str, bytes]], unfit: bool = False) -> list[Arrival]:
    """What a stream of KIND brings whose EVENTS are (type, the object's text).

    UNFIT: where one of them ends the stream, since it cannot be gone on from it, what came before.
    """
    stream = SimpleNamespace(source=Source(task_of(kind), None))
    reader = Events(SimpleNamespace(facts={}), f"/apis/{kind}")
    lines = b"".join(b'{"type": "%s", "object": %s}\n' % (type_.encode(), text) for type_, text in events)
    found = []
    with suppress(ClusterError) if unfit else nullcontext():
        for event in reader.feed(lines):
            found.append(Arrival(stream, event, time.monotonic()))  # noqa: PERF401  what came before an error is kept
    return found


class Nested:
    """Stands for an object nested that many levels deep, which json.dumps could not write."""

    def __init__(self, levels: int) -> None:
        self.levels = levels


def nested(levels: int) -> Any:
    return Nested(levels)


def dump(value: Any) -> bytes:
    """VALUE as JSON; bytes in it stand as they are, whatever they are."""
    if isinstance(value, Nested):
        return b'{"a": ' * value.levels + b"{}" + b"}" * value.levels
    if isinstance(value, dict):
        return b"{%s}" % b", ".join(b"%s: %s" % (json.dumps(key).encode(), dump(each)) for key, each in value.items())
    if isinstance(value, list):
        return b"[%s]" % b", ".join(map(dump, value))
    return value if isinstance(value, bytes) else json.dumps(value).encode()
