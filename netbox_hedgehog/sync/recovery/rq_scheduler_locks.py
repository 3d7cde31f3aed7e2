"""RQ's scheduler, the process beside a worker that brings planned jobs into their queue, and what a killed one leaves.

One worker's scheduler serves a queue at a time: whose name is in the queue's lock. A killed one leaves the lock behind
for a minute, and a worker that starts meanwhile goes without, for as long as it lives or ten minutes: nothing ticks.
"""

import time
from collections import defaultdict

import django_rq
from django.conf import settings
from rq.scheduler import RQScheduler
from rq.scripts import release_lock

__all__ = ("release_dead_scheduler_locks",)

SIGN_OF_LIFE_WITHIN = 2.5  # seconds; a scheduler that lives prolongs its locks every second
POLL_INTERVAL = 0.25  # seconds between two looks at the locks


def release_dead_scheduler_locks() -> list[str]:
    """Take away the locks of schedulers that are dead; returns the queues. Called before a worker starts its own.

    Takes as long as it takes to see a sign of life, ``SIGN_OF_LIFE_WITHIN`` at the most. One that was only slow notices
    that its lock is gone, and leaves the queue to whoever has it. Raises RedisError.
    """
    owners: dict[str, list[str]] = defaultdict(list)
    for queue in settings.RQ_QUEUES:
        if owner := _connection().get(RQScheduler.get_locking_key(queue)):
            owners[owner.decode()].append(queue)
    until = time.monotonic() + SIGN_OF_LIFE_WITHIN
    left = {owner: _left(queues) for owner, queues in owners.items()}
    while left and time.monotonic() < until:
        time.sleep(POLL_INTERVAL)
        now = {owner: _left(owners[owner]) for owner in left}
        left = {owner: now[owner] for owner in left if now[owner] <= left[owner]}
    return [queue for owner in left for queue in owners[owner] if _release(queue, owner)]


def _left(queues: list[str]) -> int:
    """Milliseconds that the lock lasts if nobody prolongs it."""
    return _connection().pttl(RQScheduler.get_locking_key(queues[0]))


def _release(queue: str, owner: str) -> bool:
    return bool(release_lock(_connection(), RQScheduler.get_locking_key(queue), owner))


def _connection():
    return django_rq.get_connection("default")
