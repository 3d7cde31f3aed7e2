"""Ages for people."""

from datetime import timedelta

from django.utils.translation import gettext as _

__all__ = ("age",)


def age(span: timedelta) -> str:
    """Write a span in the largest unit that leaves a number of two or three digits: 40 s, 12 min, 5 h, 3 d."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 120:
        return _("{number} s").format(number=seconds)
    if seconds < 7200:
        return _("{number} min").format(number=seconds // 60)
    if seconds < 172800:
        return _("{number} h").format(number=seconds // 3600)
    return _("{number} d").format(number=seconds // 86400)
