"""Which addresses may be connected to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_hedgehog.cluster import Cluster, ClusterError, ErrorCode, check, parse_networks
from netbox_hedgehog.cluster.auth.allowed_networks import check_addresses
from netbox_hedgehog.cluster.http import transport as transport_module
from tests.pure.cluster.api import Api
from tests.pure.cluster.servers import Reply, Server

ELSEWHERE = parse_networks(["10.20.0.0/16", "2001:db8::/32"])
LOOPBACK = parse_networks(["127.0.0.0/8", "::1"])


def refused(do):
    with pytest.raises(ClusterError) as error:
        do()
    assert error.value.code == ErrorCode.ADDRESS_NOT_ALLOWED
    return error.value


def test_an_address_outside_is_refused_before_anything_is_sent(https, target_of):
    server = https(Api(["a"]))
    with Cluster(target_of(server, allowed=ELSEWHERE)) as cluster:
        error = refused(cluster.version)
    assert "127.0.0.1, which NetBox may not connect to" in error.message
    assert "allowed_addresses" in error.hint
    assert server.seen == []


def test_an_address_inside_is_reached(https, target_of):
    with Cluster(target_of(https(Api(["a"])), allowed=LOOPBACK)) as cluster:
        assert cluster.discover().resources


def test_a_name_that_resolves_to_something_else_a_moment_later_gets_no_request(https, target_of, monkeypatch):
    monkeypatch.setattr(transport_module, "resolve", lambda *_: ["10.20.0.1"])
    server = https(Api(["a"]))
    with Cluster(target_of(server, allowed=ELSEWHERE)) as cluster:
        refused(cluster.version)
    assert server.seen == []


def test_a_connection_test_says_so_at_its_first_step(https, target_of):
    found = check(target_of(https(Api(["a"])), allowed=ELSEWHERE))
    assert found.error.code == ErrorCode.ADDRESS_NOT_ALLOWED
    assert [(step.name, step.ok) for step in found.steps] == [("resolve", False)]


def test_a_proxy_has_to_be_inside_too(https, target_of):
    with Server(Reply(body=b"{}")) as proxy:
        target = target_of(https(Api(["a"])), allowed=ELSEWHERE, proxy_url=proxy.url)
        with Cluster(target) as cluster:
            refused(cluster.version)
    assert proxy.seen == []


@pytest.mark.parametrize("text", ["10.0.0.1/8", "example.com", "10.0.0.0/33", "", "10.0.0.0-10.0.0.9"])
def test_what_is_no_network_is_named(text):
    with pytest.raises(ValueError, match=r".*" if not text else text[:8]):
        parse_networks(["10.0.0.0/8", text])


@pytest.mark.parametrize("address", ["::ffff:10.20.3.4", "10.20.255.255", "2001:db8::1", "2001:db8::1%eth0"])
def test_an_address_is_known_however_it_is_written(address):
    check_addresses([address], ELSEWHERE, "host", 443)


@given(st.lists(st.ip_addresses(), min_size=1))
def test_one_address_outside_is_enough_and_no_limit_allows_all(addresses):
    texts = [str(address) for address in addresses]
    check_addresses(texts, (), "host", 443)
    inside = all(any(address in network for network in ELSEWHERE) for address in addresses)
    if inside:
        check_addresses(texts, ELSEWHERE, "host", 443)
    else:
        refused(lambda: check_addresses(texts, ELSEWHERE, "host", 443))
