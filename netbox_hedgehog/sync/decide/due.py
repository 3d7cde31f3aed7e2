"""Computes when the next sync of a fabric is due. Pure; schedule, pages and command share it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from math import ceil

__all__ = ("EARLY", "Ended", "next_attempt", "planned")

FIRST_RETRY = 30.0  # seconds; doubles with each failure in a row, up to the interval
EARLY = 30.0  # seconds; the tick requests what is due within them, since the next one is a minute away


@dataclass(frozen=True)
class Ended:
    """The newest ended run of a fabric.

    Attributes:
        run_id: Its primary key.
        requested: When it was requested.
        finished: When it ended.
        failures: How many runs in a row, including this one, failed for a transient reason.
    """

    run_id: int
    requested: datetime
    finished: datetime
    failures: int


def planned(fabric_id: int, interval: int, last: Ended | None) -> datetime | None:
    """Compute when the schedule requests the next sync of a fabric.

    That is the next attempt, unless it is more than an interval after the last request: after a sync that somebody
    requested between two slots it can be one and a half intervals away. Then a sync half an interval earlier keeps the
    promise that a fabric is read once an interval.

    Args:
        fabric_id: The fabric's primary key.
        interval: Seconds between two syncs.
        last: The newest ended run; None if there is none.

    Returns:
        The moment; None if the sync is due at once.
    """
    interval = max(interval, 1)  # the form takes no less than 60, a bulk update takes anything
    due = next_attempt(fabric_id, interval, last)
    if last is None or due is None or due - last.requested <= timedelta(seconds=interval + EARLY):
        return due
    return max(last.finished, due - timedelta(seconds=interval / 2))


def next_attempt(fabric_id: int, interval: int, last: Ended | None) -> datetime | None:
    """Compute the next slot of a fabric, or an earlier retry.

    Each fabric has a phase in its interval, derived from its primary key: fabrics with the same interval are spread
    over it evenly, however they were added, and a sync that somebody requests in between does not move the next slot.

    After a transient failure (network, overload, a lost worker) the retry comes earlier, with exponential back-off and
    full jitter. The jitter is derived from the run's number, so that every process computes the same moment.

    Args:
        fabric_id: The fabric's primary key.
        interval: Seconds between two syncs.
        last: The newest ended run; None if there is none.

    Returns:
        The moment; None if the sync is due at once.
    """
    if last is None:
        return None
    # A sync within half an interval of its slot has served it.
    regular = _slot(fabric_id, interval, after=last.requested + timedelta(seconds=interval / 2))
    if not last.failures:
        return regular
    backoff = min(float(interval), FIRST_RETRY * 2.0 ** min(last.failures - 1, 20))
    retry = last.finished + timedelta(seconds=backoff * _draw(f"{fabric_id}/{last.run_id}"))
    return min(max(regular, last.finished), retry)


def _slot(fabric_id: int, interval: int, after: datetime) -> datetime:
    """The first moment of the fabric's phase that is not before ``after``."""
    phase = _draw(str(fabric_id)) * interval
    return datetime.fromtimestamp(phase + ceil((after.timestamp() - phase) / interval) * interval, UTC)


def _draw(text: str) -> float:
    """A number from 0 to 1 that looks random, and is the same for everyone who computes it."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / 2**64
