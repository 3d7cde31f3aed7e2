"""What a Watcher row says of a follower, computed from a snapshot of it."""

import time
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from netbox_hedgehog.cluster import ClusterError, ErrorCode
from netbox_hedgehog.models import KindObservation, WatchStateChoices
from netbox_hedgehog.sync.runs.transitions import Failure
from netbox_hedgehog.sync.watch.streams.source import Source

__all__ = ("WatchSnapshot", "failed", "final_report", "report", "state", "versions_to_keep")


@dataclass(frozen=True)
class WatchSnapshot:
    """How a follower is at one moment. Moments (``..._at``) are of this process's monotonic clock, in seconds.

    Attributes:
        fabric: The fabric's name.
        probe_error: Why the cluster does not answer; None while it does.
        answered_at: When it last answered.
        failed_at: When it last did not.
        streams: How many streams there are.
        connected: How many of them the server has accepted and nothing has gone wrong with since.
        stream_errors: What went wrong with the others.
        waiting: Sources without a stream, which wait for a sync.
        gap_causes: Why some of these do, where it is not the server that has forgotten.
        refused: Those of them that the sync could not read either, with what it was told.
        versions: By source, the version that another watcher may continue from.
        events: Events that came.
        objects: Objects that were written.
        lag: Seconds from an event's arrival to its commit, in the newest batch.
        oldest_buffered_at: When the oldest event came that is not written yet; None where all are.
        last_event_at: When the newest event came.
        failure: Why the follower ended, where nobody asked for that.
    """

    fabric: str
    probe_error: ClusterError | None = None
    answered_at: float | None = None
    failed_at: float | None = None
    streams: int = 0
    connected: int = 0
    stream_errors: Sequence[ClusterError] = ()
    waiting: Set[Source] = frozenset()
    gap_causes: Sequence[ClusterError] = ()
    refused: Mapping[Source, KindObservation] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    events: int = 0
    objects: int = 0
    lag: float = 0.0
    oldest_buffered_at: float | None = None
    last_event_at: float | None = None
    failure: Failure | None = None


def report(snapshot: WatchSnapshot) -> dict[str, Any]:
    """The columns of the row, as things are."""
    columns: dict[str, Any] = {
        "state": state(snapshot),
        "streams": snapshot.connected,
        "streams_wanted": snapshot.streams + len(snapshot.waiting),
        "lag_ms": int(1000 * _lag(snapshot)),
        "events": snapshot.events,
        "written": snapshot.objects,
        **_error(snapshot),
    }
    if snapshot.versions:
        columns["versions"] = snapshot.versions
    for name, at in (("contact", snapshot.answered_at), ("last_event", snapshot.last_event_at)):
        if at is not None:
            columns[name] = _ago(at)
    return columns


def final_report(snapshot: WatchSnapshot) -> dict[str, Any]:
    """The columns of the row when the fabric is let go."""
    columns: dict[str, Any] = {"streams": 0}
    if snapshot.versions:
        columns["versions"] = snapshot.versions
    if snapshot.failure:
        columns |= failed(snapshot.failure)
    return columns


def failed(failure: Failure) -> dict[str, Any]:
    """The columns of a row whose watch broke, or could not begin."""
    error = {"error_code": failure.code, "error_message": failure.message, "error_at": Now()}
    return {"state": WatchStateChoices.FAILED, **error}


def state(snapshot: WatchSnapshot) -> str:
    """One of WatchStateChoices; live only where every stream is open."""
    if error := snapshot.probe_error:
        return WatchStateChoices.FAILED if error.code == ErrorCode.INTERNAL else WatchStateChoices.UNREACHABLE
    if snapshot.waiting - snapshot.refused.keys():
        return WatchStateChoices.CATCHING_UP
    if snapshot.refused or snapshot.stream_errors:
        return WatchStateChoices.PARTIAL
    live = snapshot.streams and snapshot.connected == snapshot.streams
    return WatchStateChoices.LIVE if live else WatchStateChoices.STARTING


def versions_to_keep(written: Mapping[str, str], throttled: Mapping[str, int]) -> dict[str, str]:
    """How far each source is done: as far as it is written, but not beyond the oldest version that is held back.

    Args:
        written: By source, the version up to which its events are written.
        throttled: By source, the oldest version that the throttle holds back.
    """
    return {key: str(throttled[key] - 1) if key in throttled else version for key, version in written.items()}


def _error(snapshot: WatchSnapshot) -> dict[str, Any]:
    for error in (snapshot.probe_error, *snapshot.stream_errors, *snapshot.gap_causes):
        if error:
            failed_at = snapshot.failed_at if error is snapshot.probe_error else None
            at = _ago(failed_at) if failed_at else Now()
            return {"error_code": error.code.value, "error_message": error.message, "error_at": at}
    if refused := next(iter(snapshot.refused.values()), None):
        return {
            "error_code": refused.error_code,
            "error_message": refused.error_message,
            "error_at": refused.looked_at,
        }
    return {"error_code": "", "error_message": "", "error_at": None}


def _lag(snapshot: WatchSnapshot) -> float:
    """Seconds from an event's arrival to its commit, in the newest batch; more where older ones wait."""
    oldest = snapshot.oldest_buffered_at
    return snapshot.lag if oldest is None else max(snapshot.lag, time.monotonic() - oldest)


def _ago(at: float) -> Any:
    """Convert a moment of this process's monotonic clock to the database's clock."""
    return Now() - timedelta(seconds=time.monotonic() - at)
