"""What a Watcher row says of a follower, by a snapshot of it; and how its parts call it. Without a database."""

import time
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from netbox_hedgehog.cluster import ClusterError, ErrorCode, Target
from netbox_hedgehog.models import Fabric, KindObservation
from netbox_hedgehog.sync.runs.transitions import Failure
from netbox_hedgehog.sync.watch.follower import follow
from netbox_hedgehog.sync.watch.heartbeat import WatchSnapshot, final_report, report, state
from netbox_hedgehog.sync.watch.lease import WatchLease
from netbox_hedgehog.sync.watch.signals import STREAMS_EVERY, Signals
from tests.netbox.watch.given import Clock

AWAY = ClusterError(ErrorCode.CONNECTION_REFUSED, "nobody listens")
DEFECT = ClusterError(ErrorCode.INTERNAL, "a defect")
FORBIDDEN = ClusterError(ErrorCode.FORBIDDEN, "not yours")
REFUSED = {
    "vpcs": KindObservation(error_code="forbidden", error_message="no", looked_at=datetime(2026, 1, 1, tzinfo=UTC))
}
LIVE = WatchSnapshot("lab", streams=2, connected=2)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "live"),
        ({"connected": 1}, "starting"),
        ({"streams": 0, "connected": 0}, "starting"),
        ({"stream_errors": (FORBIDDEN,), "connected": 1}, "partial"),
        ({"waiting": frozenset({"vpcs"})}, "catching up"),
        ({"waiting": frozenset({"vpcs"}), "refused": REFUSED}, "partial"),
        ({"waiting": frozenset({"vpcs", "servers"}), "refused": REFUSED}, "catching up"),
        ({"probe_error": AWAY, "waiting": frozenset({"vpcs"})}, "unreachable"),
        ({"probe_error": DEFECT}, "failed"),
    ],
)
def test_state_says_the_worst_of_what_is_true(changes, expected):
    snapshot = replace(LIVE, **changes)
    assert state(snapshot) == report(snapshot)["state"] == expected


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        (
            {"probe_error": AWAY, "failed_at": 1.0, "stream_errors": (FORBIDDEN,), "refused": REFUSED},
            "connection_refused",
        ),
        ({"stream_errors": (FORBIDDEN,), "gap_causes": (DEFECT,)}, "forbidden"),
        ({"gap_causes": (DEFECT,), "refused": REFUSED}, "internal"),
        ({"refused": REFUSED}, "forbidden"),
    ],
)
def test_error_of_the_row_is_the_one_that_explains_most(changes, code):
    assert report(replace(LIVE, **changes))["error_code"] == code


def test_lag_is_that_of_the_newest_batch_or_of_what_waits_still():
    assert report(replace(LIVE, lag=0.2))["lag_ms"] == 200
    waiting = replace(LIVE, lag=0.2, oldest_buffered_at=time.monotonic() - 3)
    assert 3000 <= report(waiting)["lag_ms"] < 60_000


def test_row_keeps_the_versions_that_it_has_where_a_follower_knows_none_yet():
    assert "versions" not in report(LIVE)
    assert "versions" not in final_report(LIVE)
    assert report(replace(LIVE, versions={"vpcs/": "7"}))["versions"] == {"vpcs/": "7"}
    assert final_report(replace(LIVE, versions={"vpcs/": "7"})) == {"streams": 0, "versions": {"vpcs/": "7"}}


def test_row_of_a_watch_that_broke_says_why():
    said = final_report(replace(LIVE, failure=Failure("internal", "a defect")))
    assert (said["state"], said["error_code"], said["error_message"]) == ("failed", "internal", "a defect")


def test_snapshot_does_not_change():
    with pytest.raises(FrozenInstanceError):
        LIVE.events = 7


# --- the parts, and their signals


class Pool:
    """In place of a turn pool: whom it was told to give a turn."""

    def __init__(self):
        self.woken = []

    def wake(self, who):
        self.woken.append(who)


@pytest.fixture
def follower():
    runtime = SimpleNamespace(turn_pool=Pool(), connectors=None, reader=None)
    target = Target("https://192.0.2.1:6443")
    made = follow(Fabric(pk=1, name="lab"), WatchLease(1, 1), target, runtime)
    made.pool = runtime.turn_pool
    return made


def test_follower_that_was_just_made_is_whole(follower):
    snapshot = follower.snapshot()
    assert (snapshot.fabric, snapshot.events, snapshot.failure, state(snapshot)) == ("lab", 0, None, "starting")
    assert not follower.ended
    follower.tick()
    assert follower.pool.woken == [follower]


def test_each_part_of_a_follower_can_call_it_as_soon_as_it_is_made(follower):
    follower._probe._changed()
    follower._buffer._wake()
    follower._streams._changed()
    assert follower.pool.woken == [follower] * 3
    follower._streams._broken(ZeroDivisionError("a defect"))
    assert follower.ended
    assert follower.snapshot().failure.code == "internal"
    assert follower.turn() is False


def test_first_defect_is_the_reason_whichever_comes_next(follower):
    follower.broke(ZeroDivisionError("the first"))
    follower.broke(KeyError("the second"))
    assert "ZeroDivisionError" in follower.failure.message


def test_signals_before_there_is_a_follower_reach_it():
    pool, stopped = Pool(), []
    signals = Signals(pool)
    signals.wake()
    signals.broke(ZeroDivisionError("a defect"))
    assert pool.woken == []
    signals.attach(SimpleNamespace(stop=lambda: stopped.append(True)))
    assert stopped == [True]


def test_streams_are_looked_at_when_it_is_time_and_at_once_where_they_changed(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("netbox_hedgehog.sync.watch.signals.time.monotonic", clock)
    signals = Signals(Pool())
    assert signals.take_streams_due()
    assert not signals.take_streams_due()
    clock.now += STREAMS_EVERY
    assert signals.take_streams_due()
    signals.streams_changed()
    assert signals.take_streams_due()
    assert not signals.take_streams_due()
