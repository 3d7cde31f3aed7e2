"""Who serves the plugin's queue. A worker counts while its subscription to its Redis channel is open: a killed one
loses it at once, while its registration lingers for minutes.

A Redis that was emptied has forgotten the registrations, and workers register when they start, never again. But they
go on waiting for jobs, with their subscriptions open, so those count that have executed a run: they serve the queue."""

from collections.abc import Sequence
from dataclasses import dataclass

import django_rq
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.command import PUBSUB_CHANNEL_TEMPLATE
from rq.job import JobStatus

from netbox_hedgehog.models import RunStateChoices, SyncRun
from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.transitions import full

__all__ = ("QUEUE_NAME", "QueueState", "listening", "queue_depth", "queue_state", "waiting_reason", "will_run")

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
        alive = listening(names) or _forgotten(queue.connection)
    except RedisError as error:
        return QueueState((), False, NO_REDIS.format(error=error))
    return QueueState(alive, True, "" if alive else NO_WORKER)


def listening(names: Sequence[str]) -> tuple[str, ...]:
    """Those of the workers with NAMES that live, whatever queue they serve. Raises RedisError."""
    if not names:
        return ()
    channels = [PUBSUB_CHANNEL_TEMPLATE % name for name in names]
    connection = django_rq.get_queue(QUEUE_NAME).connection
    counts = {_text(channel): count for channel, count in connection.pubsub_numsub(*channels)}
    return tuple(name for name, channel in zip(names, channels, strict=True) if counts.get(channel))


def will_run(queue_name: str, key: str) -> bool:
    """Whether RQ's job KEY is where a worker takes it, or with a worker that lives. Raises RedisError.

    One that was killed between taking a job and beginning it has left it in no queue, with a state that says "queued".
    """
    queue = django_rq.get_queue(queue_name)
    job = queue.fetch_job(key)
    status = job.get_status(refresh=False) if job else None
    if status == JobStatus.STARTED:
        return bool(job.worker_name and listening([job.worker_name]))
    if status == JobStatus.QUEUED:
        return queue.get_job_position(key) is not None
    return status in (JobStatus.CREATED, JobStatus.DEFERRED, JobStatus.SCHEDULED)


def queue_depth() -> int | None:
    """How many jobs wait in the queue; None where Redis cannot be reached."""
    try:
        return django_rq.get_queue(QUEUE_NAME).count
    except RedisError:
        return None


def _forgotten(redis: Redis) -> tuple[str, ...]:
    """The workers that listen without being registered, as far as runs tell that they serve the queue."""
    prefix = PUBSUB_CHANNEL_TEMPLATE % ""
    names = {_text(channel).removeprefix(prefix) for channel in redis.pubsub_channels(f"{prefix}*")}
    if not names:
        return ()
    served = SyncRun.objects.filter(worker__in=names).order_by("worker")
    return tuple(served.values_list("worker", flat=True).distinct())


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
