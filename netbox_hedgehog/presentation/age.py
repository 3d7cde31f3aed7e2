"""Writes moments and durations for people, in the same form as the facts of a fabric."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from netbox_hedgehog.sync import age as span_in_words

__all__ = ("age", "ago", "length", "moment")


LAST_YEAR = 9999  # that Python knows


def length(span: timedelta | None) -> str:
    """Write a duration: tenths of a second below ten, else as ``age``; empty for None."""
    if span is None:
        return ""
    seconds = span.total_seconds()
    return _("{number} s").format(number=f"{max(0.0, seconds):.1f}") if seconds < 10 else span_in_words(span)


def age(then: datetime | None) -> str:
    """Write how long ago a moment was, or ``in 3 h`` if it is in the future; empty for None."""
    return _said(then, "{span}")


def ago(then: datetime | None) -> str:
    """Write ``3 h ago``, or ``in 3 h``; empty for None."""
    return _said(then, _("{span} ago"))


def _said(then: datetime | None, of_the_past: str) -> str:
    if then is None:
        return ""
    span = timezone.now() - then
    if span <= -timedelta(seconds=1):
        return _("in {span}").format(span=span_in_words(-span))
    return of_the_past.format(span=span_in_words(span))


def moment(text: object) -> datetime | None:
    """Parse a Kubernetes time stamp (RFC 3339).

    Returns:
        The moment with its time zone; None if it is no time stamp, or the zero time.
    """
    if not isinstance(text, str):
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None or not 1971 <= found.year < LAST_YEAR:  # pages show it in the reader's time zone
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
