"""Waiting for what is to come, in place of sleeping for a time in which it should have."""

import time
from collections.abc import Callable
from typing import Any

__all__ = ("until",)

POLL = 0.02  # seconds


def until(holds: Callable[[], Any], seconds: float = 10.0, what: str = "it") -> Any:
    """Wait until ``holds()`` does, and return what it returned; fails when it has not come within ``seconds``."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"{what} did not come within {seconds} s"
        time.sleep(POLL)
    return found
