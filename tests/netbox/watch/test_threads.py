"""The threads that all fabrics share: what breaks in one fabric's part takes no place or thread from the others.

Without a database and a server.
"""

import socket
import threading
import time

import pytest

from netbox_hedgehog.cluster import ClusterError, ErrorCode, Event, EventType
from netbox_hedgehog.sync.watch import turn_pool
from netbox_hedgehog.sync.watch.runtime import Runtime
from netbox_hedgehog.sync.watch.streams import connectors
from netbox_hedgehog.sync.watch.streams.connectors import Connectors, ConnectQuota
from netbox_hedgehog.sync.watch.streams.reader import Reader
from netbox_hedgehog.sync.watch.streams.source import Source
from netbox_hedgehog.sync.watch.streams.stream import TRIES_AT_ONE_VERSION, Stream
from netbox_hedgehog.sync.watch.turn_pool import TurnPool
from tests.netbox.watch.given import task_of
from tests.netbox.watch.strange import Strange
from tests.waiting import until

SOURCE = Source(task_of("VPC"), None)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    monkeypatch.setattr(turn_pool, "get_config", lambda: None)


# --- writers


class Turns:
    """Takes turns; RAISES in each where that is given."""

    def __init__(self, raises=None):
        self.raises, self.turns, self.ended = raises, 0, []

    def turn(self):
        self.turns += 1
        if self.raises:
            raise self.raises
        return False

    def broke(self, error):
        self.ended.append(error)


@pytest.fixture
def made():
    made = TurnPool()
    yield made
    made.stop()


@pytest.mark.parametrize("error", [Strange("no"), RecursionError("deep"), MemoryError(), SystemExit(3)], ids=repr)
def test_a_turn_that_breaks_gives_its_place_back_however_often(made, error):
    broken = [Turns(error) for _ in range(3 * turn_pool.MOST_THREADS)]
    for each in broken:
        made.wake(each)
    until(lambda: all(each.ended == [error] for each in broken))
    other = Turns()
    made.wake(other)
    until(lambda: other.turns == 1)
    assert not made._busy
    assert made._threads <= turn_pool.MOST_THREADS


def test_who_cannot_even_be_ended_harms_nobody(made):
    worst = Turns(Strange("turn"))
    worst.broke = lambda _error: (_ for _ in ()).throw(Strange("end"))
    for _ in range(2 * turn_pool.MOST_THREADS):
        made.wake(worst)
        until(lambda: not made._busy and not made._queue)
    other = Turns()
    made.wake(other)
    until(lambda: other.turns == 1)


def test_a_system_without_threads_is_asked_again(made, monkeypatch):
    start = threading.Thread.start

    def refuses(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuses)
    who = Turns()
    made.wake(who)
    assert made._threads == 0
    monkeypatch.setattr(threading.Thread, "start", start)
    made.wake(who)
    until(lambda: who.turns == 1)


def test_the_beat_goes_on_whatever_it_raises():
    beats = []

    def beat():
        beats.append(True)
        raise Strange("beat")

    runtime = Runtime(beat)
    runtime.start()
    try:
        until(lambda: len(beats) > 1)
        assert runtime.alive()
    finally:
        runtime.stop()


# --- openers


def stream(reader=None, put=lambda _arrival: True, broken=None):
    return Stream(SOURCE, "7", reader, put, lambda: None, broken or (lambda _error: None), "lab")


class Cluster:
    """Is opened in vain."""

    def watch(self, *_):
        raise Strange("watch")


def test_an_opener_that_breaks_gives_its_places_back_and_the_stream_says_why():
    threads = Connectors(2)
    line = ConnectQuota(threads, Cluster(), lambda: None)
    for _ in range(5):
        one = stream()
        one._suspicious = False  # no look at a list first
        line.open([one])
        until(lambda one=one: one.error is not None)
        assert (one.error.code, one.error.message) == (ErrorCode.INTERNAL, "Strange: watch")
        assert one.due < time.monotonic() + 11
        until(lambda: line._busy == 0)
    assert threads._free._value == 2


