"""A store that is put back to an earlier state, as when an API server comes back on an older backup."""

from pathlib import Path

import pytest

from practice.server import PracticeServer
from tests.practice.server.client import SERVERS, Client, host
from tests.practice.server.watching import BROKEN, Watching, now, short, version


def test_objects_and_versions_go_back_and_watches_are_cut(server: PracticeServer, client: Client) -> None:
    first = server.put(host("s-1"))
    backup = server.backup()
    server.put(host("s-1", labels={"a": "b"}))
    server.put_all([host("s-2"), host("s-3")])
    later = now(server)
    watch = Watching(server, resourceVersion=later)
    server.restore(*backup)
    with pytest.raises(BROKEN):
        watch.rest()
    assert client.get(SERVERS).names == ["s-1"]
    assert server.get("servers", "s-1") == first
    assert now(server) == backup[1] < later
    assert version(server.put(host("s-4"))) == backup[1] + 1


def test_a_watch_of_a_version_that_is_no_more_is_silent(server: PracticeServer) -> None:
    """What a client must notice by itself: the server takes the version for one of the future."""
    backup = server.backup()
    server.put_all(host(f"s-{number}") for number in range(5))
    later = now(server)
    server.restore(*backup)
    watch = Watching(server, resourceVersion=later)
    server.put(host("s-9"))
    assert watch.is_silent()


def test_history_does_not_reach_behind_a_restore(server: PracticeServer) -> None:
    old = now(server)
    server.put(host("s-1"))
    server.restore(*server.backup())
    assert short(Watching(server, resourceVersion=old).rest()) == ["ERROR"]


def test_without_a_backup_nothing_is_left(server: PracticeServer, client: Client) -> None:
    server.put_all(host(f"s-{number}") for number in range(5))
    later = now(server)
    server.restore()
    assert client.get(SERVERS).names == []
    assert now(server) < later
    assert client.send("POST", SERVERS, host("s-1")).status == 201  # its namespace is there


def test_watches_can_be_kept_over_it(server: PracticeServer) -> None:
    backup = server.backup()
    watch = Watching(server, resourceVersion=now(server))
    first = server.put(host("s-1"))
    assert short(watch.some(1)) == ["ADDED s-1"]
    server.restore(*backup, drop=False)
    server.put(host("s-2"))
    event = watch.next()
    assert (short([event]), version(event)) == (["ADDED s-2"], version(first))


def test_over_http_and_beyond_the_usual_size_of_a_body(server: PracticeServer, client: Client) -> None:
    server.put_all(host(f"s-{number}", annotations={"x": "y" * 100_000}) for number in range(40))
    backup = client.get("/practice/backup").data
    watch = Watching(server, resourceVersion=now(server))
    assert client.send("POST", "/practice/restore").status == 200
    with pytest.raises(BROKEN):
        watch.rest()
    assert client.get(SERVERS).names == []
    assert client.send("POST", "/practice/restore", backup).data == {"version": backup["version"]}
    assert len(client.get(SERVERS).names) == 40
    assert client.send("POST", "/practice/restore", {"objects": {"a/b/c": [{}]}}).status == 400


@pytest.mark.parametrize("later", [[], ["s-2"]])  # s-2 gets the version that s-1 had
def test_a_restore_is_kept_over_a_restart(tmp_path: Path, later: list[str]) -> None:
    with PracticeServer(tmp_path / "d", empty=True) as server:
        backup = server.backup()
        server.put(host("s-1"))
        server.save()
        server.restore(*backup)
        server.put_all(host(name) for name in later)
    with PracticeServer(tmp_path / "d") as server:
        assert [item["metadata"]["name"] for item in server.list("servers")] == later
