"""Exceptions that nobody foresaw, raised in one fabric's part of a watcher, wherever that is touched."""

from collections.abc import Callable
from typing import Any, NamedTuple

from netbox_hedgehog.cluster import Cluster, Watch
from netbox_hedgehog.models import Fabric
from netbox_hedgehog.sync.watch import lease, supervisor
from netbox_hedgehog.sync.watch.batch import Batches
from netbox_hedgehog.sync.watch.follower import Follower
from netbox_hedgehog.sync.watch.heartbeat import WatchSnapshot
from netbox_hedgehog.sync.watch.probe import Probe
from netbox_hedgehog.sync.watch.streams.buffer import Buffer
from netbox_hedgehog.sync.watch.streams.connectors import ConnectQuota
from netbox_hedgehog.sync.watch.streams.fabric_streams import Streams
from netbox_hedgehog.sync.watch.streams.reader import Reader
from netbox_hedgehog.sync.watch.streams.stream import Stream
from netbox_hedgehog.sync.watch.supervisor import Supervisor
from netbox_hedgehog.sync.watch.throttle import Throttle
from netbox_hedgehog.sync.watch.turn_pool import TurnPool
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter

__all__ = ("PLACES", "Place", "Strange")


class Strange(BaseException):
    """None of Exception's, as a panic in a library's Rust code is none."""


class Place(NamedTuple):
    """Where it is raised: NAME of OWNER. WHOSE finds the fabric's name in the arguments; "" where that is unknown.

    TOLD: whether the fabric's faces say so, and not the log alone.
    """

    owner: Any
    name: str
    whose: Callable[..., str]
    told: bool = True

    def __str__(self) -> str:
        return f"{getattr(self.owner, '__name__', '').rpartition('.')[2]}.{self.name}"


def _of_stream(stream: Stream, *_: Any) -> str:
    return stream._whose


def _of_reader(_reader: Reader, each: Any, *_: Any) -> str:
    return each.listener._whose


def _of_fabric(owner: Any, *_: Any, **__: Any) -> str:
    return owner.fabric.name


def _of_snapshot(snapshot: WatchSnapshot) -> str:
    return snapshot.fabric


def _of_target(owner: Any, *_: Any, **__: Any) -> str:
    """Servers are told apart by their ports."""
    return ports.get((getattr(owner, "target", None) or owner._target).port, "")


def _of_lease(first: Any, *_: Any, **__: Any) -> str:
    key = getattr(first, "fabric_id", first)
    return Fabric.objects.values_list("name", flat=True).filter(pk=key).first() or ""


def _of_inbox(inbox: Buffer, *_: Any) -> str:
    return inbox._wake.__self__._follower.fabric.name


def _of_batches(batches: Batches, *_: Any) -> str:
    return batches.writer.fabric.name


def _of_limiter(limiter: Throttle, *_: Any) -> str:
    followers = [each for supervisor in supervisors for each, _ in list(supervisor.followers.values())]
    return next((each.fabric.name for each in followers if each._batches.limiter is limiter), "")


ports: dict[int, str] = {}  # the fabric's name by its server's port
supervisors: list[Supervisor] = []

PLACES = [
    *(Place(Reader, name, _of_reader) for name in ("_begin", "_read", "_hand_over")),
    Place(Reader, "_end_if_silent", _of_reader),
    Place(Stream, "open", _of_stream),
    Place(Stream, "take", _of_stream),
    Place(Stream, "ended", _of_stream),
    Place(Watch, "receive", _of_target),
    Place(Watch, "__exit__", _of_target, told=False),
    Place(ConnectQuota, "open", lambda quota, _streams: ports[quota.cluster.target.port]),
    Place(Cluster, "watch", _of_target),
    Place(Cluster, "discover", _of_target),
    Place(Probe, "_ask", _of_target),
    Place(Probe, "_answered", _of_target),
    Place(Buffer, "put", _of_inbox),
    Place(Buffer, "take", _of_inbox),
    Place(Throttle, "admits", _of_limiter),
    Place(Throttle, "due", _of_limiter),
    Place(Throttle, "oldest", _of_limiter),
    Place(Batches, "write", _of_batches),
    Place(WatchWriter, "lock", _of_fabric),
    Place(WatchWriter, "fence", _of_fabric),
    Place(Streams, "begin", _of_fabric),
    Place(Streams, "look_after", _of_fabric),
    Place(Streams, "stop", _of_fabric, told=False),
    Place(Follower, "__init__", lambda _follower, fabric, *_, **__: fabric.name),
    Place(Follower, "start", _of_fabric),
    Place(Follower, "tick", _of_fabric),
    Place(TurnPool, "wake", lambda _writers, who: who.fabric.name),
    Place(Follower, "turn", _of_fabric),
    Place(Follower, "join", _of_fabric, told=False),
    Place(Cluster, "close", _of_target, told=False),
    Place(Fabric, "target", lambda fabric: fabric.name),
    Place(supervisor, "report", _of_snapshot),
    Place(supervisor, "state", _of_snapshot),
    Place(supervisor, "final_report", _of_snapshot, told=False),
    Place(lease, "claim", _of_lease, told=False),
    Place(lease, "renew", _of_lease),
    Place(lease, "release", _of_lease, told=False),
    Place(lease, "fence", _of_lease),
]
