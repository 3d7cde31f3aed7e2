"""What a follower reports in its Watcher row."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from django.db.models.functions import Now

from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.models import WatchStateChoices
from netbox_hedgehog.sync.runs.transitions import Failure
from netbox_hedgehog.sync.watch.probe import Probe
from netbox_hedgehog.sync.watch.streams.buffer import Buffer
from netbox_hedgehog.sync.watch.streams.fabric_streams import Streams

__all__ = ("Followed", "failed", "last_words", "report", "state", "versions_to_keep")


class Followed(Protocol):
    """What is told of a follower. ``Follower`` is one; it imports this module."""

    streams: Streams
    pulse: Probe
    inbox: Buffer
    versions: dict[str, str]
    events: int
    objects: int
    lag: float
    last_event: float | None
    failure: Failure | None


def report(follower: Followed) -> dict[str, Any]:
    """The columns of the row at this moment."""
    streams, waiting = list(follower.streams.open.values()), follower.streams.waiting
    columns: dict[str, Any] = {
        "state": state(follower),
        "streams": sum(stream.connected for stream in streams),
        "streams_wanted": len(streams) + len(waiting),
        "lag_ms": int(1000 * _lag(follower)),
        "events": follower.events,
        "written": follower.objects,
        **_error(follower),
    }
    if follower.versions:
        columns["versions"] = follower.versions
    for name, at in (("contact", follower.pulse.answered), ("last_event", follower.last_event)):
        if at is not None:
            columns[name] = _ago(at)
    return columns


def last_words(follower: Followed) -> dict[str, Any]:
    """The columns of the row when the fabric is released."""
    columns: dict[str, Any] = {"streams": 0}
    if follower.versions:
        columns["versions"] = follower.versions
    if follower.failure:
        columns |= failed(follower.failure)
    return columns


def failed(failure: Failure) -> dict[str, Any]:
    """The columns of a row whose watch failed, or could not begin."""
    told = {"error_code": failure.code, "error_message": failure.message, "error_at": Now()}
    return {"state": WatchStateChoices.FAILED, **told}


def state(follower: Followed) -> str:
    """The state, a value of WatchStateChoices; live only while every stream is open."""
    if error := follower.pulse.error:
        return WatchStateChoices.FAILED if error.code == ErrorCode.INTERNAL else WatchStateChoices.UNREACHABLE
    streams, refused = list(follower.streams.open.values()), set(follower.streams.refused)
    if set(follower.streams.waiting) - refused:
        return WatchStateChoices.CATCHING_UP
    if refused or any(stream.error for stream in streams):
        return WatchStateChoices.PARTIAL
    live = streams and all(stream.connected for stream in streams)
    return WatchStateChoices.LIVE if live else WatchStateChoices.STARTING


def versions_to_keep(written: Mapping[str, str], held: Mapping[str, int]) -> dict[str, str]:
    """How far each source is done: up to what is written, but not beyond events that are held back."""
    return {key: str(held[key] - 1) if key in held else version for key, version in written.items()}


def _error(follower: Followed) -> dict[str, Any]:
    streams = follower.streams
    errors = [
        follower.pulse.error,
        *(each.error for each in list(streams.open.values())),
        *streams.causes.copy().values(),
    ]
    for error in errors:
        if error:
            at = _ago(follower.pulse.failed) if error is follower.pulse.error and follower.pulse.failed else Now()
            return {"error_code": error.code.value, "error_message": error.message, "error_at": at}
    for look in list(follower.streams.refused.values()):
        return {"error_code": look.error_code, "error_message": look.error_message, "error_at": look.looked_at}
    return {"error_code": "", "error_message": "", "error_at": None}


def _lag(follower: Followed) -> float:
    """Seconds from the arrival of an event to its commit, in the newest batch; more if older events wait."""
    oldest = follower.inbox.oldest
    return follower.lag if oldest is None else max(follower.lag, time.monotonic() - oldest)


def _ago(at: float) -> Any:
    """Convert a moment of this process's monotonic clock to the database's clock."""
    return Now() - timedelta(seconds=time.monotonic() - at)
