"""Names of hosts and servers beyond ASCII, and those that no host can have; and where no TLS is taken."""

import pytest

from netbox_hedgehog.cluster import ClusterError, ErrorCode, Target, Token, check
from tests.pure.cluster.api import Api
from tests.pure.cluster.servers import Server

NONE = [
    "https://a..b\u2024c",
    f"https://{'a' * 64}.example",
    "https://ö" + "ö" * 70,
    "https://[::1",
    "https://\ud800",
    "https://a\0b",
]


@pytest.mark.parametrize(
    ("given", "server"),
    [
        ("https://fäbric.example:6443/p", "https://xn--fbric-gra.example:6443/p"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("https://ＦＡＢＲＩＣ.example", "https://fabric.example"),
        ("https://fabric_1.example", "https://fabric_1.example"),
    ],
)
def test_a_host_goes_over_the_wire_as_dns_has_it(given, server):
    assert Target(given).server == server


@pytest.mark.parametrize("given", NONE, ids=ascii)
def test_what_no_host_can_be_called_is_refused_before_anything_is_asked(given):
    with pytest.raises(ClusterError) as caught:
        Target(given)
    assert caught.value.code == ErrorCode.NAME_NOT_RESOLVED


@pytest.mark.parametrize("name", [".a", "a b", "a\0b", "x" * 64, "ö" * 70, "\ud800"], ids=ascii)
def test_what_no_certificate_can_be_for_is_refused_before_anything_is_asked(name):
    with pytest.raises(ClusterError) as caught:
        Target("https://127.0.0.1", tls_server_name=name)
    assert (caught.value.code, "tls-server-name" in caught.value.message) == (ErrorCode.KUBECONFIG_INVALID, True)


def test_a_server_name_beyond_ascii_ends_the_test_with_the_certificates_name(https, target_of):
    result = check(target_of(https(Api()), tls_server_name="fäbric.example"))
    assert (result.steps[-1].name, result.error.code) == ("tls", ErrorCode.TLS_WRONG_HOST)


@pytest.mark.parametrize("credential", [None, Token("t")])
@pytest.mark.parametrize("server", ["http://10.0.0.1", "http://fabric.example:8080", "http://[fd00::1]", "HTTP://a"])
def test_plain_http_is_for_this_host_alone(server, credential):
    with pytest.raises(ClusterError) as caught:
        Target(server, credential=credential)
    assert caught.value.code == ErrorCode.CREDENTIAL_INVALID
    assert "not encrypted" in caught.value.message
    assert "https://" in caught.value.hint


@pytest.mark.parametrize("server", ["http://127.0.0.1:1", "http://localhost", "http://[::1]:8001", "http://127.9.9.9"])
def test_plain_http_to_this_host_is_taken_but_not_through_a_proxy(server):
    assert not Target(server).encrypted
    with pytest.raises(ClusterError, match="through a proxy is not encrypted"):
        Target(server, proxy_url="http://proxy:3128")


def test_the_connection_test_says_that_it_is_not_encrypted():
    with Server(Api()) as server:
        result = check(Target(server.url))
    assert result.ok
    (step,) = (step for step in result.steps if step.name == "tls")
    assert step.ok
    assert step.detail.startswith("NOT encrypted")
