"""Events as a stream brings them, and a watcher in this process with hands that execute the runs it asks for."""

import json
import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django.db import connection

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster import ApiResource, Event, EventType
from netbox_hedgehog.models import VPC, RunStateChoices, RunTriggerChoices, SyncRun, Watcher, model_for
from netbox_hedgehog.sync.execute.run import execute
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.watch import Supervisor
from netbox_hedgehog.sync.watch.streams.source import Source
from netbox_hedgehog.sync.watch.streams.stream import Arrival

__all__ = (
    "Clock",
    "arrival",
    "asked",
    "hands",
    "live",
    "row",
    "task_of",
    "vlan",
    "watching",
)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def task_of(kind: str) -> KindTable:
    entry = kinds.by_name(kind)
    resource = ApiResource(entry.group, entry.version, entry.kind, entry.plural, True, ("list", "watch"))
    return KindTable(resource, entry, model_for(entry))


def arrival(kind: str, event: str, obj: dict[str, Any], version: int | None = None) -> Arrival:
    """EVENT with OBJ, as a stream of KIND brings it; VERSION in place of its own."""
    metadata = obj["metadata"]
    if version is not None:
        obj = {**obj, "metadata": {**metadata, "resourceVersion": str(version)}}
    number, raw = obj["metadata"]["resourceVersion"], json.dumps(obj).encode()
    stream = SimpleNamespace(source=Source(task_of(kind), None))
    where = metadata.get("namespace", ""), metadata.get("name", "")
    return Arrival(stream, Event(EventType(event), number, *where, raw), time.monotonic())


@contextmanager
def watching():
    """A watcher of all fabrics, in threads of this process."""
    supervisor = Supervisor()
    thread = threading.Thread(target=supervisor.run, daemon=True)
    thread.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def hands():
    """Executes every queued run in a thread of this process, as a worker would."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.05):
            for pk in SyncRun.objects.filter(state=RunStateChoices.QUEUED).values_list("pk", flat=True):
                execute(pk, "hands")
        connection.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)


def row() -> Watcher:
    """What the watcher of the only fabric tells of itself."""
    return Watcher.objects.first() or Watcher()


def live() -> bool:
    """Whether that watcher follows all, and has said so since it took the fabric."""
    return row().state == "live" and row().heartbeat > row().started


def asked() -> Any:
    """The runs that a watcher asked for."""
    return SyncRun.objects.filter(trigger=RunTriggerChoices.WATCH)


def vlan(name: str = "vpc-1") -> int | None:
    """The VLAN of a VPC that is present in NetBox."""
    found = VPC.objects.filter(name=name, missing_since=None).first()
    return found and found.live["subnets"]["default"]["vlan"]
