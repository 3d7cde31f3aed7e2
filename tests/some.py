"""Loops of assertions over nothing would pass."""

from collections.abc import Iterable, Iterator

__all__ = ("some",)


def some[T](things: Iterable[T], least: int = 1) -> Iterator[T]:
    """THINGS, one by one; an AssertionError at their end where they were fewer than LEAST."""
    count = 0
    for count, each in enumerate(things, 1):  # noqa: B007  counted after the loop
        yield each
    assert count >= least, f"only {count} of at least {least} were there to be checked"
