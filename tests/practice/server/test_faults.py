"""Each fault does what it says, to the requests that it is meant for, and is gone when it is switched off."""

import http.client
import ssl
import time
from typing import Any

import pytest

from practice.server import PracticeServer
from tests.practice.server.client import SERVERS, VPCS, Client, host, vpc

REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@pytest.fixture(autouse=True)
def objects(server: PracticeServer) -> None:
    server.put_all([vpc("vpc-1"), *(host(f"s-{number}") for number in range(5))])


def test_latency(server: PracticeServer, client: Client) -> None:
    server.faults.latency(0.3, kind="vpcs")
    begin = time.monotonic()
    assert client.get(VPCS).status == 200
    slow = time.monotonic() - begin
    assert client.get(SERVERS).status == 200
    assert slow >= 0.3
    assert time.monotonic() - begin - slow < 0.3


def test_server_errors_are_status_objects_and_end_after_so_many_times(server: PracticeServer, client: Client) -> None:
    fault = server.faults.fail(503, kind="vpcs", times=2)
    assert [client.get(VPCS).status for _ in range(3)] == [503, 503, 200]
    assert server.faults.hits(fault) == 2


def test_too_many_requests_says_when_to_come_back(server: PracticeServer, client: Client) -> None:
    server.faults.throttle(retry_after=7, kind="servers")
    answer = client.get(SERVERS)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    assert answer.data["details"]["retryAfterSeconds"] == 7


def test_a_dropped_connection(server: PracticeServer, client: Client) -> None:
    server.faults.add("drop", kind="vpcs", times=1)
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected, ssl.SSLError)):
        client.get(VPCS)
    assert client.get(VPCS).status == 200


def test_an_answer_that_is_cut(server: PracticeServer, client: Client) -> None:
    server.faults.add("cut", kind="servers", times=1)
    with pytest.raises((http.client.IncompleteRead, ConnectionError, ssl.SSLError)):
        client.get(SERVERS)
    assert len(client.get(SERVERS).names) == 5


def test_silence(server: PracticeServer) -> None:
    server.faults.add("silent", kind="vpcs")
    with pytest.raises(TimeoutError):
        Client(server, timeout=0.4).get(VPCS)


def test_silence_does_not_keep_the_server_from_stopping(server: PracticeServer) -> None:
    server.faults.add("silent")
    with pytest.raises(TimeoutError):
        Client(server, timeout=0.2).get(VPCS)
    begin = time.monotonic()
    server.stop()
    assert time.monotonic() - begin < 3


def test_an_empty_list_where_there_were_objects(server: PracticeServer, client: Client) -> None:
    fault = server.faults.empty("servers")
    assert (client.get(SERVERS).status, client.get(SERVERS).names) == (200, [])
    assert client.get(f"{SERVERS}/s-1").status == 200
    server.faults.remove(fault)
    assert len(client.get(SERVERS).names) == 5


def test_a_forbidden_kind_is_forbidden_in_reviews_too(server: PracticeServer, client: Client) -> None:
    server.faults.forbid("vpcs")
    answer = client.get(VPCS)
    assert (answer.status, answer.data["details"]["kind"]) == (403, "vpcs")
    assert not allowed(client, "vpcs")
    assert allowed(client, "servers")
    server.faults.clear()
    assert client.get(VPCS).status == 200


def allowed(client: Client, plural: str) -> bool:
    group = "vpc" if plural == "vpcs" else "wiring"
    attributes = {"group": f"{group}.githedgehog.com", "resource": plural, "verb": "list", "namespace": "default"}
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    return bool(client.send("POST", REVIEW, body).data["status"]["allowed"])


def test_a_missing_kind_is_gone_from_discovery_and_comes_back(server: PracticeServer, client: Client) -> None:
    fault = server.faults.hide("vpcs")
    assert client.get(VPCS).status == 404
    assert "vpcs" not in resources(client)
    server.faults.remove(fault)
    assert client.get(VPCS).names == ["vpc-1"]
    assert "vpcs" in resources(client)


