"""Reading an API server that behaves: the practice server, and a real one."""

import dataclasses
import time

import msgspec
import pytest

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster import Cluster, ClusterError, ErrorCode, Token, check
from tests.practice.cluster.conftest import ROCKETS, SERVERS

SUFFIX = ".githedgehog.com"


def names(pages):
    return [[msgspec.json.decode(item)["metadata"]["name"] for item in page.items] for page in pages]


def as_reader(api, **changes):
    return dataclasses.replace(api.admin, credential=Token(api.reader_token), **changes)


def test_all_hedgehog_kinds_are_discovered_as_we_describe_them(cluster):
    found = cluster.discover()
    assert found.problems == ()
    served = {(one.group, one.version, one.kind, one.plural) for one in found.resources if one.group != ROCKETS.group}
    assert served == {(kind.group, kind.version, kind.kind, kind.plural) for kind in kinds.KINDS}
    assert all({"get", "list", "watch"} <= set(one.verbs) and one.namespaced for one in found.resources)


def test_plain_discovery_finds_the_same(cluster, monkeypatch):
    aggregated = cluster.discover()
    monkeypatch.setattr("netbox_hedgehog.cluster.verbs.discovering._ACCEPT", "application/json")
    plain = cluster.discover()
    assert sorted(plain.resources) == sorted(aggregated.resources)
    assert plain.problems == ()


def test_a_kind_that_nobody_knows_is_discovered(api, cluster):
    names = {"kind": ROCKETS.kind, "listKind": "RocketList", "plural": ROCKETS.plural, "singular": "rocket"}
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": ROCKETS.version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    api.add_kind(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{ROCKETS.plural}.{ROCKETS.group}"},
            "spec": {"group": ROCKETS.group, "names": names, "scope": "Namespaced", "versions": [version]},
        }
    )
    until = time.monotonic() + 10
    while not (found := [one for one in cluster.discover().resources if one.group == ROCKETS.group]):
        assert time.monotonic() < until
        time.sleep(0.2)
    assert found[0][:5] == ROCKETS[:5]


def test_a_list_comes_in_pages_of_one_moment(api, cluster):
    api.create_servers("pages", ["a", "b", "c", "d", "e"])
    pages = cluster.list(SERVERS, namespace="pages", limit=2)
    first = next(pages)
    api.create_servers("pages", ["f"])
    rest = list(pages)
    assert names([first, *rest]) == [["a", "b"], ["c", "d"], ["e"]]
    assert [page.remaining for page in (first, *rest)] == [3, 1, None]
    assert len({page.resource_version for page in (first, *rest)}) == 1


def test_items_are_whole_objects(api, cluster):
    api.create_servers("items", ["a"])
    item = msgspec.json.decode(next(cluster.list(SERVERS, namespace="items")).items[0])
    assert (item["apiVersion"], item["kind"]) == ("wiring.githedgehog.com/v1beta1", "Server")
    assert item == cluster.get(SERVERS, "items", "a")


def test_a_namespace_with_nothing_in_it(cluster):
    assert names(cluster.list(SERVERS, namespace="nothing-here")) == [[]]


def test_an_object_that_is_not_there(cluster):
    with pytest.raises(ClusterError) as caught:
        cluster.get(SERVERS, "default", "none")
    assert (caught.value.code, caught.value.status) == (ErrorCode.NOT_FOUND, 404)
    assert "kubectl get servers.wiring.githedgehog.com -A" in caught.value.hint


def test_a_kind_that_is_not_served(cluster):
    with pytest.raises(ClusterError) as caught:
        list(cluster.list(SERVERS._replace(version="v0")))
    assert caught.value.code == ErrorCode.NOT_FOUND


def test_a_token_that_is_wrong(api):
    target = dataclasses.replace(api.admin, credential=Token("wrong"))
    with Cluster(target) as cluster, pytest.raises(ClusterError) as caught:
        cluster.version()
    assert (caught.value.code, caught.value.message) == (ErrorCode.UNAUTHORIZED, "Unauthorized")


def test_a_token_without_rights(api):
    with Cluster(as_reader(api)) as cluster:
        assert len(cluster.discover().resources) >= len(kinds.KINDS)
        with pytest.raises(ClusterError) as caught:
            list(cluster.list(SERVERS))
    error = caught.value
    assert error.code == ErrorCode.FORBIDDEN
    assert (error.facts["verb"], error.facts["resource"]) == ("list", "servers.wiring.githedgehog.com")
    assert "may list servers.wiring.githedgehog.com" in error.hint


def test_rights_can_be_asked_for(api, cluster):
    assert cluster.may_i("list", SERVERS)
    with Cluster(as_reader(api)) as reader:
        assert not reader.may_i("list", SERVERS, "default")


def test_the_connection_test_of_an_administrator(api):
    result = check(api.admin)
    assert result.error is None
    assert [step.name for step in result.steps] == [
        "resolve", "connect", "tls", "authenticate", "version", "discover", "list",
    ]  # fmt: skip
    details = {step.name: step.detail for step in result.steps}
    assert details["version"].startswith("v1.")
    assert details["list"].startswith("all ")


def test_the_connection_test_of_a_token_without_rights(api):
    result = check(as_reader(api))
    assert (result.steps[-1].name, result.error.code) == ("list", ErrorCode.FORBIDDEN)
    assert "cannot list resource" in result.error.message
    assert "kinds cannot be listed" in result.error.message


def test_the_connection_test_with_another_ca(api):
    with Cluster(api.admin) as cluster:
        cluster.version()
    result = check(dataclasses.replace(api.admin, ca_pem=None))
    assert (result.steps[-1].name, result.error.code) == ("tls", ErrorCode.TLS_UNKNOWN_CA)
