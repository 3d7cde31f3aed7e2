"""Times of the sample fabric: all are told from the moment at which it is made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def stamp(ago: timedelta = timedelta(), now: datetime | None = None) -> str:
    """A moment AGO as Kubernetes writes it."""
    return ((now or datetime.now(UTC)) - ago).strftime("%Y-%m-%dT%H:%M:%SZ")
