"""Following a kind's changes: one line of JSON an event, for as long as the stream lasts."""

from collections.abc import Iterator
from enum import StrEnum
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import unquote

import msgspec
from urllib3.exceptions import HTTPError

from netbox_hedgehog.cluster.codes import ErrorCode
from netbox_hedgehog.cluster.errors import ClusterError
from netbox_hedgehog.cluster.failures import failure
from netbox_hedgehog.cluster.refusals import refusal
from netbox_hedgehog.cluster.resource import Resource
from netbox_hedgehog.cluster.transport import Transport

__all__ = ("SILENCE", "Event", "EventType", "Watch")

SILENCE = 90.0  # seconds; API servers send a bookmark a minute where nothing happens
CHUNK = 256 * 1024  # bytes
LONGEST_LINE = 64 * 1024 * 1024  # bytes; no object that Kubernetes keeps comes near


class EventType(StrEnum):
    """What happened, in Kubernetes' words. ADDED also means: seen for the first time by this watch."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"
    BOOKMARK = "BOOKMARK"


class Event(NamedTuple):
    """RAW: the object's JSON (in a DELETED as it was last, but with the version of its deletion); b"" in a BOOKMARK."""

    type: EventType
    resource_version: str
    namespace: str
    name: str
    raw: bytes


class _Metadata(msgspec.Struct, rename="camel"):
    resource_version: str = ""
    namespace: str = ""
    name: str = ""


class _Object(msgspec.Struct):
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class _Line(msgspec.Struct):
    type: str
    object: msgspec.Raw


class _Status(msgspec.Struct):
    code: int = 500


class Watch:
    """An open watch. Iterate it once; the iteration ends when the server ends the stream, and raises ClusterError else.

    ``expired``: the server has forgotten the version to go on from, only a new list helps. Every other error leaves the
    version of the last event good to go on from. A line that was cut is dropped: it comes again.
    ``close`` may be called from another thread and ends an iteration that waits.
    """

    def __init__(
        self,
        transport: Transport,
        resource: Resource,
        namespace: str | None,
        resource_version: str,
        seconds: int,
        silence: float,
    ) -> None:
        self._path = resource.path(namespace)
        self._transport = transport
        query = {
            "watch": "true",
            "resourceVersion": resource_version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(seconds),
        }
        self._answer = transport.stream(self._path, query, silence)
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        self._answer.close()

    def close(self) -> None:
        """End the stream; the thread that iterates it sees it end."""
        self._closed = True
        try:
            self._answer.shutdown()
        except (OSError, ValueError, RuntimeError):  # closed already
            self._answer.close()

    def __iter__(self) -> Iterator[Event]:
        for line in self._lines():
            if line:
                yield self._event(line)

    def _lines(self) -> Iterator[bytes]:
        rest = bytearray()
        while piece := self._read():
            rest += piece
            if len(rest) > LONGEST_LINE:
                raise self._error(ErrorCode.BAD_ANSWER, f"a line is longer than {LONGEST_LINE:,} bytes")
            if b"\n" in piece:
                *lines, last = bytes(rest).split(b"\n")
                rest = bytearray(last)
                yield from lines
        if rest and not self._closed:
            raise self._error(ErrorCode.ANSWER_CUT, "the stream ended inside a line")

    def _read(self) -> bytes:
        try:
            return self._answer.read1(CHUNK, decode_content=True)
        except (HTTPError, OSError, ValueError) as error:
            if self._closed:
                return b""
            target = self._transport.target
            raise failure(error, target.host, target.port) from None

    def _event(self, line: bytes) -> Event:
        try:
            kind, raw = self._taken_apart(line)
            if kind == "ERROR":
                raise self._refused(raw)
            metadata = msgspec.json.decode(raw, type=_Object).metadata
            event = EventType(kind)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, ValueError) as error:
            raise self._error(ErrorCode.BAD_ANSWER, f"not a line of a watch: {error}") from None
        if not metadata.resource_version:
            raise self._error(ErrorCode.BAD_ANSWER, f"a {kind} event without a resourceVersion")
        body = b"" if event is EventType.BOOKMARK else raw
        return Event(event, metadata.resource_version, metadata.namespace, metadata.name, body)

    @staticmethod
    def _taken_apart(line: bytes) -> tuple[str, bytes]:
        found = msgspec.json.decode(line, type=_Line)
        return found.type, bytes(found.object)

    def _refused(self, raw: bytes) -> ClusterError:
        """What an ERROR event says: a Status, as if the request had been refused with it."""
        code = msgspec.json.decode(raw, type=_Status).code
        facts = {**self._transport.target.facts, "path": unquote(self._path)}
        return refusal(code, {}, raw, facts)

    def _error(self, code: ErrorCode, message: str) -> ClusterError:
        return ClusterError(code, f"{self._path}: {message}", facts=self._transport.target.facts)
