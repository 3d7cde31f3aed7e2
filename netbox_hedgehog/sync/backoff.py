"""How long to wait between two attempts: exponential back-off with jitter. Pure but for the dice."""

import random
from dataclasses import dataclass

__all__ = ("Backoff",)

MOST_DOUBLINGS = 64  # beyond any bound in seconds, and far from a float's largest number


@dataclass(frozen=True)
class Backoff:
    """A wait that doubles with each failure in a row, up to a bound, less what the jitter takes off.

    Attributes:
        first: Seconds until the first retry.
        longest: Seconds that no wait exceeds.
        jitter: The part of a wait, from 0 to 1, of which chance takes off some: with 0.5 a wait is drawn between half
            of its length and all of it, so that clients which failed together do not come back together.
    """

    first: float
    longest: float
    jitter: float = 0.0

    def bound(self, failures_before: int) -> float:
        """Seconds to wait at the most, before jitter, after a failure with ``failures_before`` others in a row."""
        return min(self.first * 2.0 ** min(failures_before, MOST_DOUBLINGS), self.longest)

    def wait(self, failures_before: int, at_least: float = 0.0) -> float:
        """Seconds to wait after a failure.

        Args:
            failures_before: How many failures in a row came before this one: 0 for the first.
            at_least: Seconds that the other side asked for, or that are known to be needed. They take the place of a
                shorter wait, may exceed ``longest``, and are jittered as any wait.
        """
        seconds = max(self.bound(failures_before), at_least)
        return seconds * random.uniform(1 - self.jitter, 1)  # noqa: S311  jitter, not a secret
