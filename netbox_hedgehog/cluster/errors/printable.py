"""Words of servers and programs as they can be kept and shown, whatever they were."""

import re

__all__ = ("printable",)

LONGEST = 10_000  # characters of a message; a server may send megabytes
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL keeps no NUL, and UTF-8 has no lone surrogates


def printable(text: str, longest: int = LONGEST) -> str:
    """TEXT within LONGEST characters; what text may not hold is replaced in it."""
    text = _NOT_STORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
