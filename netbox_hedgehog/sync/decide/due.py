"""When a fabric's next sync is due. Pure: the schedule, the pages and the command all compute it here."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from math import ceil

__all__ = ("EARLY", "Ended", "next_attempt", "planned")

FIRST_RETRY = 30.0  # seconds; doubles with each failure in a row, up to the interval
EARLY = 30.0  # seconds; the tick requests what is due within them, since the next one is a minute away


@dataclass(frozen=True)
class Ended:
    """A fabric's newest ended run. FAILURES counts the runs in a row, this one included, that failed in passing."""

    run_id: int
    requested: datetime
    finished: datetime
    failures: int


def planned(fabric_id: int, interval: int, last: Ended | None) -> datetime | None:
    """When the schedule requests the fabric's next sync, INTERVAL in seconds; None where it is due at once.

    The next attempt, if that is within an interval of the last request. After a sync that somebody asked for between
    two slots it can be one and a half intervals away; then there is a sync half way, so that the interval is kept.
    """
    interval = max(interval, 1)  # the form takes no less than 60, a bulk update takes anything
    due = next_attempt(fabric_id, interval, last)
    if last is None or due is None or due - last.requested <= timedelta(seconds=interval + EARLY):
        return due
    return max(last.finished, due - timedelta(seconds=interval / 2))


def next_attempt(fabric_id: int, interval: int, last: Ended | None) -> datetime | None:
    """When the fabric is due again, INTERVAL in seconds; None where it is due at once.

    Each fabric has a phase of its own in its interval, drawn from its number: fabrics of the same interval are spread
    over it evenly however they were added, and a sync that someone asks for in between does not move the next one.

    A failure that passes by itself (network, overload, a lost worker) is tried again earlier, with exponential back-off
    and full jitter. The jitter is drawn from the run's number, so that everyone computes the same moment.
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
    """The first moment of the fabric's phase that is not before AFTER."""
    phase = _draw(str(fabric_id)) * interval
    return datetime.fromtimestamp(phase + ceil((after.timestamp() - phase) / interval) * interval, UTC)


def _draw(text: str) -> float:
    """A number from 0 to 1 that looks random and is the same for everyone who asks."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / 2**64
