"""What the functions that describe objects have in common."""

from collections.abc import Callable
from typing import Any

from netbox_hedgehog.kinds.texts import _

__all__ = ("Find", "RelatedSentence", "Sentence", "name_of", "with_details")

# Another object by kind and name; None when it is not known.
type Find = Callable[[str, str], dict[str, Any] | None]
type Sentence = Callable[[Any], str]
type RelatedSentence = Callable[[Any, Find], str]


def name_of(side: str) -> str:
    """Name a side of a peering: ``VPC vpc-01``, or ``external border`` for ``ext.border``."""
    if side.startswith("ext."):
        return _("external {name}").format(name=side.removeprefix("ext."))
    return _("VPC {name}").format(name=side)


def with_details(head: str, *details: str) -> str:
    """Join the beginning of a sentence and its details with commas, leaving out empty ones."""
    return ", ".join([head, *(detail for detail in details if detail)])
