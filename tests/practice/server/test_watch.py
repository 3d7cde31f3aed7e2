"""Watches, where the wire transcript does not look: live, several at once, in other forms, and how they end."""

import time
from typing import Any

import pytest

from practice.server import PracticeServer, Rule
from practice.server.history import Compacted
from practice.server.store import Store
from tests.practice.server.client import SERVERS, VPCS, Client, host, vpc
from tests.practice.server.watching import Watching, now, short, version
from tests.waiting import until

ALL_SERVERS = "/apis/wiring.githedgehog.com/v1beta1/servers"
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"


def test_every_watch_of_a_kind_sees_every_change_and_those_of_other_kinds_none(server: PracticeServer) -> None:
    since = now(server)
    several = [Watching(server, resourceVersion=since) for _ in range(3)]
    other = Watching(server, VPCS, resourceVersion=since)
    server.put(host("s-1"))
    server.put(host("s-1", labels={"a": "b"}))
    server.delete("servers", "s-1")
    for watch in several:
        assert short(watch.some(3)) == ["ADDED s-1", "MODIFIED s-1", "DELETED s-1"]
    assert other.is_silent()


def test_versions_rise_and_a_deletion_has_one_of_its_own(server: PracticeServer, client: Client) -> None:
    watch = Watching(server, resourceVersion=now(server))
    client.send("POST", SERVERS, host("s-1", finalizers=["lab.example/hold"]))
    client.send("DELETE", f"{SERVERS}/s-1")
    merge = {"Content_Type": "application/merge-patch+json"}
    client.send("PATCH", f"{SERVERS}/s-1", {"metadata": {"finalizers": None}}, **merge)
    events = watch.some(3)
    assert short(events) == ["ADDED s-1", "MODIFIED s-1", "DELETED s-1"]
    assert version(events[0]) < version(events[1]) < version(events[2]) == now(server)
    assert events[2]["object"]["metadata"]["finalizers"] == ["lab.example/hold"]  # as it was last stored


def test_what_changes_nothing_is_no_event(server: PracticeServer, client: Client) -> None:
    server.put(host("s-1"))
    watch = Watching(server, resourceVersion=now(server))
    same = client.get(f"{SERVERS}/s-1").data
    assert client.send("PUT", f"{SERVERS}/s-1", same).data == same
    server.put(host("s-1"))
    server.put(host("s-2"))
    assert short(watch.some(1)) == ["ADDED s-2"]


def test_a_namespace_and_a_name_narrow_a_watch(server: PracticeServer) -> None:
    everywhere = Watching(server, ALL_SERVERS, resourceVersion=now(server))
    here = Watching(server, resourceVersion=now(server))
    one = Watching(server, ALL_SERVERS, resourceVersion=now(server), fieldSelector="metadata.name=s-2")
    server.put_all([host("s-1", namespace="lab"), host("s-1"), host("s-2", namespace="lab")])
    assert [event["object"]["metadata"]["namespace"] for event in everywhere.some(3)] == ["lab", "default", "lab"]
    assert here.next()["object"]["metadata"]["namespace"] == "default"
    assert short(one.some(1)) == ["ADDED s-2"]
    assert here.is_silent()


def test_leaving_a_selection_shows_the_object_as_it_last_fitted(server: PracticeServer) -> None:
    watch = Watching(server, resourceVersion=now(server), labelSelector="set=a")
    server.put(host("other", labels={"set": "b"}))
    for label in ("a", "b", "c", "a"):
        server.put(host("s-1", labels={"set": label}))
    server.put(host("s-1", labels={"set": "b"}))
    server.delete("servers", "s-1")
    server.put(host("s-2", labels={"set": "a"}))
    events = watch.some(5)
    assert short(events) == ["ADDED s-1", "DELETED s-1", "ADDED s-1", "DELETED s-1", "ADDED s-2"]
    assert events[1]["object"]["metadata"]["labels"] == {"set": "a"}
    assert version(events[1]) == version(events[0]) + 1


