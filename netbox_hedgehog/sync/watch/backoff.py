"""Fabrics that a watcher leaves alone for a while, since their watch broke or could not begin."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from netbox_hedgehog.sync.watch.lease import WatchLease

__all__ = ("Rests",)

FIRST, LONGEST = 10.0, 120.0  # seconds until the next try: doubled with each that fails
SOUND = 120.0  # seconds after a rest without a further break, after which all is well again


@dataclass
class _Rest:
    """COUNT: breaks in a row. VERSION: how the fabric was configured then. LEASE: what was given back."""

    count: int
    until: float
    version: datetime
    lease: WatchLease | None


class Rests:
    """Longer and longer where one try after the other fails; over at once where somebody has changed the fabric."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rests: dict[int, _Rest] = {}

    def begin(self, key: int, version: datetime, lease: WatchLease | None) -> None:
        """Leave the fabric KEY, as it is configured since VERSION, alone for some seconds."""
        before = self._rests.get(key)
        again = before is not None and before.version == version and self._clock() < before.until + SOUND
        count = before.count + 1 if before and again else 1
        longest = min(FIRST * 2 ** min(count - 1, 10), LONGEST)
        # Jitter, not a secret: what breaks many fabrics at once is not to be met by all of them at once again.
        until = self._clock() + longest * random.uniform(0.7, 1)  # noqa: S311
        self._rests[key] = _Rest(count, until, version, lease)

    def over(self, key: int, version: datetime) -> bool:
        """Whether the fabric KEY, as it is configured now, may be tried."""
        rest = self._rests.get(key)
        return rest is None or rest.version != version or self._clock() >= rest.until

    def anew(self, key: int, version: datetime) -> bool:
        """Whether it broke more than once in a row: then what it was going on from is not gone on from again."""
        rest = self._rests.get(key)
        return rest is not None and rest.version == version and rest.count > 1

    def leases(self) -> list[tuple[int, WatchLease]]:
        """What was given back by those that are resting now."""
        now = self._clock()
        return [(key, rest.lease) for key, rest in self._rests.items() if rest.lease and now < rest.until]

    def untold(self, key: int) -> None:
        """Nobody is to be told of the rest of KEY any more: somebody else has the fabric, or it is gone."""
        self._rests[key].lease = None

    def forget(self, keys: set[int]) -> None:
        """Keep nothing of fabrics other than KEYS."""
        self._rests = {key: rest for key, rest in self._rests.items() if key in keys}
