"""Writers never wait for watches; a watch that does not read is closed, one that reads misses nothing."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from netbox_hedgehog import kinds
from practice.server import PracticeServer
from tests.practice.server.client import host
from tests.practice.server.watching import BROKEN, Watching, now, short, version
from tests.waiting import until


def test_a_burst_is_no_reason_to_close(server: PracticeServer) -> None:
    watch = Watching(server, resourceVersion=now(server))
    server.put_all(host(f"s-{number:05}") for number in range(10_000))
    events = watch.some(10_000)
    assert [version(event) for event in events] == sorted({version(event) for event in events})


def test_a_long_beginning(server: PracticeServer) -> None:
    server.put_all(host(f"s-{number:05}") for number in range(10_000))
    watch = Watching(server)
    server.put(host("t"))
    events = watch.some(10_001)
    assert short(events[-1:]) == ["ADDED t"]


def fill(server: PracticeServer, times: int) -> float:
    """Write large objects, more than any buffer on the way holds; returns seconds."""
    begin = time.monotonic()
    for number in range(times):
        server.put(host("big", annotations={"x": f"{number:06}" * 50_000}))
    return time.monotonic() - begin


def test_a_watch_that_does_not_read_is_closed_and_nobody_waits_for_it(
    server: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("practice.server.streams.PATIENCE", 0.5)
    lazy, eager = Watching(server, resourceVersion=now(server)), Watching(server, resourceVersion=now(server))
    until(lambda: len(server.watches) == 2)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(eager.some, 60)
        fill(server, 60)
        reading.result(10)
    until(lambda: len(server.watches) == 1)
    with pytest.raises(BROKEN):
        lazy.rest()
    server.put(host("s-1"))
    assert short(eager.some(1)) == ["ADDED s-1"]


def test_the_queue_of_a_watch_is_bounded(server: PracticeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("practice.server.watchers.WAITING", 100)
    watch = Watching(server, resourceVersion=now(server))
    server.put_all(host(f"s-{number:05}") for number in range(1_000))  # at once: it cannot keep up
    seen = len(watch.rest())
    assert seen < 1_000
    until(lambda: not server.watches)


def test_200_writes_a_second_with_a_watch_of_every_kind(server: PracticeServer) -> None:
    watches = {}
    for kind in kinds.KINDS:
        path = f"/apis/{kind.group}/{kind.version}/{kind.plural}"
        watches[kind.plural] = Watching(server, path, resourceVersion=now(server, path))
    begin, delays = time.monotonic(), []
    for number in range(400):
        time.sleep(max(0.0, begin + number / 200 - time.monotonic()))
        kind = kinds.KINDS[number % len(kinds.KINDS)]
        meta = {"name": "x", "annotations": {"n": str(number)}}
        sent = time.monotonic()
        server.put({"apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta, "spec": {}})
        assert watches[kind.plural].next()["object"]["metadata"]["annotations"] == {"n": str(number)}
        delays.append(time.monotonic() - sent)
    assert time.monotonic() - begin < 3  # 2 s are the pace
    assert sorted(delays)[380] < 0.1
