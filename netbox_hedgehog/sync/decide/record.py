"""What is kept of a change for the history: fields with their values, and who, within bounds. Pure."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from netbox_hedgehog.cluster.errors.printable import printable
from netbox_hedgehog.manifests import ABSENT, FieldChange

__all__ = ("NO_FIELDS", "Fields", "changed_managers", "recorded_fields")

MOST_FIELDS = 20  # of one change
LONGEST_PATH = 200  # characters
LARGEST_VALUE = 1000  # bytes of JSON; in place of a larger value stands its size
MOST_MANAGERS = 10  # an object has about three

_encode = msgspec.json.Encoder().encode


class Fields(NamedTuple):
    """The fields that are kept, as ``ResourceChange.fields`` has them, and how many more have changed."""

    kept: list[dict[str, Any]]
    left_out: int


NO_FIELDS = Fields([], 0)  # one for all: a first import makes ten thousand changes that have none


def recorded_fields(changes: Sequence[FieldChange]) -> Fields:
    """What is kept of a diff of two objects, whose secrets are taken out already."""
    if not changes:
        return NO_FIELDS
    kept = [
        {"path": printable(each.path, LONGEST_PATH), **_side("before", each.old), **_side("after", each.new)}
        for each in changes[:MOST_FIELDS]
    ]
    return Fields(kept, len(changes) - len(kept))


def _side(name: str, value: Any) -> dict[str, Any]:
    if value is ABSENT:
        return {}
    size = len(_encode(value))
    return {name: value} if size <= LARGEST_VALUE else {f"{name}_size": size}


def changed_managers(old: Sequence[dict[str, str]], new: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """The entries of managedFields that are new or have another time: who changed an object, and when.

    Without those of the status, which controllers rewrite whoever changes what.
    """
    changed = (each for each in new if each not in old and each.get("subresource") != "status")
    return list(changed)[:MOST_MANAGERS]
