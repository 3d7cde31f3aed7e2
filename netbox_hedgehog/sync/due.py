"""When a fabric's next sync is due. Pure: the schedule, the pages and the command all compute it here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

__all__ = ("Ended", "next_attempt")

JITTER = 0.1  # of the interval, so that fabrics that were added together drift apart
FIRST_RETRY = 30.0  # seconds; doubles with each failure in a row, up to the interval


@dataclass(frozen=True)
class Ended:
    """A fabric's newest ended run. FAILURES counts the runs in a row, this one included, that failed in passing."""

    run_id: int
    started: datetime
    finished: datetime
    failures: int


def next_attempt(fabric_id: int, interval: int, last: Ended | None) -> datetime | None:
    """When the fabric is due again, INTERVAL in seconds; None where it is due at once.

    A failure that passes by itself (network, overload, a lost worker) is tried again earlier, with exponential back-off
    and full jitter. The jitter is drawn from the run's number, so that everyone computes the same moment.
    """
    if last is None:
        return None
    draw = _draw(fabric_id, last.run_id)
    regular = last.started + timedelta(seconds=interval * (1 + JITTER * draw))
    if not last.failures:
        return regular
    backoff = min(float(interval), FIRST_RETRY * 2.0 ** min(last.failures - 1, 20))
    return min(max(regular, last.finished), last.finished + timedelta(seconds=backoff * draw))


def _draw(fabric_id: int, run_id: int) -> float:
    """A number from 0 to 1 that looks random and is the same for everyone who asks."""
    return int.from_bytes(blake2b(f"{fabric_id}/{run_id}".encode(), digest_size=8).digest()) / 2**64