@pytest.mark.parametrize("begin", [{}, {"resourceVersion": "0"}])
def test_without_a_version_it_begins_with_what_is_there(server: PracticeServer, begin: dict[str, str]) -> None:
    server.put_all([host("s-2"), host("s-1")])
    watch = Watching(server, **begin)
    assert short(watch.some(2)) == ["ADDED s-1", "ADDED s-2"]
    server.delete("servers", "s-1")
    assert short(watch.some(1)) == ["DELETED s-1"]


def test_initial_events_end_with_a_bookmark_from_which_a_watch_goes_on(server: PracticeServer) -> None:
    server.put(host("s-1"))
    match = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
    first, mark = Watching(server, **match).some(2)
    assert (first["type"], mark["type"]) == ("ADDED", "BOOKMARK")
    server.put(host("s-2"))
    assert short(Watching(server, resourceVersion=version(mark)).some(1)) == ["ADDED s-2"]


def test_initial_events_of_an_older_version_are_those_of_now(server: PracticeServer) -> None:
    old = version(server.put(host("s-1")))
    server.put(host("s-2"))
    watch = Watching(server, resourceVersion=old, sendInitialEvents="true", resourceVersionMatch="NotOlderThan")
    server.put(host("s-3"))
    assert short(watch.some(3)) == ["ADDED s-1", "ADDED s-2", "ADDED s-3"]


def test_no_initial_events_when_they_are_declined(server: PracticeServer) -> None:
    server.put(host("s-1"))
    watch = Watching(server, sendInitialEvents="false", resourceVersionMatch="NotOlderThan")
    server.put(host("s-2"))
    assert short(watch.some(1)) == ["ADDED s-2"]


def test_a_bookmark_needs_something_to_have_happened(server: PracticeServer) -> None:
    since = now(server)
    quiet = Watching(server, resourceVersion=since, allowWatchBookmarks="true", timeoutSeconds=3)
    unasked = Watching(server, VPCS, resourceVersion=since, timeoutSeconds=3)
    hidden = Watching(server, VPCS, resourceVersion=since, allowWatchBookmarks=1, timeoutSeconds=3, labelSelector="a=b")
    put = version(server.put(vpc("vpc-1")))
    begin = time.monotonic()
    mark = hidden.next()
    assert (mark["type"], version(mark), time.monotonic() - begin < 2) == ("BOOKMARK", put, True)
    assert (short(unasked.rest()), hidden.rest(), quiet.rest()) == (["ADDED vpc-1"], [], [])


def test_a_bookmark_comes_at_once_to_who_wants_one_and_has_come_further(server: PracticeServer, client: Client) -> None:
    since = now(server)
    quiet, wants, unasked = (
        Watching(server, path, resourceVersion=since, **query)
        for path, query in (
            (SERVERS, {"allowWatchBookmarks": "true"}),
            (VPCS, {"allowWatchBookmarks": "true", "labelSelector": "a=b"}),
            (VPCS, {"labelSelector": "a=b"}),
        )
    )
    put = version(server.put(vpc("vpc-1")))
    assert client.send("POST", "/practice/bookmark").data == {"watches": 3}
    mark = wants.next()
    assert (mark["type"], version(mark)) == ("BOOKMARK", put)
    server.bookmark()
    server.end_watches()
    assert (quiet.rest(), wants.rest(), unasked.rest()) == ([], [], [])


def test_a_watch_of_a_later_version_shows_nothing_before_it(server: PracticeServer) -> None:
    watch = Watching(server, resourceVersion=now(server) + 2)
    server.put_all([host("s-1"), host("s-2"), host("s-3")])
    assert short(watch.some(1)) == ["ADDED s-3"]


@pytest.mark.parametrize(
    ("query", "status", "reason"),
    [
        ({"resourceVersion": "new"}, 500, None),
        ({"timeoutSeconds": "soon"}, 400, "BadRequest"),
        ({"labelSelector": "a=("}, 400, "BadRequest"),
        ({"fieldSelector": "spec.color=red"}, 400, "BadRequest"),
        ({"sendInitialEvents": "true", "resourceVersionMatch": "Exact"}, 422, "Invalid"),
    ],
)
def test_what_cannot_be_watched_is_refused_before_it_begins(
    server: PracticeServer, query: dict[str, str], status: int, reason: str | None
) -> None:
    watch = Watching(server, **query)
    assert (watch.status, watch.next().get("reason")) == (status, reason)


