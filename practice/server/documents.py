"""Bodies: which form a client sends and takes, and how they are read and written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import msgspec
import yaml

from practice.server.errors import ApiError, bad_request, not_acceptable, unsupported_media_type

JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
OFFERED = [JSON, YAML, PROTOBUF]
_encoder = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True)
class Form:
    """The form of an answer: JSON or YAML, and as what (AS_: Table, PartialObjectMetadata(List), ...; "": as it is)."""

    media: str = JSON
    as_: str = ""
    group: str = ""
    version: str = ""

    @property
    def content_type(self) -> str:
        if self.as_ == "APIGroupDiscoveryList":
            return f"{JSON};g={self.group};v={self.version};as={self.as_}"
        return self.media


CONVERSIONS = {("meta.k8s.io", "v1"): ("Table", "PartialObjectMetadata", "PartialObjectMetadataList")}
DISCOVERY = {("apidiscovery.k8s.io", "v2"): ("APIGroupDiscoveryList",)}


def negotiate(accept: str, conversions: dict[tuple[str, str], tuple[str, ...]] | None = None) -> Form:
    """The first form of an Accept header that can be served; 406 where there is none."""
    for clause in (accept or "*/*").split(","):
        media, *parameters = [part.strip() for part in clause.split(";")]
        given = dict(part.partition("=")[::2] for part in parameters)
        media = JSON if media in ("*/*", "application/*") else media
        if media not in (JSON, YAML):
            continue
        as_, group, version = given.get("as", ""), given.get("g", ""), given.get("v", "")
        if not as_:
            return Form(media)
        if as_ in (conversions or {}).get((group, version), ()):
            return Form(media, as_, group, version)
    raise not_acceptable(OFFERED)


STREAMED = {("meta.k8s.io", "v1"): ("Table", "PartialObjectMetadata")}


def negotiate_stream(accept: str) -> Form:
    """The first form of an Accept header in which a watch can be sent: not YAML, which has no lines."""
    clauses = [clause for clause in (accept or "*/*").split(",") if clause.strip().partition(";")[0] != YAML]
    if not clauses:
        raise not_acceptable([JSON])
    return negotiate(",".join(clauses), STREAMED)


def encode(value: Any, form: Form = Form()) -> bytes:
    if form.media == YAML:
        return yaml.safe_dump(value, default_flow_style=False).encode()
    return _encoder.encode(value) + b"\n"


@dataclass
class Document:
    """A body that was read: its object, and the paths of the keys that it gives twice."""

    data: Any
    duplicates: list[str] = field(default_factory=list)


class _Pairs(dict[str, Any]):
    """A JSON object that knows which of its keys came twice; the last one wins."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        self.twice = [key for key, _ in pairs if key in seen or seen.add(key)]


def read(raw: bytes, content_type: str, kind: str) -> Document:
    """A request's body as an object; 415 for a form that is not understood, 400 for what cannot be read."""
    media = content_type.partition(";")[0].strip() or JSON
    if media not in (JSON, YAML):
        raise unsupported_media_type(OFFERED)
    document = _read_json(raw, kind) if media == JSON else Document(_read_yaml(raw, kind))
    if not isinstance(document.data, dict):
        raise bad_request(f"the object provided is unrecognized (must be of type {kind}): it is no object")
    return document


def read_json(raw: bytes) -> Any:
    """A patch or options: JSON, in which a key given twice is nothing to speak of."""
    return json.loads(raw, parse_constant=_no_constant)


def _no_constant(name: str) -> None:
    raise ValueError(f"invalid character '{name[0]}' looking for beginning of value")


def _read_json(raw: bytes, kind: str) -> Document:
    try:
        data = json.loads(raw, object_pairs_hook=_Pairs, parse_constant=_no_constant)
    except ValueError as error:
        raise _unreadable(kind, f"json parse error: {error}") from error
    duplicates = sorted(_twice(data))
    return Document(json.loads(raw), duplicates)  # again, as plain dicts: in those too the last of two keys wins


def _unreadable(kind: str, why: str) -> ApiError:
    words = f"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; {why}"
    return bad_request(words)


def _twice(value: Any, path: str = "") -> list[str]:
    if isinstance(value, list):
        return [found for index, item in enumerate(value) for found in _twice(item, f"{path}[{index}]")]
    if not isinstance(value, _Pairs):
        return []
    dot = f"{path}." if path else ""
    return [dot + key for key in value.twice] + [
        found for key, item in value.items() for found in _twice(item, dot + key)
    ]


class _Loader(yaml.SafeLoader):
    """YAML as the real server reads it: y and n are booleans too, a date is text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:y|Y|n|N)$"), list("yYnN"))
_Loader.bool_values = {**yaml.SafeLoader.bool_values, "y": True, "n": False}


def _read_yaml(raw: bytes, kind: str) -> Any:
    try:
        data = yaml.load(raw, _Loader)  # noqa: S506  a SafeLoader
        return msgspec.json.decode(msgspec.json.encode(data))
    except (yaml.YAMLError, msgspec.MsgspecError, TypeError, ValueError) as error:
        raise _unreadable(kind, f"yaml: {error}") from error