def test_openers_without_a_thread_keep_no_place(monkeypatch):
    threads = Connectors(2)
    line, one = ConnectQuota(threads, Cluster(), lambda: None), stream()

    def refuses(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(connectors.threading.Thread, "start", refuses)
    line.open([one])
    assert (line._busy, threads._free._value, one.due) == (0, 2, 0.0)


# --- the reader


class Watch:
    """A stream over a pair of sockets; a byte is an event, b"!" raises."""

    silence, more, ended = 60.0, False, False

    def __init__(self):
        self.here, self.there = socket.socketpair()
        self.here.setblocking(False)
        self.closed = 0

    def fileno(self):
        return self.here.fileno()

    def receive(self):
        for byte in self.here.recv(100):
            if byte == ord("!"):
                raise Strange("receive")
            yield Event(EventType.ADDED, str(byte), "", "a", b"{}")

    def close(self):
        self.closed += 1

    def __exit__(self, *_):
        self.closed += 1
        self.here.close()
        self.there.close()


class Listener:
    """Keeps what comes; RAISES in the method of that name."""

    def __init__(self, raises=""):
        self.raises, self.taken, self.ends, self.broken = raises, [], [], []

    def take(self, event):
        if self.raises == "take":
            raise Strange("take")
        self.taken.append(event)
        return True

    def ended(self, error):
        if self.raises == "ended":
            raise Strange("ended")
        self.ends.append(error)

    def broke(self, error):
        self.broken.append(error)


@pytest.fixture
def reader():
    reader = Reader()
    reader.start()
    yield reader
    reader.stop()
    reader.join(5)
    assert not reader.is_alive()


def test_a_stream_that_breaks_ends_alone_after_what_came_before_it(reader):
    good, bad = (Watch(), Listener()), (Watch(), Listener())
    for each in (good, bad):
        reader.add(*each)
    bad[0].there.send(b"ab!c")
    until(lambda: bad[1].ends)
    assert [event.resource_version for event in bad[1].taken] == [str(ord(byte)) for byte in "ab"]
    assert (bad[1].ends[0].code, bad[1].ends[0].message) == (ErrorCode.INTERNAL, "Strange: receive")
    assert bad[0].closed
    good[0].there.send(b"x")
    until(lambda: good[1].taken)
    assert not good[1].ends
    assert len(reader._selector.get_map()) == 2  # the bell, and the good one


@pytest.mark.parametrize("raises", ["take", "ended"])
def test_a_listener_that_breaks_is_told_and_its_stream_given_back(reader, raises):
    watch, listener = Watch(), Listener(raises)
    reader.add(watch, listener)
    watch.there.send(b"a!")
    until(lambda: listener.broken if raises == "ended" else listener.ends)
    told = listener.broken or listener.ends
    assert raises in str(told[0])
    assert watch.closed
    until(lambda: not reader._open)
    assert len(reader._selector.get_map()) == 1


def test_a_stream_that_cannot_be_closed_is_hung_up_and_ended_all_the_same(reader, monkeypatch):
    watch, listener = Watch(), Listener()
    whole = Watch.__exit__
    monkeypatch.setattr(Watch, "__exit__", lambda *_: (_ for _ in ()).throw(Strange("close")))
    reader.add(watch, listener)
    watch.there.send(b"!")
    until(lambda: listener.ends)
    assert watch.closed == 1
    assert len(reader._selector.get_map()) == 1
    monkeypatch.undo()
    whole(watch)


# --- what cannot be read is not tried for ever


@pytest.mark.parametrize("code", [ErrorCode.BAD_ANSWER, ErrorCode.ANSWER_CUT, ErrorCode.INTERNAL])
def test_a_line_that_nobody_can_read_asks_for_a_newer_look_after_a_few_tries(code):
    one = stream()
    for _ in range(TRIES_AT_ONE_VERSION - 1):
        one.ended(ClusterError(code, "not a line of a watch"))
        assert not one.gap
    one.ended(ClusterError(code, "not a line of a watch"))
    assert one.gap


def test_a_stream_that_gets_on_between_its_breaks_goes_on():
    one = stream()
    for version in range(3 * TRIES_AT_ONE_VERSION):
        one.ended(ClusterError(ErrorCode.ANSWER_CUT, "the stream ended inside a line"))
        one.take(Event(EventType.ADDED, str(version), "", "a", b"{}"))
    assert not one.gap


def test_a_connection_that_is_lost_again_and_again_is_no_gap():
    one = stream()
    for _ in range(3 * TRIES_AT_ONE_VERSION):
        one.ended(ClusterError(ErrorCode.CONNECTION_LOST, "reset"))
    assert not one.gap
