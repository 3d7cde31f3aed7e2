"""Reading an API server that does not behave. The numbers are those of the faults that a sync must survive."""

import time

import pytest

from netbox_hedgehog.cluster import ApiResource, Cluster, ClusterError, ErrorCode, Token, check, read_kubeconfig
from practice.server import PracticeServer, Rule
from tests.practice.cluster.conftest import SERVERS

VPCS = ApiResource("vpc.githedgehog.com", "v1beta1", "VPC", "vpcs")
COUNT = 12


def server(name: str) -> dict:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server", "metadata": metadata, "spec": {}}


@pytest.fixture
def cluster(practice):
    for number in range(COUNT):
        metadata = {"name": f"s-{number:02}", "namespace": "default"}
        practice.put(
            {"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server", "metadata": metadata, "spec": {}}
        )
    with Cluster(read_kubeconfig(practice.kubeconfig), connect_timeout=1, read_timeout=1) as opened:
        yield opened


def caught(do) -> ClusterError:
    with pytest.raises(ClusterError) as error:
        do()
    return error.value


def listed(cluster, resource=SERVERS, limit=5) -> int:
    return sum(len(page.items) for page in cluster.list(resource, limit=limit))


def test_fault_2_a_continue_token_that_expired_ends_the_list(practice, cluster):
    pages = cluster.list(SERVERS, limit=5)
    next(pages)
    practice.put(server("z"))
    practice.compact()
    error = caught(lambda: list(pages))
    assert (error.code, error.status, error.transient) == (ErrorCode.EXPIRED, 410, True)
    assert listed(cluster) == COUNT + 1  # begun again, it is whole


def test_fault_10_a_page_that_fails_ends_the_list(practice, cluster):
    practice.faults.fail(500, kind="servers", after=2)
    pages = cluster.list(SERVERS, limit=5)
    assert [len(next(pages).items), len(next(pages).items)] == [5, 5]
    assert caught(lambda: next(pages)).code == ErrorCode.SERVER_ERROR


def test_fault_11_an_empty_list_looks_like_one(practice, cluster):
    practice.faults.add("empty", kind="servers")
    assert listed(cluster) == 0  # nothing in the answer tells; the guard of the sync has to


def test_fault_12_one_forbidden_kind_leaves_the_others(practice, cluster):
    practice.faults.forbid("servers")
    error = caught(lambda: listed(cluster))
    assert (error.code, error.facts["verb"]) == (ErrorCode.FORBIDDEN, "list")
    assert listed(cluster, VPCS) == 0


def test_fault_12_a_role_that_lacks_one_kind(practice, cluster):
    rule = Rule(("get", "list"), ("vpc.githedgehog.com",), ("vpcs",))
    with Cluster(
        cluster.target.__class__(practice.url, practice.ca_pem, Token(practice.user("auditor", rule)))
    ) as auditor:
        assert listed(auditor, VPCS) == 0
        error = caught(lambda: listed(auditor))
    assert error.code == ErrorCode.FORBIDDEN
    assert error.facts["user"] == "auditor"


def test_fault_13_a_kind_whose_definition_is_gone(practice, cluster):
    practice.faults.add("missing", kind="servers")
    assert SERVERS.plural not in {one.plural for one in cluster.discover().resources}
    assert caught(lambda: listed(cluster)).code == ErrorCode.NOT_FOUND


def test_fault_16_an_overloaded_server_says_how_long_to_wait(practice, cluster):
    practice.faults.throttle(retry_after=7, kind="servers", times=1)
    error = caught(lambda: listed(cluster))
    assert (error.code, error.retry_after, error.transient) == (ErrorCode.OVERLOADED, 7.0, True)
    assert listed(cluster) == COUNT


def test_fault_17_a_credential_that_ends_in_mid_list(practice, cluster):
    practice.faults.add("unauthorized", kind="servers", after=1)
    pages = cluster.list(SERVERS, limit=5)
    next(pages)
    assert caught(lambda: next(pages)).code == ErrorCode.UNAUTHORIZED


def test_fault_18_a_server_for_another_host_and_one_out_of_date():
    with PracticeServer(empty=True, hosts=("other.example",)) as server:
        assert check(read_kubeconfig(server.kubeconfig)).error.code == ErrorCode.TLS_WRONG_HOST
    with PracticeServer(empty=True, expired=True) as server:
        assert check(read_kubeconfig(server.kubeconfig)).error.code == ErrorCode.TLS_EXPIRED


@pytest.mark.parametrize("after", [0, 1])
def test_a_cut_answer_is_no_answer(practice, cluster, after):
    practice.faults.add("cut", kind="servers", after=after, times=1)
    assert caught(lambda: listed(cluster)).code == ErrorCode.ANSWER_CUT
    assert listed(cluster) == COUNT


def test_a_dropped_connection(practice, cluster):
    practice.faults.add("drop", kind="servers", times=1)
    assert caught(lambda: listed(cluster)).code == ErrorCode.CONNECTION_LOST
    assert listed(cluster) == COUNT


def test_a_server_that_falls_silent(practice, cluster):
    practice.faults.add("silent", kind="servers", times=1)
    begun = time.monotonic()
    assert caught(lambda: listed(cluster)).code == ErrorCode.TIMED_OUT
    assert time.monotonic() - begun < 3


def test_fault_65_a_slow_server_is_waited_for(practice, cluster):
    practice.faults.latency(0.4, kind="servers")
    assert listed(cluster) == COUNT


def test_a_server_that_answers_html(practice, cluster):
    practice.faults.add("html")
    result = check(cluster.target)
    assert (result.steps[-1].name, result.error.code) == ("version", ErrorCode.NOT_KUBERNETES)


def test_an_api_without_hedgehogs_kinds(practice, cluster):
    for resource in cluster.discover().resources:
        practice.faults.add("missing", kind=resource.plural)
    result = check(cluster.target)
    assert (result.steps[-1].name, result.error.code) == ("discover", ErrorCode.NO_HEDGEHOG_CRDS)


def test_fault_19_ten_thousand_objects_are_listed_in_a_second(practice, cluster):
    links = [{"server": {"port": "s/e1"}, "switch": {"port": f"leaf/E1/{n}"}} for n in range(4)]
    practice.put_all(
        {
            "apiVersion": "wiring.githedgehog.com/v1beta1",
            "kind": "Connection",
            "metadata": {"name": f"c-{number:05}", "namespace": "default"},
            "spec": {"eslag": {"links": links}},
        }
        for number in range(10_000)
    )
    begun = time.process_time()
    assert listed(cluster, SERVERS._replace(kind="Connection", plural="connections"), limit=500) == 10_000
    assert time.process_time() - begun < 3.0  # server and client in one process; about 0.5 s on a quiet machine
