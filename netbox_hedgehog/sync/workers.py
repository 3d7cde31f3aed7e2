"""Who serves the plugin's queue. A worker counts while its subscription to its Redis channel is open: a killed one
loses it at once, while its registration lingers for minutes."""

from dataclasses import dataclass

import django_rq
from redis.exceptions import RedisError
from rq import Worker
from rq.command import PUBSUB_CHANNEL_TEMPLATE

from netbox_hedgehog.models import RunStateChoices, SyncRun
from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.transitions import full

__all__ = ("QUEUE_NAME", "QueueState", "queue_state", "waiting_reason")

NO_WORKER = f"No worker is serving queue {QUEUE_NAME}; start one with: netbox rqworker {QUEUE_NAME}"
NO_REDIS = "Redis cannot be reached, so no sync can start: {error}. Check the REDIS setting and that Redis runs."


@dataclass(frozen=True)
class QueueState:
    """The names of the live workers on the queue; ``message`` says what is wrong, and is empty when nothing is."""

    workers: tuple[str, ...]
    reachable: bool
    message: str


def queue_state() -> QueueState:
    """Ask Redis who serves the queue now."""
    try:
        queue = django_rq.get_queue(QUEUE_NAME)
        names = [worker.name for worker in Worker.all(queue=queue)]
        channels = [PUBSUB_CHANNEL_TEMPLATE % name for name in names]
        listening = dict(queue.connection.pubsub_numsub(*channels)) if names else {}
    except RedisError as error:
        return QueueState((), False, NO_REDIS.format(error=error))
    counts = {_text(channel): count for channel, count in listening.items()}
    alive = tuple(name for name, channel in zip(names, channels, strict=True) if counts.get(channel))
    return QueueState(alive, True, "" if alive else NO_WORKER)


def waiting_reason(run: SyncRun, queue: QueueState | None = None) -> str:
    """Why a queued run has not begun, where there is something to say; QUEUE saves asking Redis again."""
    if run.state != RunStateChoices.QUEUED:
        return ""
    if message := (queue or queue_state()).message:
        return message
    running = SyncRun.objects.filter(fabric_id=run.fabric_id, state=RunStateChoices.RUNNING).values_list("pk").first()
    if running:
        return f"Waits for run #{running[0]} to end"
    return "Waits for a run of another fabric to end: as many are running as max_concurrent_runs allows" * full()


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
