"""The bounds of what is stored, so that all of it can be read back, indexed and shown. Pure.

An object outside of them is refused with a reason before anything recurses into it and before the database sees it.
"""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from netbox_hedgehog.cluster.http.json_outline import depth_within
from netbox_hedgehog.manifests import Canonical

__all__ = ("LONGEST", "OutOfBounds", "Path", "check", "check_identity", "check_raw")

type Path = tuple[str, ...]  # ("live", "redundancy", "group"): a column's name and the keys below it

DEEPEST = 128  # levels; a Hedgehog object has about ten
LARGEST = 8 * 1024 * 1024  # bytes; etcd takes 1.5 MiB where nobody has raised that
LONGEST = {"name": 253, "namespace": 63, "uid": 64, "resource_version": 64, "api_version": 200}  # characters
LONGEST_INDEXED = 1000  # bytes; PostgreSQL takes 2,704 into an index
SMALLEST_INTEGER, LARGEST_INTEGER = -(2**63), 2**64 - 1  # Kubernetes' own numbers are of 64 bits
# A day from the first and the last moment that Python knows: they are shown in the reader's time zone.
FIRST = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it
LONG_NUMBER = re.compile(rb"\d{19}")  # whatever is beyond 64 bits has as many digits


class OutOfBounds(ValueError):
    """An object that cannot be stored; the message says which part exceeds which bound."""


def check_raw(raw: bytes) -> None:
    """Check an object's JSON before it is parsed.

    Raises:
        OutOfBounds: It is too large or nested too deep, or holds a character that PostgreSQL cannot store.
    """
    if len(raw) > LARGEST:
        raise OutOfBounds(f"it has {len(raw):,} bytes, more than {LARGEST:,}")
    if not depth_within(raw, DEEPEST):
        raise OutOfBounds(f"it is nested more than {DEEPEST} levels deep")
    if rb"\u0000" in raw and NUL.search(raw):  # nearly no object has it, and the pattern alone is slow
        raise OutOfBounds("a text holds a NUL character, which the database cannot keep")


def check(raw: bytes, seen: Canonical, indexed: Sequence[Path]) -> None:
    """Check a parsed object.

    Args:
        raw: Its JSON.
        seen: Its canonical form.
        indexed: The paths that PostgreSQL keeps an index of.

    Raises:
        OutOfBounds: A value cannot be stored, shown or indexed.
    """
    for name, length in LONGEST.items():
        _check_length(name, getattr(seen, name), length)
    if seen.generation is not None and not -(2**63) <= seen.generation < 2**63:
        raise OutOfBounds("the generation is no number of 64 bits")
    if seen.created is not None:
        _check_time(seen.created)
    for path in indexed:
        _check_indexed(seen, path)
    if LONG_NUMBER.search(raw):
        _check_numbers(seen.spec, seen.status)


def check_identity(namespace: str, name: str, resource_version: str) -> None:
    """Check what an event names, before it is looked up.

    Raises:
        OutOfBounds: A name or version cannot be stored.
    """
    for label, text in (("namespace", namespace), ("name", name), ("resource_version", resource_version)):
        _check_length(label, text, LONGEST[label])
        if "\0" in text:
            raise OutOfBounds(f"the {_words(label)} holds a NUL character")


def _check_length(name: str, text: str, length: int) -> None:
    if len(text) > length:
        raise OutOfBounds(f"the {_words(name)} is longer than {length} characters")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _check_time(created: datetime) -> None:
    try:
        kept = FIRST <= created.astimezone(UTC) <= LAST
    except OverflowError:
        kept = False
    if not kept:
        raise OutOfBounds(f"the creationTimestamp is not between {FIRST:%Y-%m-%d} and {LAST:%Y-%m-%d}")


def _check_indexed(seen: Canonical, path: Path) -> None:
    value: Any = {"live": seen.spec, "status": seen.status, "labels": seen.labels}[path[0]]
    for key in path[1:]:
        value = value.get(key) if isinstance(value, dict) else None
    # What PostgreSQL makes of a value that is no text is its JSON.
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(text) > LONGEST_INDEXED // 4 and len(text.encode()) > LONGEST_INDEXED:
        where = ".".join(("spec" if path[0] == "live" else path[0], *path[1:]))
        raise OutOfBounds(f"{where} is longer than {LONGEST_INDEXED} bytes; NetBox keeps an index of it")


def _check_numbers(*values: Any) -> None:
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, int) and not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
            raise OutOfBounds("a number is beyond 64 bits, which Kubernetes does not have either")
