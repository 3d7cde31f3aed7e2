"""Events of a watch out of its bytes: one line of JSON each."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from netbox_hedgehog.cluster.auth.target import Target
from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.errors.status_errors import refusal
from netbox_hedgehog.cluster.http.json_outline import members

__all__ = ("Event", "EventType", "Events")

LONGEST_LINE = 64 * 1024 * 1024  # bytes; no object that Kubernetes keeps comes near


# What a stream can be asked for again, and be kept: printable, without blanks, as long as the tables have room.
_VERSION = re.compile("[!-~]{1,64}")


class EventType(StrEnum):
    """What happened, in Kubernetes' words. ADDED also means: seen for the first time by this watch."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"
    BOOKMARK = "BOOKMARK"


class Event(NamedTuple):
    """A change of one object.

    ``raw`` is the object's JSON, b"" in a BOOKMARK; in a DELETED it is the last state with the deletion's version.
    """

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


def _read(line: bytes) -> tuple[str, bytes, _Metadata]:
    """Type, object and metadata of the event in a line.

    An object that is no JSON, or nested too deep to be read, is passed on all the same: whoever stores objects says so
    of it, and the stream goes on.
    """
    try:
        found = msgspec.json.decode(line, type=_Line)
        raw = bytes(found.object)
        return found.type, raw, msgspec.json.decode(raw, type=_Object).metadata
    except (msgspec.DecodeError, RecursionError, ValueError):
        told = members(line)
        raw = told.get(b"object", b"")
        metadata = {key: value for key, value in members(members(raw).get(b"metadata", b"")).items() if key in _NAMED}
        outline = b"{%s}" % b",".join(b'"%s":%s' % member for member in metadata.items())
        return (
            msgspec.json.decode(told.get(b"type", b""), type=str),
            raw,
            msgspec.json.decode(outline, type=_Metadata),
        )


_NAMED = (b"resourceVersion", b"namespace", b"name")


class Events:
    """Splits a watch's bytes into events. A line that is not complete yet is kept until it is.

    Args:
        target: The server, for errors.
        path: What is watched, for errors.
    """

    def __init__(self, target: Target, path: str) -> None:
        self._target, self._path = target, path
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[Event]:
        """The events that are complete with this piece.

        Raises:
            ClusterError: The server sent an ERROR event, or what is no event (``bad_answer``).
        """
        if len(self._rest) + len(data) > LONGEST_LINE:
            raise self._error(ErrorCode.BAD_ANSWER, f"a line is longer than {LONGEST_LINE:,} bytes")
        if b"\n" not in data:
            self._rest += data
            return
        *lines, last = b"".join((self._rest, data)).split(b"\n")
        self._rest = bytearray(last)
        for line in lines:
            if line:
                yield self._event(line)

    def end(self) -> None:
        """Call at the end of the stream; raises ClusterError (``answer_cut``) if half a line is left."""
        if self._rest:
            raise self._error(ErrorCode.ANSWER_CUT, "the stream ended inside a line")

    def _event(self, line: bytes) -> Event:
        try:
            kind, raw, metadata = _read(line)
            if kind == "ERROR":
                raise self._refused(raw)
            event = EventType(kind)
        except (msgspec.DecodeError, RecursionError, ValueError) as error:
            raise self._error(ErrorCode.BAD_ANSWER, f"not a line of a watch: {error}") from None
        if not _VERSION.fullmatch(metadata.resource_version):
            what = "with an unfit" if metadata.resource_version else "without a"
            raise self._error(ErrorCode.BAD_ANSWER, f"a {kind} event {what} resourceVersion")
        body = b"" if event is EventType.BOOKMARK else raw
        return Event(event, metadata.resource_version, metadata.namespace, metadata.name, body)

    def _refused(self, raw: bytes) -> ClusterError:
        """What an ERROR event says: a Status, as if the request had been refused with it."""
        code = msgspec.json.decode(raw, type=_Status).code
        return refusal(code, {}, raw, {**self._target.facts, "path": unquote(self._path)})

    def _error(self, code: ErrorCode, message: str) -> ClusterError:
        return ClusterError(code, f"{self._path}: {message}", facts=self._target.facts)
