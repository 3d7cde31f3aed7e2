"""What goes wrong with streams: each fault strikes the watches that are open as well as those to come."""

import time
from typing import Any

import pytest

from practice.server import PracticeServer
from tests.practice.server.client import SERVERS, VPCS, Client, host, vpc
from tests.practice.server.watching import BROKEN, Watching, now, short, version
from tests.waiting import until


@pytest.fixture
def watch(server: PracticeServer) -> Watching:
    return Watching(server, resourceVersion=now(server))


def put(server: PracticeServer, *names: str) -> None:
    for name in names:
        server.put(host(name))


# --- faults of requests strike watches before they begin


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"fault": "unauthorized"}, 401),
        ({"fault": "forbid", "kind": "servers"}, 403),
        ({"fault": "status", "status": 503}, 503),
        ({"fault": "throttle"}, 429),
        ({"fault": "html"}, 200),
    ],
)
def test_refusals(server: PracticeServer, client: Client, fault: dict[str, Any], status: int) -> None:
    server.faults.add(**fault, verb="watch")
    watch = Watching(server)
    assert watch.status == status
    assert watch.answer.headers["Content-Type"].startswith("text/html" if fault["fault"] == "html" else "application/")
    assert client.get(SERVERS).status == 200  # lists go on


def test_bytes_that_no_api_server_sends_come_first(server: PracticeServer) -> None:
    server.faults.add("stray", text="\xff<html>\n", kind="servers", verb="watch", times=1)
    watch = Watching(server, resourceVersion=now(server))
    assert watch.line() == b"\xff<html>\n"
    put(server, "s-1")
    assert short(watch.some(1)) == ["ADDED s-1"]
    watch = Watching(server, resourceVersion=now(server))
    put(server, "s-2")
    assert short(watch.some(1)) == ["ADDED s-2"]


def test_latency_and_no_answer(server: PracticeServer) -> None:
    server.faults.latency(0.3, verb="watch", times=1)
    begin = time.monotonic()
    assert Watching(server).status == 200
    assert time.monotonic() - begin >= 0.3
    server.faults.add("drop", verb="watch", times=1)
    with pytest.raises(BROKEN):
        Watching(server)
    server.faults.add("silent", verb="watch", times=1)
    with pytest.raises(TimeoutError):
        Watching(server, patience=0.3)
    assert Watching(server).status == 200


def test_a_version_that_is_expired_for_once(server: PracticeServer) -> None:
    server.faults.add("expire", verb="watch", times=1)
    since = now(server)
    (event,) = Watching(server, resourceVersion=since).rest()
    assert (event["type"], event["object"]["code"]) == ("ERROR", 410)
    put(server, "s-1")
    assert short(Watching(server, resourceVersion=since).some(1)) == ["ADDED s-1"]


def test_a_malformed_object_comes_first(server: PracticeServer) -> None:
    put(server, "s-1")
    server.faults.add("malformed", verb="watch")
    first, second = Watching(server).some(2)
    assert (first["object"]["spec"], short([second])) == ("no object", ["ADDED s-1"])


# --- faults of streams strike events


def test_a_silent_stream_outlasts_its_time_and_stays_silent(server: PracticeServer) -> None:
    server.faults.add("stall", kind="servers")
    silent, other = Watching(server, timeoutSeconds=1), Watching(server, VPCS)
    assert silent.status == 200
    put(server, "s-1")
    server.put(vpc("vpc-1"))
    assert short(other.some(1)) == ["ADDED vpc-1"]
    assert silent.is_silent(1.5)


def test_a_silent_stream_of_which_nothing_was_to_be_said_does_not_end_either(server: PracticeServer) -> None:
    fault = server.faults.add("stall")
    watch = Watching(server, timeoutSeconds=1)
    assert watch.is_silent(1.5)
    assert server.faults.hits(fault) == 1


def test_a_stream_that_falls_silent_does_not_keep_the_server_from_stopping(
    server: PracticeServer, watch: Watching
) -> None:
    put(server, "s-1")
    assert short(watch.some(1)) == ["ADDED s-1"]
    server.faults.add("stall")
    put(server, "s-2")
    assert watch.is_silent()
    begin = time.monotonic()
    server.stop()
    assert time.monotonic() - begin < 2


def test_a_stream_cut_inside_a_line(server: PracticeServer, watch: Watching) -> None:
    fault = server.faults.add("cut", kind="servers", after=1, times=1)
    put(server, "s-1", "s-2")
    first = watch.next()
    assert short([first]) == ["ADDED s-1"]
    with pytest.raises(BROKEN):
        watch.rest()
    assert server.faults.hits(fault) == 1
    assert short(Watching(server, resourceVersion=version(first)).some(1)) == ["ADDED s-2"]


