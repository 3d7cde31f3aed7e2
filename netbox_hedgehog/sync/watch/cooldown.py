"""Fabrics that a watcher leaves alone for a while, since their watch broke or could not begin."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from netbox_hedgehog.sync.backoff import Backoff
from netbox_hedgehog.sync.watch.lease import WatchLease

__all__ = ("Cooldowns",)

# Jitter: what breaks the watches of many fabrics at once is not to be met by all of them at once again.
BACKOFF = Backoff(first=10.0, longest=120.0, jitter=0.3)
SOUND_AFTER = 120.0  # seconds without a break, after a cool-down, until the next break counts as the first one again


@dataclass
class _Cooldown:
    """Attributes:
    breaks: How many breaks there were in a row.
    until: When the fabric may be tried again, by the clock.
    version: When the fabric was last configured, at the time of the break.
    lease: The lease that was given back, if there was one.
    """

    breaks: int
    until: float
    version: datetime
    lease: WatchLease | None


class Cooldowns:
    """Longer and longer where one try after the other fails; over at once where somebody has changed the fabric.

    A fabric is named by its primary key, and ``version`` is when it was last configured (``Fabric.last_updated``).
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._cooldowns: dict[int, _Cooldown] = {}

    def begin(self, key: int, version: datetime, lease: WatchLease | None) -> None:
        """Leave a fabric alone for some seconds, after its watch broke; ``lease`` is what was given back."""
        before = self._cooldowns.get(key)
        in_a_row = before is not None and before.version == version and self._clock() < before.until + SOUND_AFTER
        breaks_before = before.breaks if before and in_a_row else 0
        until = self._clock() + BACKOFF.wait(breaks_before)
        self._cooldowns[key] = _Cooldown(breaks_before + 1, until, version, lease)

    def over(self, key: int, version: datetime) -> bool:
        """Whether a fabric, as it is configured now, may be tried."""
        cooldown = self._cooldowns.get(key)
        return cooldown is None or cooldown.version != version or self._clock() >= cooldown.until

    def must_read_anew(self, key: int, version: datetime) -> bool:
        """Whether a fabric's watch broke more than once in a row: it must not continue from where it left off."""
        cooldown = self._cooldowns.get(key)
        return cooldown is not None and cooldown.version == version and cooldown.breaks > 1

    def leases(self) -> list[tuple[int, WatchLease]]:
        """The fabrics that cool down now, each with the lease that was given back."""
        now = self._clock()
        return [(key, each.lease) for key, each in self._cooldowns.items() if each.lease and now < each.until]

    def forget_lease(self, key: int) -> None:
        """Another watcher has the fabric, or it is gone: ``leases`` names it no more."""
        self._cooldowns[key].lease = None

    def keep_only(self, keys: set[int]) -> None:
        """Forget all fabrics but these."""
        self._cooldowns = {key: each for key, each in self._cooldowns.items() if key in keys}
