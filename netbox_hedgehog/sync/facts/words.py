"""The shape of a fact, and ages in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ("Fact", "Facts", "age")


@dataclass(frozen=True)
class Fact:
    """VALUE is one of the plugin's fixed words; LABEL adds the age or number; COLOR is a NetBox badge colour."""

    value: str
    label: str
    color: str
    at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True)
class Facts:
    """What an operator asks of a fabric; ``sentence`` says it in plain words."""

    connection: Fact
    freshness: Fact
    drift: Fact
    health: Fact
    sentence: str


def age(span: timedelta) -> str:
    """A span in the largest unit that leaves a number of two or three digits: 40 s, 12 min, 5 h, 3 d."""
    seconds = max(0, int(span.total_seconds()))
    for unit, length, limit in (("s", 1, 120), ("min", 60, 7200), ("h", 3600, 172800)):
        if seconds < limit:
            return f"{seconds // length} {unit}"
    return f"{seconds // 86400} d"
