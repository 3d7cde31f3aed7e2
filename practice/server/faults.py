"""Faults that can be switched on while the server runs, to see what a client makes of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from practice.server.paths import Asked

# What each fault takes beside the selection below; see practice/README.md for what they do.
FAULTS: dict[str, dict[str, Any]] = {
    "latency": {"seconds": 1.0},
    "status": {"status": 500, "message": "practice fault"},
    "throttle": {"retry_after": 1},
    "drop": {},
    "cut": {"share": 0.5, "clean": False},
    "silent": {},
    "html": {"status": 200},
    "unauthorized": {},
    "forbid": {},
    "missing": {},
    "empty": {},
    "expire": {},
    "malformed": {"item": None},
    "stall": {},
    "stray": {"text": ""},
    "error": {"status": 500, "message": "practice fault"},
    "double": {},
    "swap": {"seconds": 1.0},
}
OF_STREAMS = ("stall", "error", "double", "swap")  # strike nothing but the events of watches
OF_EVENTS = ("cut", *OF_STREAMS)
SELECTION = ("kind", "verb", "namespace", "path", "after", "times")


@dataclass
class Fault:
    """One fault that is on.

    It strikes requests that fit KIND (a plural), VERB, NAMESPACE and PATH (how a path begins; each "": any), lets the
    first AFTER of them pass, and strikes TIMES of them at most (0: no limit). HITS counts the struck ones. What strikes
    streams counts events instead, those of all watches that fit.
    """

    fault: str
    kind: str = ""
    verb: str = ""
    namespace: str = ""
    path: str = ""
    after: int = 0
    times: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    id: int = 0
    seen: int = 0
    hits: int = 0

    def fits(self, asked: Asked) -> bool:
        pairs = ((self.kind, asked.plural), (self.verb, asked.verb), (self.namespace, asked.namespace))
        own = asked.path.startswith("/practice/")  # how faults are switched off again
        return not own and asked.path.startswith(self.path) and all(not want or want == has for want, has in pairs)

    def strikes(self) -> bool:
        """Count a request that fits, and say whether it is struck."""
        self.seen += 1
        if self.seen <= self.after or (self.times and self.hits >= self.times):
            return False
        self.hits += 1
        return True

    def data(self) -> dict[str, Any]:
        selection = {name: getattr(self, name) for name in SELECTION}
        return {"id": self.id, "fault": self.fault, **selection, **self.settings, "seen": self.seen, "hits": self.hits}


class Faults:
    """The faults of one server. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[int, Fault] = {}
        self._ids = count(1)
        self.on_change: Callable[[], None] = lambda: None

    def add(self, fault: str, **settings: Any) -> Fault:
        """Switch FAULT on; raises ValueError for a fault or a setting that is not known."""
        if fault not in FAULTS:
            raise ValueError(f"no such fault: {fault}; there are {', '.join(FAULTS)}")
        if fault == "missing" and not settings.get("kind"):
            raise ValueError("fault missing needs a kind")
        own = dict(FAULTS[fault])
        unknown = settings.keys() - own.keys() - set(SELECTION)
        if unknown:
            raise ValueError(
                f"fault {fault} knows no {', '.join(sorted(unknown))}; it takes {', '.join([*own, *SELECTION])}"
            )
        selection = {name: settings.pop(name) for name in SELECTION if name in settings}
        with self._lock:
            made = Fault(fault, **selection, settings={**own, **settings}, id=next(self._ids))
            self._faults[made.id] = made
        self.on_change()
        return made

    def remove(self, fault: Fault | int) -> bool:
        """Switch one fault off; says whether it was on."""
        with self._lock:
            found = self._faults.pop(fault if isinstance(fault, int) else fault.id, None)
        self.on_change()
        return found is not None

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
        self.on_change()

    def active(self) -> list[Fault]:
        with self._lock:
            return [replace(fault) for fault in self._faults.values()]

    def hits(self, fault: Fault) -> int:
        """How many requests FAULT, which is still on, has struck."""
        with self._lock:
            return self._faults[fault.id].hits

    def struck(self, asked: Asked) -> dict[str, dict[str, Any]]:
        """The faults that strike a request, by name, with their settings; each that fits counts it."""
        apart = (*STANDING, *(OF_EVENTS if asked.verb == "watch" else OF_STREAMS))
        with self._lock:
            fitting = [fault for fault in self._faults.values() if fault.fault not in apart and fault.fits(asked)]
            return {fault.fault: fault.settings for fault in fitting if fault.strikes()}

    def struck_events(self, asked: Asked, names: tuple[str, ...] = OF_EVENTS) -> dict[str, dict[str, Any]]:
        """The faults that strike the next event of the watch ASKED; each that fits counts it."""
        if not self._faults:
            return {}
        with self._lock:
            fitting = [fault for fault in self._faults.values() if fault.fault in names and fault.fits(asked)]
            return {fault.fault: fault.settings for fault in fitting if fault.strikes()}

    def forbids(self, asked: Asked) -> bool:
        """Whether a "forbid" takes this right from everyone."""
        with self._lock:
            standing = [fault for fault in self._faults.values() if fault.fault == "forbid" and asked.is_resource]
            return any(fault.fits(asked) and fault.strikes() for fault in standing)

    def missing(self) -> set[str]:
        """The plurals whose CustomResourceDefinition is gone."""
        with self._lock:
            return {fault.kind for fault in self._faults.values() if fault.fault == "missing"}

    def latency(self, seconds: float, **selection: Any) -> Fault:
        return self.add("latency", seconds=seconds, **selection)

    def fail(self, status: int = 500, **selection: Any) -> Fault:
        return self.add("status", status=status, **selection)

    def throttle(self, retry_after: int = 1, **selection: Any) -> Fault:
        return self.add("throttle", retry_after=retry_after, **selection)

    def forbid(self, kind: str = "", **selection: Any) -> Fault:
        return self.add("forbid", kind=kind, **selection)

    def hide(self, kind: str) -> Fault:
        """Take a kind's CustomResourceDefinition away, its objects with it, until the fault is removed."""
        return self.add("missing", kind=kind)

    def empty(self, kind: str = "", **selection: Any) -> Fault:
        return self.add("empty", kind=kind, **selection)


STANDING = ("forbid", "missing")  # these change what the server is, not one answer
