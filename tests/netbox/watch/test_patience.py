"""What a watcher tries again, when, and what it does not. Without a database."""

import threading
from types import SimpleNamespace

import psycopg
import pytest
import redis.exceptions
from django.db import DataError, InterfaceError, OperationalError

from netbox_hedgehog.cluster import ClusterError, ErrorCode
from netbox_hedgehog.models import Fabric
from netbox_hedgehog.sync.backoff import Backoff
from netbox_hedgehog.sync.watch import cooldown, retry
from netbox_hedgehog.sync.watch.cooldown import Cooldowns
from netbox_hedgehog.sync.watch.retry import MOST_REFUSALS, retry_while_unreachable
from netbox_hedgehog.sync.watch.streams import fabric_streams
from netbox_hedgehog.sync.watch.streams.fabric_streams import Streams
from tests.netbox.watch.given import Clock

# --- the database


@pytest.fixture
def answers(monkeypatch):
    """Sets whether the database answers; waits take no time."""
    there = SimpleNamespace(value=True)
    monkeypatch.setattr(retry, "_database_answers", lambda: there.value)
    monkeypatch.setattr(retry, "BACKOFF", Backoff(0.0, 0.0))
    return there


class Failing:
    """Raises ERRORS, one after the other, and then goes through."""

    def __init__(self, *errors):
        self.errors, self.calls = list(errors), 0

    def __call__(self):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)


def of_postgresql(kind):
    error = OperationalError("the database says so")
    error.__cause__ = kind("the database says so")
    return error


LASTING = [
    of_postgresql(psycopg.errors.ProgramLimitExceeded),  # an index row that is too long, for instance
    of_postgresql(psycopg.errors.StatementTooComplex),
    DataError("out of range"),
    ValueError("A string literal cannot contain NUL (0x00) characters."),
    redis.exceptions.DataError("no"),
]
PASSING = [
    InterfaceError("connection already closed"),
    OperationalError("server closed the connection unexpectedly"),
    of_postgresql(psycopg.errors.DeadlockDetected),
    of_postgresql(psycopg.errors.AdminShutdown),
    redis.exceptions.ConnectionError("refused"),
    redis.exceptions.BusyLoadingError("loading"),
]


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_what_does_not_pass_by_itself_is_tried_once(answers, error):
    do = Failing(error)
    with pytest.raises(type(error)):
        retry_while_unreachable(do, threading.Event(), "lab")
    assert do.calls == 1


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_what_passes_is_tried_again(answers, error):
    do = Failing(error, error)
    retry_while_unreachable(do, threading.Event(), "lab")
    assert do.calls == 3


def test_a_database_that_is_away_is_waited_for_as_long_as_it_takes(answers):
    answers.value = False
    do = Failing(*[OperationalError("connection refused")] * (5 * MOST_REFUSALS))
    retry_while_unreachable(do, threading.Event(), "lab")
    assert do.calls == 5 * MOST_REFUSALS + 1


def test_what_a_database_that_answers_gives_up_each_time_is_not_tried_for_ever(answers):
    do = Failing(*[of_postgresql(psycopg.errors.DeadlockDetected)] * (5 * MOST_REFUSALS))
    with pytest.raises(OperationalError):
        retry_while_unreachable(do, threading.Event(), "lab")
    assert do.calls == MOST_REFUSALS


# --- a fabric whose watch broke


def test_cooldowns_grow_are_bounded_and_end_where_the_fabric_is_changed():
    clock = Clock()
    kept = Cooldowns(clock)
    seconds = []
    for _ in range(8):
        kept.begin(1, "as it was", None)
        begun = clock.now
        while not kept.over(1, "as it was"):
            clock.now += 0.5
        seconds.append(clock.now - begun)
    assert cooldown.BACKOFF.first * 0.7 <= seconds[0] <= cooldown.BACKOFF.first + 1
    assert seconds[-1] <= cooldown.BACKOFF.longest + 1
    assert seconds[-1] > 4 * seconds[0]
    kept.begin(1, "as it was", None)
    assert not kept.over(1, "as it was")
    assert kept.over(1, "edited")


def test_a_second_break_in_a_row_begins_anew_and_a_late_one_does_not():
    clock = Clock()
    kept = Cooldowns(clock)
    kept.begin(1, "as it was", None)
    assert not kept.must_read_anew(1, "as it was")
    clock.now += 20
    kept.begin(1, "as it was", None)
    assert kept.must_read_anew(1, "as it was")
    assert not kept.must_read_anew(1, "edited")
    clock.now += 1000
    kept.begin(1, "as it was", None)
    assert not kept.must_read_anew(1, "as it was")


# --- when a sync is asked for


@pytest.fixture
def asked(monkeypatch):
    """Syncs that are asked for, by streams whose cluster answers as ``error`` says."""
    found = []
    monkeypatch.setattr(fabric_streams, "request_sync", lambda *_, **__: found.append(True))
    monkeypatch.setattr(fabric_streams, "GATHER", 0.0)
    monkeypatch.setattr(fabric_streams, "BACKOFF", Backoff(0.0, 300.0))
    return found


def without_streams(probe):
    quota = SimpleNamespace(open=lambda _streams: None)
    buffer = SimpleNamespace(put=None)
    return Streams(Fabric(pk=1), probe, None, quota, buffer, lambda: None, lambda _error: None)


@pytest.mark.parametrize(
    ("code", "syncs"), [(ErrorCode.CONNECTION_REFUSED, 1), (ErrorCode.TIMED_OUT, 1), (ErrorCode.UNAUTHORIZED, 0)]
)
def test_a_server_that_was_away_is_read_whole_once_and_one_that_only_refused_is_not(asked, code, syncs):
    probe = SimpleNamespace(resources=None, error=None)
    kept = without_streams(probe)
    kept.look_after()
    probe.error = ClusterError(code, "no")
    kept.look_after()
    kept.look_after()
    assert asked == []
    probe.error = None
    for _ in range(3):
        kept.look_after()
    assert len(asked) == syncs


def test_syncs_are_asked_for_less_and_less_often_where_gap_follows_gap(asked, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(fabric_streams.time, "monotonic", clock)
    monkeypatch.setattr(fabric_streams, "GATHER", 1.0)
    monkeypatch.setattr(fabric_streams, "BACKOFF", Backoff(1.0, 300.0, jitter=0.2))
    kept = without_streams(SimpleNamespace(resources=None, error=None))
    for _ in range(600):  # a gap each second, as a server makes them that refuses every version
        kept._ask_soon()
        kept.look_after()
        clock.now += 1
    assert 5 <= len(asked) <= 12
    clock.now += 2 * fabric_streams.BACKOFF.longest + fabric_streams.CALM
    kept._ask_soon()
    clock.now += 1.5
    before = len(asked)
    kept.look_after()
    assert len(asked) == before + 1
