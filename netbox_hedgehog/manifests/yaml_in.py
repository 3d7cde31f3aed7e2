"""Reads objects from YAML within limits; each error names its line."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import yaml

from netbox_hedgehog.manifests.scalars import NotJSON, meaning

__all__ = ("ManifestError", "from_yaml")

MOST_BYTES = 16 * 1024 * 1024
MOST_VALUES = 1_000_000  # after aliases are resolved, so that a small text cannot make a large object
DEEPEST = 64  # levels; a Hedgehog object has about ten

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_MERGE = "<<"


class ManifestError(ValueError):
    """A text that cannot be read as manifests.

    Attributes:
        message: What is wrong, without values, which may be secrets.
        line: The line, counted from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.message = message
        self.line = line


def from_yaml(text: str) -> list[dict[str, Any]]:
    """Read the objects of a YAML text. Plain words mean what they mean to kubectl.

    Args:
        text: One or more YAML documents.

    Returns:
        One object for each document that is not empty.

    Raises:
        ManifestError: The YAML is broken, a document is no mapping, a key is given twice, a value does not exist in
            JSON, the text has tags or merge keys, or it exceeds the limits above.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise ManifestError(f"the text has more than {MOST_BYTES // 1024 // 1024} MiB", 1)
    documents = []
    try:
        for line, value in _Reader(text).documents():
            if value is None:
                continue
            if not isinstance(value, dict):
                raise ManifestError("a manifest is a mapping (key: value)", line)
            documents.append(value)
    except yaml.reader.ReaderError as error:
        raise ManifestError("the text has a character that YAML does not allow", _line(text, error.position)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ManifestError(error.problem or "not YAML", mark.line + 1 if mark else 1) from None
    except UnicodeEncodeError:
        raise ManifestError("the text has a character that UTF-8 cannot hold", 1) from None
    return documents


def _line(text: str, position: int | None) -> int:
    return text.count("\n", 0, position or 0) + 1


class _Reader:
    """Builds values from the parser's events.

    An anchor's value is copied for each alias and counted each time, so that a small text cannot make a large object.
    """

    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_Loader))
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._values = 0

    def documents(self) -> Iterator[tuple[int, Any]]:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors = {}
                first = next(self._events)
                yield _line_of(first), self._value(first, 0)

    def _value(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        self._count(1, event)
        if depth > DEEPEST:
            raise ManifestError(f"more than {DEEPEST} levels", _line_of(event))
        before = self._values
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            _refuse_tag(event, "seq")
            value = list(self._items(depth))
        else:
            _refuse_tag(event, "map")
            value = self._mapping(depth)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._values - before + 1)
        return value

    def _items(self, depth: int) -> Iterator[Any]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._value(event, depth + 1)

    def _mapping(self, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = _key(event, self._value(event, depth + 1))
            if key in mapping:
                raise ManifestError(f"the key {key!r} is given twice", _line_of(event))
            mapping[key] = self._value(next(self._events), depth + 1)
        return mapping

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            raise ManifestError(f"nothing before this is named &{event.anchor}", _line_of(event))
        value, weight = self._anchors[event.anchor]
        self._count(weight, event)
        return deepcopy(value)

    def _count(self, more: int, event: Any) -> None:
        self._values += more
        if self._values > MOST_VALUES:
            raise ManifestError(f"more than {MOST_VALUES:,} values", _line_of(event))


def _key(event: Any, key: Any) -> str:
    if isinstance(event, yaml.ScalarEvent) and event.implicit[0] and event.value == _MERGE:
        raise ManifestError("merge keys (<<) are not supported; write the keys out", _line_of(event))
    if isinstance(key, str):
        return key
    if isinstance(key, int) and not isinstance(key, bool):
        return str(key)
    raise ManifestError("a key is a text; put it in quotes", _line_of(event))


def _scalar(event: Any) -> Any:
    tag, plain = event.tag, event.implicit[0]
    if tag not in (None, "!", f"{_TAG}str"):
        raise ManifestError(f"the tag {tag} is not supported", _line_of(event))
    if tag or not plain:
        return event.value
    try:
        return meaning(event.value)
    except NotJSON as error:
        raise ManifestError(str(error), _line_of(event)) from None


def _refuse_tag(event: Any, usual: str) -> None:
    if event.tag not in (None, "!", _TAG + usual):
        raise ManifestError(f"the tag {event.tag} is not supported", _line_of(event))


def _line_of(event: Any) -> int:
    return int(event.start_mark.line) + 1