def resources(client: Client) -> set[str]:
    return {resource["name"] for resource in client.get("/apis/vpc.githedgehog.com/v1beta1").data["resources"]}


def test_expired_tokens_from_the_second_page_on(server: PracticeServer, client: Client) -> None:
    server.faults.add("expire", kind="servers")
    first = client.get(SERVERS, limit=2)
    assert first.status == 200
    second = client.get(SERVERS, limit=2, **{"continue": first.data["metadata"]["continue"]})
    assert (second.status, second.data["reason"]) == (410, "Expired")


def test_a_page_of_html_where_json_was_expected(server: PracticeServer, client: Client) -> None:
    server.faults.add("html", kind="servers")
    answer = client.get(SERVERS)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_a_server_that_is_none(server: PracticeServer, client: Client) -> None:
    server.faults.add("html")
    assert client.get("/version").body.startswith(b"<!doctype html>")
    assert client.get("/apis").body.startswith(b"<!doctype html>")


def test_one_group_alone_fails(server: PracticeServer, client: Client) -> None:
    server.faults.fail(503, path="/apis/vpc.githedgehog.com")
    assert client.get("/apis/vpc.githedgehog.com/v1beta1").status == 503
    assert client.get("/apis/wiring.githedgehog.com/v1beta1").status == 200


def test_credentials_that_end_in_the_middle(server: PracticeServer, client: Client) -> None:
    server.faults.add("unauthorized", after=2)
    assert [client.get(SERVERS).status for _ in range(4)] == [200, 200, 401, 401]


def test_a_malformed_object_among_good_ones(server: PracticeServer, client: Client) -> None:
    server.faults.add("malformed", kind="servers")
    items = client.get(SERVERS).data["items"]
    assert len(items) == 6
    assert sum(not isinstance(item["spec"], dict) for item in items) == 1


def test_page_three_alone_fails(server: PracticeServer, client: Client) -> None:
    server.faults.fail(500, kind="servers", verb="list", after=2)
    statuses, token = [], ""
    while True:
        answer = client.get(SERVERS, limit=1, **({"continue": token} if token else {}))
        statuses.append(answer.status)
        if answer.status != 200:
            break
        token = answer.data["metadata"]["continue"]
    assert statuses == [200, 200, 500]


@pytest.mark.parametrize("settings", [{"fault": "flood"}, {"fault": "latency", "minutes": 3}, {"fault": "missing"}, {}])
def test_faults_that_are_not_known_are_refused(client: Client, settings: dict[str, Any]) -> None:
    assert client.send("POST", "/practice/faults", settings).status == 400


def test_faults_over_http(client: Client) -> None:
    made = client.send("POST", "/practice/faults", {"fault": "forbid", "kind": "vpcs"})
    assert made.status == 201
    assert client.get(VPCS).status == 403
    assert [fault["fault"] for fault in client.get("/practice/faults").data["faults"]] == ["forbid"]
    assert client.send("DELETE", f"/practice/faults/{made.data['id']}").status == 200
    assert client.get(VPCS).status == 200
    assert client.send("DELETE", "/practice/faults/99").status == 404


def test_a_kind_can_be_added_over_http(client: Client) -> None:
    spec = {
        "group": "lab.githedgehog.com",
        "names": {"kind": "Widget", "plural": "widgets"},
        "versions": [{"name": "v1"}],
    }
    made = client.send("POST", "/practice/kinds", {"metadata": {"name": "widgets.lab.githedgehog.com"}, "spec": spec})
    assert (made.status, made.data["path"]) == (201, "lab.githedgehog.com/v1/widgets")
    assert client.get("/apis/lab.githedgehog.com/v1/widgets").names == []
    crds = client.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
    assert "widgets.lab.githedgehog.com" in crds.names
    assert client.send("POST", "/practice/kinds", {"spec": {}}).status == 400


def test_faults_are_for_the_admin_alone(server: PracticeServer) -> None:
    assert Client(server, server.reader_token).get("/practice/faults").status == 403
    assert Client(server, "").send("POST", "/practice/faults", {"fault": "drop"}).status == 403
