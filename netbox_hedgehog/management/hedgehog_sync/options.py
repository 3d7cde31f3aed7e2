"""Types of the subcommands' options: what cannot be meant is refused, and the message says what is needed."""

from argparse import ArgumentTypeError
from collections.abc import Callable

__all__ = ("lines", "text", "whole_number")


def lines(value: str) -> str:
    """A text that can be stored, of any number of lines; bytes of the shell that are no UTF-8 are none."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ArgumentTypeError(f"{value!a} is not UTF-8") from None
    return value


def text(value: str) -> str:
    """A text with something in it, without what surrounds it; an empty shell variable is not "everything"."""
    if not value.strip():
        raise ArgumentTypeError("it is empty; leave the option out, or give it a value")
    if not value.isprintable():
        raise ArgumentTypeError(f"{value!a} has characters that are no text")
    return value.strip()


def whole_number(highest: int) -> Callable[[str], int]:
    """The type of whole numbers from 1 to ``highest``."""

    def number(value: str) -> int:
        # Not every number that Python reads is one to type: 1_000, or digits of other scripts.
        if not (value.isascii() and value.isdigit() and len(value) < 20 and 1 <= int(value) <= highest):
            raise ArgumentTypeError(f"{value!a} is not a whole number from 1 to {highest}")
        return int(value)

    return number
