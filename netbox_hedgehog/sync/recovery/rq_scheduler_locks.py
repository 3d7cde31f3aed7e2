"""RQ's scheduler, the process beside a worker that brings planned jobs into their queue, and what a killed one leaves.

One worker's scheduler serves a queue at a time: whose name is in the queue's lock. A killed one leaves the lock behind
for a minute, and a worker that starts meanwhile goes without, for as long as it lives or ten minutes: nothing ticks.
RQ calls that its behaviour (https://github.com/rq/rq/issues/1758). Locks that say whether their owner lives are asked
for in https://github.com/rq/rq/pull/2411: remove when the oldest RQ that NetBox takes has them.
"""

import time

import django_rq
from redis import Redis

from netbox_hedgehog.netbox_internals.rq_keys import release_lock, scheduler_lock
from netbox_hedgehog.queue import QUEUE_NAME

__all__ = ("release_dead_scheduler_lock",)

SIGN_OF_LIFE_WITHIN = 2.5  # seconds; a scheduler that lives prolongs its locks every second
POLL_INTERVAL = 0.25  # seconds between two looks at the lock


def release_dead_scheduler_lock() -> bool:
    """Take away the lock of our queue where its scheduler is dead; returns whether. Other queues' locks stay.

    Called before a worker of our queue starts its own scheduler. Takes as long as it takes to see a sign of life,
    ``SIGN_OF_LIFE_WITHIN`` at the most. One that was only slow notices that its lock is gone, and leaves the queue to
    whoever has it. Raises RedisError.
    """
    redis, key = django_rq.get_queue(QUEUE_NAME).connection, scheduler_lock(QUEUE_NAME)
    owner = redis.get(key)
    if owner is None or _prolonged(redis, key):
        return False
    return bool(release_lock(redis, key, owner.decode() if isinstance(owner, bytes) else owner))


def _prolonged(redis: Redis, key: str) -> bool:
    """Whether somebody prolongs the lock ``key``: the time that it has left has grown."""
    until, left = time.monotonic() + SIGN_OF_LIFE_WITHIN, redis.pttl(key)
    while time.monotonic() < until:
        time.sleep(POLL_INTERVAL)
        now = redis.pttl(key)
        if now > left:
            return True
        left = now
    return False
