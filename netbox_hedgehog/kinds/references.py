"""Which other objects an object names: by natural key, so that a reference holds before its target exists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from netbox_hedgehog.kinds.model import Kind, Step

__all__ = ("Ref", "references")

_PLAIN = re.compile(r"[A-Za-z0-9_-]+").fullmatch


@dataclass(frozen=True, slots=True)
class Ref:
    """At ``path`` the object names the object ``name`` of kind ``kind``, in its own namespace."""

    path: str
    kind: str
    name: str


def references(kind: Kind, obj: dict[str, Any]) -> list[Ref]:
    """The references of a manifest, in the order of the kind's rules, none twice.

    Paths are concrete: ``spec.eslag.links[0].switch.port``; keys with other characters than letters, digits, - and _
    stand in brackets (``spec.peering["ext.border"]``). What is not of the type that the API asks for names nothing.
    """
    found: dict[Ref, None] = {}
    for rule in kind.references:
        for path, text in _follow(obj, rule.steps, 0, ""):
            named = rule.to.resolve(text)
            if named:
                found[Ref(path, *named)] = None
    return list(found)


def _follow(value: Any, steps: tuple[str | Step, ...], at: int, path: str) -> Iterator[tuple[str, str]]:
    """Each text that the steps from ``at`` on lead to, with its path."""
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
