"""A watch as a test reads it: line by line, as it comes over the wire."""

from __future__ import annotations

import http.client
import json
import ssl
from typing import Any
from urllib.parse import urlencode

from practice.server import PracticeServer
from tests.practice.server.client import SERVERS, Client

BROKEN = (http.client.IncompleteRead, ConnectionError, ssl.SSLError)
Event = dict[str, Any]


class Watching(Client):
    """An open watch; it is answered with STATUS."""

    def __init__(
        self, server: PracticeServer, path: str = SERVERS, headers: dict[str, str] | None = None, **query: Any
    ) -> None:
        token, timeout = query.pop("token", None), query.pop("patience", 10)
        super().__init__(server, token, timeout=timeout)
        given = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        self.connection.request("GET", f"{path}?{urlencode({'watch': 'true', **query})}", headers=given)
        self.answer = self.connection.getresponse()
        self.status, self.buffer = self.answer.status, b""

    def line(self) -> bytes:
        """The next line; b"" at a clean end, BROKEN at another, TimeoutError where nothing comes."""
        while b"\n" not in self.buffer:
            more = self.answer.read1()  # its readline takes a broken stream for one that ended
            if not more:
                piece, self.buffer = self.buffer, b""
                return piece
            self.buffer += more
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line + b"\n"

    def next(self) -> Event:
        return json.loads(self.line())

    def some(self, number: int) -> list[Event]:
        return [self.next() for _ in range(number)]

    def rest(self) -> list[Event]:
        """What comes until the server ends it cleanly."""
        return [json.loads(line) for line in iter(self.line, b"")]

    def is_silent(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for a while; the watch can be read no more then."""
        self.connection.sock.settimeout(seconds)
        try:
            self.line()
        except TimeoutError:
            return True
        return False


def short(events: list[Event]) -> list[str]:
    """["ADDED s-1", ...]"""
    return [f"{event['type']} {event['object']['metadata'].get('name', '')}".strip() for event in events]


def version(thing: Event) -> int:
    return int(thing.get("object", thing)["metadata"]["resourceVersion"])


def now(server: PracticeServer, path: str = SERVERS) -> int:
    """The version of a list at this moment."""
    return version(Client(server).get(path).data)
