"""Reads objects that may be malformed: what is missing, or of another type, is empty and raises no error."""

from collections.abc import Iterable
from typing import Any

from netbox_hedgehog.kinds.texts import _

__all__ = ("items", "listed", "lookup", "plain", "table", "texts")


LONGEST = 300  # characters


def lookup(obj: Any, *keys: str) -> Any:
    """The value under nested keys; None if there is none."""
    for key in keys:
        if not isinstance(obj, dict):
            return None
        obj = obj.get(key)
    return obj


def plain(obj: Any, *keys: str) -> str:
    """The text or number under nested keys as one line, cut after ``LONGEST`` characters; empty if there is none.

    A name has 253 characters at most.
    """
    value = lookup(obj, *keys)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value)
    return " ".join((text if len(text) <= LONGEST else f"{text[:LONGEST]}…").split())


def table(obj: Any, *keys: str) -> dict[str, Any]:
    """The object under nested keys; empty if there is none."""
    value = lookup(obj, *keys)
    return value if isinstance(value, dict) else {}


def items(obj: Any, *keys: str) -> list[Any]:
    """The list under nested keys; empty if there is none."""
    value = lookup(obj, *keys)
    return value if isinstance(value, list) else []


def texts(obj: Any, *keys: str) -> list[str]:
    """The texts of the list under nested keys; other items are skipped."""
    return [text for item in items(obj, *keys) if (text := plain(item))]


def listed(words: Iterable[str], most: int = 6) -> str:
    """Join words as a sentence does: ``a, b and c``.

    Args:
        words: The words; empty ones and repetitions are skipped.
        most: If there are more, the first are named and the rest counted: ``a, b and 7 more``.
    """
    kept = list(dict.fromkeys(word for word in words if word))
    if len(kept) > most:
        kept = [*kept[: most - 1], _("{number} more").format(number=len(kept) - most + 1)]
    return _(" and ").join([", ".join(kept[:-1]), kept[-1]]) if len(kept) > 1 else "".join(kept)