def test_initial_events_of_a_version_that_does_not_come_time_out(server: PracticeServer) -> None:
    match = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan"}
    watch = Watching(server, resourceVersion=now(server) + 100, **match)
    assert (watch.status, watch.next()["reason"]) == (504, "Timeout")


def test_initial_events_are_forbidden_for_a_list(client: Client) -> None:
    assert client.get(SERVERS, sendInitialEvents="true").status == 422


def test_a_right_to_list_is_none_to_watch(server: PracticeServer) -> None:
    lister = server.user("lister", Rule(("list",), ("*",), ("servers",)))
    watcher = server.user("watcher", Rule(("watch",), ("*",), ("servers",)))
    assert Watching(server, token=lister).status == 403
    assert Watching(server, token=watcher).status == 200


def test_history_that_is_forgotten_is_told_as_an_event(server: PracticeServer) -> None:
    old = now(server)
    server.put(host("s-1"))
    running = Watching(server, resourceVersion=old)
    server.compact()
    late = Watching(server, resourceVersion=old)
    (event,) = late.rest()
    assert (late.status, event["type"], event["object"]["code"]) == (200, "ERROR", 410)
    server.put(host("s-2"))
    assert short(running.some(2)) == ["ADDED s-1", "ADDED s-2"]  # who is there already misses nothing


def test_an_old_version_of_a_kind_that_rested_is_still_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("practice.server.history.HISTORY_CHANGES", 2)
    store = Store()
    begin = store.version
    for number in range(3):
        store.put("lab/v1/busy", {"metadata": {"name": f"b-{number}"}})
    assert store.follow("lab/v1/quiet", begin, lambda _: None) == []
    with pytest.raises(Compacted):
        store.follow("lab/v1/busy", begin, lambda _: None)


def test_history_is_bounded_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("practice.server.history.HISTORY_BYTES", 10_000)
    store = Store()
    for _ in range(50):
        store.put("lab/v1/big", {"metadata": {"name": "b"}, "text": "x" * 1000})
    held = store.follow("lab/v1/big", store.compacted, lambda _: None)
    assert 5 <= len(held) <= 10


