"""Makes the words of servers and programs fit to be stored and shown."""

import re

__all__ = ("printable",)

LONGEST = 10_000  # characters of a message; a server may send megabytes
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL keeps no NUL, and UTF-8 has no lone surrogates


def printable(text: str, longest: int = LONGEST) -> str:
    """Cut a text, and replace the characters that PostgreSQL or UTF-8 cannot hold.

    Args:
        text: Any text.
        longest: Characters to keep.
    """
    text = _NOT_STORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
