"""What may be done to RQ's own processes and locks, for workers of our queue, where an administrator says so."""

import sys

from netbox.plugins import get_plugin_config

from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.recovery.rq_parent_death import die_with_parent
from netbox_hedgehog.sync.recovery.rq_scheduler_locks import release_dead_scheduler_lock

__all__ = ("apply_rq_workarounds",)


def apply_rq_workarounds() -> None:
    """Called in each worker of the installation when it starts: does nothing in one that does not serve our queue.

    NetBox does not say which queues a worker is for. They stand on its command line, ours among them: NetBox's default
    queues, of a worker without any, are ``high``, ``default`` and ``low``. Raises RedisError.
    """
    if get_plugin_config("netbox_hedgehog", "rq_workarounds") and QUEUE_NAME in sys.argv:
        die_with_parent()
        release_dead_scheduler_lock()