def test_rows_for_kubectl(server: PracticeServer) -> None:
    server.put(host("s-1"))
    watch = Watching(server, headers={"Accept": TABLE})
    server.put(host("s-2"))
    first, second = (event["object"] for event in watch.some(2))
    assert (first["kind"], [row["cells"][0] for row in first["rows"]]) == ("Table", ["s-1"])
    assert first["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    assert first["columnDefinitions"][0]["name"] == "Name"
    assert (second["rows"][0]["cells"][0], second["columnDefinitions"]) == ("s-2", None)


def test_metadata_alone(server: PracticeServer) -> None:
    made = server.put(host("s-1"))
    shown = Watching(server, headers={"Accept": PARTIAL}).next()["object"]
    assert (shown["kind"], shown["metadata"]) == ("PartialObjectMetadata", made["metadata"])
    assert "spec" not in shown


def test_yaml_has_no_lines(server: PracticeServer) -> None:
    assert Watching(server, headers={"Accept": "application/yaml"}).status == 406
    assert Watching(server, headers={"Accept": "application/yaml, application/json"}).status == 200


def test_a_stream_is_chunked_and_never_packed(server: PracticeServer) -> None:
    server.put_all(host(f"s-{number}", annotations={"x": "y" * 20_000}) for number in range(10))
    watch = Watching(server, headers={"Accept-Encoding": "gzip"})
    headers = watch.answer.headers
    assert (headers["Transfer-Encoding"], headers["Content-Type"]) == ("chunked", "application/json")
    assert headers["Content-Encoding"] is None
    assert len(watch.some(10)) == 10


def test_a_watch_is_answered_before_anything_happens(server: PracticeServer) -> None:
    begin = time.monotonic()
    assert Watching(server, resourceVersion=now(server)).status == 200
    assert time.monotonic() - begin < 1


def test_its_time_is_over_cleanly_and_the_connection_stays(server: PracticeServer) -> None:
    begin = time.monotonic()
    watch = Watching(server, timeoutSeconds=1)
    assert watch.rest() == []
    assert 0.9 < time.monotonic() - begin < 2
    assert watch.get(SERVERS).status == 200  # on the same connection
    until(lambda: not server.watches)


def test_the_server_stops_cleanly_and_soon(server: PracticeServer) -> None:
    watches = [Watching(server, resourceVersion=now(server)) for _ in range(5)]
    begin = time.monotonic()
    server.stop()
    assert time.monotonic() - begin < 2
    assert [watch.rest() for watch in watches] == [[]] * 5


def test_who_hangs_up_is_followed_no_more(server: PracticeServer) -> None:
    watch = Watching(server, resourceVersion=now(server))
    until(lambda: len(server.watches) == 1)
    assert server.followers("wiring.githedgehog.com/v1beta1/servers") == 1
    assert (server.watches[0]["kind"], server.watches[0]["user"]) == ("servers", "practice:admin")
    watch.answer.close()
    watch.connection.close()
    until(lambda: not server.watches)
    assert server.followers("wiring.githedgehog.com/v1beta1/servers") == 0


def test_namespaces_and_definitions_can_be_watched(server: PracticeServer, client: Client) -> None:
    namespaces = Watching(server, "/api/v1/namespaces", resourceVersion=now(server, "/api/v1/namespaces"))
    server.put(host("s-1", namespace="lab"))
    assert short(namespaces.some(1)) == ["ADDED lab"]
    listed = client.get(CRDS)
    watch = Watching(server, CRDS, resourceVersion=version(listed.data))
    server.add_kind(widgets())
    fault = server.faults.hide("vpcs")
    server.faults.remove(fault)
    expected = ["ADDED widgets.lab.example", "DELETED vpcs.vpc.githedgehog.com", "ADDED vpcs.vpc.githedgehog.com"]
    assert short(watch.some(3)) == expected


def widgets() -> dict[str, Any]:
    names = {"kind": "Widget", "plural": "widgets"}
    spec = {"group": "lab.example", "names": names, "versions": [{"name": "v1"}]}
    return {"metadata": {"name": "widgets.lab.example"}, "spec": spec}


def test_a_kind_that_is_removed_is_served_no_more_and_its_objects_stay_stored(
    server: PracticeServer, client: Client
) -> None:
    server.put(vpc("vpc-1"))
    path = "vpc.githedgehog.com/v1beta1/vpcs"
    watch = Watching(server, VPCS, resourceVersion=now(server, VPCS))
    assert client.send("DELETE", f"/practice/kinds/{path}").status == 200
    assert watch.rest() == []
    assert (client.get(VPCS).status, Watching(server, VPCS).status) == (404, 404)
    assert [item["metadata"]["name"] for item in server.stored(path)] == ["vpc-1"]
    assert client.send("DELETE", f"/practice/kinds/{path}").status == 404
    with pytest.raises(KeyError):
        server.remove_kind(path)


def test_watches_of_a_kind_that_goes_end(server: PracticeServer) -> None:
    gone, stays = Watching(server, VPCS), Watching(server)
    fault = server.faults.hide("vpcs")
    assert gone.rest() == []
    assert Watching(server, VPCS).status == 404
    server.put(host("s-1"))
    assert short(stays.some(1)) == ["ADDED s-1"]
    server.faults.remove(fault)
    assert Watching(server, VPCS).status == 200


def test_discovery_says_that_kinds_can_be_watched(client: Client) -> None:
    resources = client.get("/apis/vpc.githedgehog.com/v1beta1").data["resources"]
    assert all("watch" in resource["verbs"] for resource in resources if "/" not in resource["name"])


def test_a_change_between_list_and_watch_is_not_missed(server: PracticeServer, client: Client) -> None:
    page = client.get(SERVERS)
    server.put(host("s-1"))
    server.put(vpc("vpc-1"))
    watch = Watching(server, resourceVersion=version(page.data))
    server.put(host("s-2"))
    assert short(watch.some(2)) == ["ADDED s-1", "ADDED s-2"]
