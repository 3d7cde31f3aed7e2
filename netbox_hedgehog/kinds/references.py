"""Finds the objects that an object refers to, by natural key: a reference holds before its target exists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from netbox_hedgehog.kinds.model import Kind, Step

__all__ = ("Ref", "references")

_PLAIN = re.compile(r"[A-Za-z0-9_-]+").fullmatch


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to another object in the same namespace.

    Attributes:
        path: Where it stands: ``spec.eslag.links[0].switch.port``.
        kind: The kind of the object that is meant.
        name: Its name.
    """

    path: str
    kind: str
    name: str


def references(kind: Kind, obj: dict[str, Any]) -> list[Ref]:
    """Extract the references of a manifest.

    Paths are concrete: ``spec.eslag.links[0].switch.port``; a key with characters other than letters, digits, ``-`` and
    ``_`` stands in brackets: ``spec.peering["ext.border"]``. Values of another type than the API asks for are skipped.

    Args:
        kind: The object's kind, whose fields say where references stand.
        obj: Its manifest.

    Returns:
        The references in the order of the kind's rules, each once.
    """
    found: dict[Ref, None] = {}
    for rule in kind.references:
        for path, text in _follow(obj, rule.steps, 0, ""):
            named = rule.to.resolve(text)
            if named:
                found[Ref(path, *named)] = None
    return list(found)


def _follow(value: Any, steps: tuple[str | Step, ...], at: int, path: str) -> Iterator[tuple[str, str]]:
    """Yield each text that the steps from index ``at`` on lead to, with its path."""
    while at < len(steps):
        step = steps[at]
        at += 1
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return
            value = value[step]
            path = f"{path}.{step}" if path else step
        else:
            yield from _fan_out(value, step, steps, at, path)
            return
    if isinstance(value, str):
        yield path, value


def _fan_out(value: Any, step: Step, steps: tuple[str | Step, ...], at: int, path: str) -> Iterator[tuple[str, str]]:
    if step is Step.EACH:
        if isinstance(value, list):
            for number, item in enumerate(value):
                yield from _follow(item, steps, at, f"{path}[{number}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            below = f"{path}.{key}" if _PLAIN(key) else f'{path}["{_quoted(key)}"]'
            if step is Step.KEYS:
                yield below, key
            else:
                yield from _follow(item, steps, at, below)


def _quoted(key: str) -> str:
    return key.replace("\\", "\\\\").replace('"', '\\"')
