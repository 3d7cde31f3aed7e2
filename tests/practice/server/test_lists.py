"""Lists: pages of one moment, tokens that age, selectors, forms."""

import pytest

from practice.server import PracticeServer
from tests.practice.server.client import SERVERS, Client, host


def pages(client: Client, limit: int, **query: str) -> list[str]:
    """Every name, in as many pages as it takes."""
    names, token = [], ""
    while True:
        answer = client.get(SERVERS, limit=limit, **query, **({"continue": token} if token else {}))
        assert answer.status == 200, answer.body
        assert len(answer.names) <= limit
        names += answer.names
        token = answer.data["metadata"]["continue"]
        if not token:
            return names


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
def test_pages_make_up_the_whole_list(server: PracticeServer, client: Client, limit: int) -> None:
    server.put_all(host(f"s-{number}") for number in range(6))
    assert pages(client, limit) == [f"s-{number}" for number in range(6)]


def test_later_pages_show_the_first_pages_moment(server: PracticeServer, client: Client) -> None:
    server.put_all(host(f"s-{number}") for number in range(5))
    first = client.get(SERVERS, limit=2)
    assert first.data["metadata"]["remainingItemCount"] == 3
    server.delete("servers", "s-3")
    server.put(host("s-2", labels={"changed": "yes"}))
    server.put(host("s-9"))
    rest = client.get(SERVERS, **{"continue": first.data["metadata"]["continue"]})
    assert rest.names == ["s-2", "s-3", "s-4"]
    assert "labels" not in rest.data["items"][0]["metadata"]
    assert rest.data["metadata"]["resourceVersion"] == first.data["metadata"]["resourceVersion"]
    assert pages(client, 2) == ["s-0", "s-1", "s-2", "s-4", "s-9"]


def test_a_token_from_before_a_compaction_is_expired_and_brings_one_that_goes_on(
    server: PracticeServer, client: Client
) -> None:
    server.put_all(host(f"s-{number}") for number in range(5))
    token = client.get(SERVERS, limit=2).data["metadata"]["continue"]
    server.delete("servers", "s-3")
    server.compact()
    refused = client.get(SERVERS, limit=2, **{"continue": token})
    assert (refused.status, refused.data["reason"]) == (410, "Expired")
    fresh = refused.data["metadata"]["continue"]
    assert client.get(SERVERS, **{"continue": fresh}).names == ["s-2", "s-4"]


def test_a_list_can_be_asked_for_at_an_exact_version(server: PracticeServer, client: Client) -> None:
    server.put(host("s-0"))
    version = client.get(SERVERS).data["metadata"]["resourceVersion"]
    server.put(host("s-1"))
    exact = {"resourceVersion": version, "resourceVersionMatch": "Exact"}
    assert client.get(SERVERS, **exact).names == ["s-0"]
    server.compact()
    assert client.get(SERVERS, **exact).status == 410


@pytest.mark.parametrize("limit", [0, 500])
@pytest.mark.parametrize("packed", [True, False])
def test_ten_thousand_objects_are_all_there(limit: int, packed: bool) -> None:
    with PracticeServer(empty=True) as server:
        server.put_all(host(f"s-{number:05}", labels={"rack": str(number % 40)}) for number in range(10_000))
        client, seen, token, count = Client(server), [], "", 0
        while True:
            query = {"limit": limit, "continue": token} if limit else {}
            answer = client.send("GET", SERVERS, query=query, **({"Accept_Encoding": "gzip"} if packed else {}))
            seen, count = seen + answer.names, count + 1
            token = answer.data["metadata"]["continue"]
            if not token:
                break
        assert (count, len(seen), len(set(seen))) == (20 if limit else 1, 10_000, 10_000)
        assert (answer.headers["Content-Encoding"] == "gzip") is packed
        picked = client.get(SERVERS, labelSelector="rack in (1,2)", limit=1000)
        assert len(picked.names) == 500


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ("a", ["s-1", "s-2"]),
        ("!a", ["s-0"]),
        ("a=1", ["s-1"]),
        ("a==1,b", []),
        ("a!=1", ["s-0", "s-2"]),
        ("a in (1, 2)", ["s-1", "s-2"]),
        ("a notin (1)", ["s-0", "s-2"]),
        ("b=", ["s-2"]),
        ("example.com/x.y_z=ok", ["s-0"]),
    ],
)
def test_label_selectors(server: PracticeServer, client: Client, selector: str, names: list[str]) -> None:
    server.put(host("s-0", labels={"example.com/x.y_z": "ok"}))
    server.put(host("s-1", labels={"a": "1"}))
    server.put(host("s-2", labels={"a": "2", "b": ""}))
    assert client.get(SERVERS, labelSelector=selector).names == names
    assert pages(client, 1, labelSelector=selector) == names


@pytest.mark.parametrize("selector", ["a in b", "a in (b", "=1", "a=1 b=2", "!", "a,,b", "a~b"])
def test_selectors_that_cannot_be_read_are_refused(client: Client, selector: str) -> None:
    assert client.get(SERVERS, labelSelector=selector).status == 400
