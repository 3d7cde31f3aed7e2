"""Times of the sample fabric: all are told from the moment at which it is made."""

from __future__ import annotations

from datetime import datetime, timedelta

FORM = "%Y-%m-%dT%H:%M:%SZ"


def stamp(now: datetime, **ago: float) -> str:
    """The moment that was AGO (days, hours, minutes, seconds) at NOW, in UTC, as Kubernetes writes it."""
    return (now - timedelta(**ago)).strftime(FORM)
