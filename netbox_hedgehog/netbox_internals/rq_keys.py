"""Where RQ keeps in Redis what it knows of workers and of their schedulers."""

from rq import Worker
from rq.command import PUBSUB_CHANNEL_TEMPLATE
from rq.scheduler import RQScheduler
from rq.scripts import release_lock

__all__ = ("channel_of_worker", "key_of_worker", "release_lock", "scheduler_lock")


def channel_of_worker(name: str) -> str:
    """The channel that the worker called ``name`` listens to as long as it lives; of "" the beginning of them all."""
    return PUBSUB_CHANNEL_TEMPLATE % name


def key_of_worker(name: str) -> str:
    """The hash that has the host and process of the worker called ``name``."""
    return f"{Worker.redis_worker_namespace_prefix}{name}"


def scheduler_lock(queue: str) -> str:
    """The key whose value is the name of the scheduler that serves ``queue``."""
    return RQScheduler.get_locking_key(queue)
