"""Who serves the plugin's queue. A worker counts while its subscription to its Redis channel is open: a killed one
loses it at once, while its registration lingers for minutes.

A Redis that was emptied has forgotten the registrations, and workers register when they start, never again. But they
go on waiting for jobs, with their subscriptions open, so those count that have executed a run: they serve the queue."""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass

import django_rq
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker, get_current_job

from netbox_hedgehog.models import RunStateChoices, SyncRun
from netbox_hedgehog.netbox_internals.rq_keys import channel_of_worker, key_of_worker
from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.runs.transitions import at_capacity

__all__ = (
    "QUEUE_NAME",
    "QueueState",
    "current_worker",
    "listening",
    "process_of",
    "queue_depth",
    "queue_state",
    "waiting_reason",
)

NO_WORKER = f"No worker is serving queue {QUEUE_NAME}; start one with: netbox rqworker {QUEUE_NAME}"
NO_REDIS = "Redis cannot be reached, so no sync can start: {error}. Check the REDIS setting and that Redis runs."


@dataclass(frozen=True)
class QueueState:
    """``workers``: the live ones on the queue, each as host and process; ``message``: what is wrong, if anything."""

    workers: tuple[str, ...]
    reachable: bool
    message: str


def queue_state() -> QueueState:
    """Ask Redis who serves the queue now."""
    try:
        queue = django_rq.get_queue(QUEUE_NAME)
        found = {worker.name: _process(worker.hostname, worker.pid) for worker in Worker.all(queue=queue)}
        alive = tuple(found[name] or name for name in listening(list(found))) or _forgotten(queue.connection)
    except RedisError as error:
        return QueueState((), False, NO_REDIS.format(error=error))
    return QueueState(alive, True, "" if alive else NO_WORKER)


def listening(names: Sequence[str]) -> tuple[str, ...]:
    """Those of the workers with ``names`` that live, whatever queue they serve. Raises RedisError."""
    if not names:
        return ()
    channels = [channel_of_worker(name) for name in names]
    connection = django_rq.get_queue(QUEUE_NAME).connection
    counts = {_text(channel): count for channel, count in connection.pubsub_numsub(*channels)}
    return tuple(name for name, channel in zip(names, channels, strict=True) if counts.get(channel))


def current_worker() -> str:
    """The name by which RQ knows the worker that does the job of this process; empty outside a job."""
    job = get_current_job()
    return (job.worker_name if job else None) or ""


def process_of(name: str) -> str:
    """Host and process of the RQ worker ``name``, for people; of this process where Redis does not know the worker."""
    try:
        host, pid = django_rq.get_queue(QUEUE_NAME).connection.hmget(key_of_worker(name), "hostname", "pid")
    except RedisError:
        host = pid = None
    if host and pid:
        return _process(_text(host), _text(pid))
    return _process(socket.gethostname(), os.getpid())


def _process(host: str | None, pid: int | str | None) -> str:
    return f"{host}, process {pid}" if host and pid else ""


def queue_depth() -> int | None:
    """How many jobs wait in the queue; None where Redis cannot be reached."""
    try:
        return django_rq.get_queue(QUEUE_NAME).count
    except RedisError:
        return None


def _forgotten(redis: Redis) -> tuple[str, ...]:
    """The workers that listen without being registered, as far as runs tell that they serve the queue."""
    prefix = channel_of_worker("")
    names = {_text(channel).removeprefix(prefix) for channel in redis.pubsub_channels(f"{prefix}*")}
    if not names:
        return ()
    served = SyncRun.objects.executed_by(names).order_by("worker")
    return tuple(served.values_list("worker", flat=True).distinct())


def waiting_reason(run: SyncRun, queue: QueueState | None = None) -> str:
    """Why a queued run has not begun, where there is something to say; ``queue`` saves asking Redis again."""
    if run.state != RunStateChoices.QUEUED:
        return ""
    if message := (queue or queue_state()).message:
        return message
    running = SyncRun.objects.filter(fabric_id=run.fabric_id, state=RunStateChoices.RUNNING).lapses().first()
    if running and running.pk == run.pk:  # it has begun since it was read
        return ""
    if running and running.lapsed:
        return f"Waits for run #{running.pk}, whose worker stopped, to be marked lost by the schedule's next tick"
    if running:
        return f"Waits for run #{running.pk} to end"
    if at_capacity():
        return "Waits for a run of another fabric to end: as many are running as max_concurrent_runs allows"
    return ""


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
