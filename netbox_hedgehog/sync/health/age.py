"""Ages in words."""

from datetime import timedelta

__all__ = ("age",)


def age(span: timedelta) -> str:
    """A span in the largest unit that leaves a number of two or three digits: 40 s, 12 min, 5 h, 3 d."""
    seconds = max(0, int(span.total_seconds()))
    for unit, length, limit in (("s", 1, 120), ("min", 60, 7200), ("h", 3600, 172800)):
        if seconds < limit:
            return f"{seconds // length} {unit}"
    return f"{seconds // 86400} d"
