"""The sample fabric: what a newcomer sees first, and how it moves."""

from practice.sample.fabric import sample
from practice.sample.motion import Motion

__all__ = ("Motion", "sample")
