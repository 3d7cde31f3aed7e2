"""Label and field selectors of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from practice.server import metadata
from practice.server.errors import ApiError, bad_request

Labels = Mapping[str, str]
Test = Callable[[Labels], bool]

TOKEN = re.compile(r"\s*(notin\b|in\b|==|!=|[=!(),]|[^\s=!(),]+)")


def labels(selector: str) -> Test | None:
    """A test of an object's labels, or None for a selector that takes all; 400 for one that cannot be read."""
    if not selector.strip():
        return None
    tests = _Parser(selector).requirements()
    return lambda given: all(test(given) for test in tests)


class _Parser:
    """Reads `a=b,c!=d,e,!f,g in (h,i),j notin (k)`."""

    def __init__(self, selector: str) -> None:
        self.tokens = TOKEN.findall(selector)
        if "".join(self.tokens) != re.sub(r"\s+", "", selector):
            raise bad_request(f"unable to parse requirement: {selector!r} cannot be read")

    def requirements(self) -> list[Test]:
        tests = [self.requirement()]
        while self.tokens:
            self.expect(",")
            tests.append(self.requirement())
        return tests

    def requirement(self) -> Test:
        if self.peek() == "!":
            self.take()
            key = self.key()
            return lambda given: key not in given
        key = self.key()
        if self.peek() in ("", ","):
            return lambda given: key in given
        operator = self.take()
        if operator in ("=", "=="):
            wanted = self.value()
            return lambda given: given.get(key) == wanted
        if operator == "!=":
            unwanted = self.value()
            return lambda given: given.get(key) != unwanted
        if operator not in ("in", "notin"):
            raise self.refusal(operator, "in, notin, =, ==, !=, gt, lt")
        values = self.values()
        if operator == "in":
            return lambda given: given.get(key) in values
        return lambda given: given.get(key) not in values

    def key(self) -> str:
        found = self.word("identifier")
        if metadata.check({"name": "x", "labels": {found: ""}}):
            raise bad_request(f'unable to parse requirement: <nil>: Invalid value: "{found}": {metadata.KEY_WORDS}')
        return found

    def values(self) -> set[str]:
        self.expect("(")
        values = {self.value()}
        while self.peek() == ",":
            self.take()
            values.add(self.value())
        self.expect(")")
        return values

    def value(self) -> str:
        """A value, which may be empty: `a=` asks for the empty text."""
        return "" if self.peek() in ("", ",", ")") else self.word("identifier")

    def word(self, what: str) -> str:
        found = self.take()
        if not found or found in "=!(),":
            raise self.refusal(found, what)
        return found

    def expect(self, wanted: str) -> None:
        found = self.take()
        if found != wanted:
            raise self.refusal(found, f"'{wanted}'")

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self) -> str:
        return self.tokens.pop(0) if self.tokens else ""

    @staticmethod
    def refusal(found: str, wanted: str) -> ApiError:
        return bad_request(f"unable to parse requirement: found '{found}' expected: {wanted}")


def fields(selector: str) -> Callable[[str, str], bool] | None:
    """A test of (namespace, name), or None; of these kinds only name and namespace can be selected."""
    if not selector.strip():
        return None
    tests = [_field(term.strip()) for term in selector.split(",") if term.strip()]
    return lambda namespace, name: all(test(namespace, name) for test in tests)


def _field(term: str) -> Callable[[str, str], bool]:
    found = re.fullmatch(r"([^=!]+)(==|!=|=)(.*)", term)
    if not found:
        raise bad_request(f"invalid selector: '{term}'; can't understand '{term}'")
    label, operator, wanted = found.groups()
    if label not in ("metadata.name", "metadata.namespace"):
        raise bad_request(f"field label not supported: {label}")
    holds = operator != "!="
    if label == "metadata.name":
        return lambda _, name: (name == wanted) is holds
    return lambda namespace, _: (namespace == wanted) is holds
