"""The parts of a JSON text, found by its brackets alone: of what no parser takes too, however deep or broken it is."""

import re
from collections.abc import Mapping
from typing import NamedTuple

__all__ = ("Part", "depth_within", "members", "parts")

_TOKENS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[{\]},:"]', re.DOTALL)
_OPENING, _CLOSING, _COMMA, _COLON = b"[{", b"]}", b",", b":"
_ROUND = bytes.maketrans(b"[]{}", b"()()")
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))


class Part(NamedTuple):
    """Where the value of an object's member, or of an array's entry (its ``key`` is empty), begins and ends."""

    key: bytes
    start: int
    end: int

    def of(self, data: bytes) -> bytes:
        return data[self.start : self.end]


def parts(data: bytes) -> list[Part]:
    """Split a JSON object or array into its parts, in their order.

    What is between the brackets is not looked at: a part may be no JSON at all.

    Args:
        data: JSON text that begins with a bracket.

    Raises:
        ValueError: ``data`` has no brackets, or ends before the first one is closed.
    """
    found: list[Part] = []
    depth = start = 0
    key = b""
    for token in _TOKENS.finditer(data):
        mark = token[0]
        if mark == b'"':  # a text without an end
            break
        if mark in _OPENING:
            depth += 1
            start = token.end() if depth == 1 else start
        elif mark in _CLOSING:
            depth -= 1
        if depth > 1 or mark in _OPENING:
            continue
        if mark == _COLON and depth == 1:
            key, start = data[start : token.start()].strip()[1:-1], token.end()
        elif mark == _COMMA or depth == 0:
            if mark == _COMMA or found or data[start : token.start()].strip():
                found.append(Part(key, start, token.start()))
            key, start = b"", token.end()
            if depth == 0:
                return found
    raise ValueError("the text ends before its brackets are closed")


def members(data: bytes) -> Mapping[bytes, bytes]:
    """The values of a JSON object by key, all as JSON text; empty if ``data`` is no object, or ends too early."""
    try:
        return {part.key: part.of(data) for part in parts(data)}
    except ValueError:
        return {}


def depth_within(data: bytes, most: int) -> bool:
    """Whether no more than ``most`` brackets stand inside one another.

    Costs a fraction of parsing, and no recursion. What is not JSON may be called too deep.
    """
    if data.count(b"[") + data.count(b"{") <= most:
        return True
    # What stands between quotes is text, once quotes that are themselves text are gone.
    plain = b"".join(data.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    brackets = plain.translate(_ROUND, _NO_BRACKET)
    for _ in range(most):
        brackets = brackets.replace(b"()", b"")
        if not brackets:
            return True
    return False