def test_a_piece_of_a_line_and_then_a_clean_end(server: PracticeServer, watch: Watching) -> None:
    server.faults.add("cut", clean=True, share=0.25, verb="watch")
    put(server, "s-1")
    piece = watch.line()
    assert piece.startswith(b'{"type":"ADDED","object":{')
    assert not piece.endswith(b"\n")
    assert watch.line() == b""


def test_cutting_streams_leaves_lists_whole(server: PracticeServer, client: Client) -> None:
    server.faults.add("cut", verb="watch")
    assert client.get(SERVERS).status == 200


@pytest.mark.parametrize(("status", "reason"), [(410, "Expired"), (500, "InternalError"), (504, "Timeout")])
def test_an_error_event_in_place_of_the_third(
    server: PracticeServer, watch: Watching, status: int, reason: str
) -> None:
    server.faults.add("error", status=status, message="it broke", after=2, times=1)
    put(server, "s-1", "s-2", "s-3")
    events = watch.rest()
    assert short(events) == ["ADDED s-1", "ADDED s-2", "ERROR"]
    error = events[2]["object"]
    assert (error["kind"], error["code"], error["reason"], error["message"]) == ("Status", status, reason, "it broke")
    assert short(Watching(server, resourceVersion=version(events[1])).some(1)) == ["ADDED s-3"]


def test_doubled_events(server: PracticeServer, watch: Watching) -> None:
    server.faults.add("double", times=1)
    put(server, "s-1", "s-2")
    assert short(watch.some(3)) == ["ADDED s-1", "ADDED s-1", "ADDED s-2"]


def test_events_out_of_order(server: PracticeServer, watch: Watching) -> None:
    server.faults.add("swap")
    put(server, "s-1", "s-2", "s-3", "s-4")
    assert short(watch.some(4)) == ["ADDED s-2", "ADDED s-1", "ADDED s-4", "ADDED s-3"]


def test_an_event_that_no_other_passes_comes_late(server: PracticeServer, watch: Watching) -> None:
    server.faults.add("swap", seconds=0.3)
    begin = time.monotonic()
    put(server, "s-1")
    assert short(watch.some(1)) == ["ADDED s-1"]
    assert 0.2 < time.monotonic() - begin < 2


def test_bookmarks_are_events_too(server: PracticeServer) -> None:
    server.faults.add("error", after=1)
    watch = Watching(server, resourceVersion=now(server), allowWatchBookmarks="true", timeoutSeconds=3)
    put(server, "s-1")
    assert short(watch.rest()) == ["ADDED s-1", "ERROR"]


# --- all streams at once


def test_all_streams_are_dropped(server: PracticeServer, watch: Watching) -> None:
    other = Watching(server, VPCS)
    until(lambda: len(server.watches) == 2)
    assert server.end_watches("abort") == 2
    for dropped in (watch, other):
        with pytest.raises(BROKEN):
            dropped.rest()
    assert Watching(server).status == 200


def test_those_of_a_kind_end_cleanly_or_with_an_error(server: PracticeServer, watch: Watching) -> None:
    other = Watching(server, VPCS)
    until(lambda: len(server.watches) == 2)
    assert server.end_watches(kind="servers") == 1
    assert watch.rest() == []
    assert server.end_watches("error", status=410) == 1
    assert other.rest()[0]["object"]["reason"] == "Expired"
    with pytest.raises(ValueError, match="no such end"):
        server.end_watches("softly")


def test_watches_over_http(server: PracticeServer, client: Client, watch: Watching) -> None:
    (shown,) = client.get("/practice/watches").data["watches"]
    assert (shown["kind"], shown["sent"]) == ("servers", 0)
    assert client.send("DELETE", "/practice/watches", query={"how": "softly"}).status == 400
    assert client.send("DELETE", "/practice/watches", query={"how": "error", "status": 410}).data == {"ended": 1}
    assert short(watch.rest()) == ["ERROR"]
    old = now(server)
    put(server, "s-1")
    assert client.send("POST", "/practice/compact").status == 200
    assert short(Watching(server, resourceVersion=old).rest()) == ["ERROR"]


def test_faults_of_streams_over_http(server: PracticeServer, client: Client, watch: Watching) -> None:
    made = client.send("POST", "/practice/faults", {"fault": "error", "status": 410, "kind": "servers"})
    assert made.status == 201
    put(server, "s-1")
    assert short(watch.rest()) == ["ERROR"]
