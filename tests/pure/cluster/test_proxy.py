"""Through a proxy: who is told what, and of whom what goes wrong is told."""

import base64
import dataclasses
import socket

import pytest

from netbox_hedgehog.cluster import Cluster, ClusterError, ErrorCode, Target, check, parse_networks
from tests.pure.cluster.api import GROUP, Api
from tests.pure.cluster.certificates import Authority, server_context
from tests.pure.cluster.proxies import proxy
from tests.pure.cluster.servers import Reply, Server, closed_port, raw

REFUSED = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"
VPCS = {"watch": "true"}


def error_of(target: Target) -> ClusterError:
    with Cluster(target, 1.0, 1.0) as cluster, pytest.raises(ClusterError) as caught:
        cluster.version()
    return caught.value


@pytest.fixture
def tls(tmp_path):
    """The context of a server whose certificate is of AUTHORITY, in a directory of its own."""

    def make(authority: Authority, hosts=("127.0.0.1",)):
        directory = tmp_path / f"tls-{len(list(tmp_path.iterdir()))}"
        directory.mkdir()
        return server_context(authority.issue("proxy", hosts), directory)

    return make


@pytest.mark.parametrize(
    ("login", "sent"),
    [
        ("me:pass", b"me:pass"),
        ("user:%C4%98word", "user:Ęword".encode()),
        ("j%C3%B6rg:%F0%9F%94%91", "jörg:🔑".encode()),
        ("%FF:%00", b"\xff:\x00"),
        ("a%3Ab:c:d", b"a:b:c:d"),
        (":secret", b":secret"),
        ("me", b"me:"),
    ],
)
def test_login_is_sent_as_go_sends_it(target_of, https, login, sent):
    with (
        proxy() as between,
        Cluster(target_of(https(Api()), proxy_url=f"http://{login}@127.0.0.1:{between.port}")) as c,
    ):
        assert c.version().minor == "36"
    assert [base64.b64decode(each.removeprefix("Basic ")) for each in between.logins()] == [sent]


@pytest.mark.parametrize(
    "url",
    ["http://u:ö@p:1", "http://u:%zz@p:1", "http://u:%4@p:1", "http://u:a b@p:1", "http://u:s3cret@[::1", "http://"],
)
def test_proxy_addresses_that_kubectl_refuses_are_refused_without_their_login(url):
    with pytest.raises(ClusterError) as caught:
        Target("https://a", proxy_url=url)
    assert caught.value.code == ErrorCode.KUBECONFIG_INVALID
    assert "s3cret" not in caught.value.message + caught.value.hint


def test_a_407_is_told_of_the_proxy(target_of, https):
    with proxy(answer=REFUSED) as between:
        error = error_of(target_of(https(Api()), proxy_url=f"http://me:s3cret@127.0.0.1:{between.port}"))
    assert (error.code, error.transient) == (ErrorCode.PROXY_FAILED, False)
    assert error.message.startswith("the proxy: ")
    assert "407" in error.message
    assert "proxy-url" in error.hint
    assert (error.facts["host"], error.facts["port"]) == ("127.0.0.1", between.port)
    assert "s3cret" not in error.message + error.hint


def test_another_refusal_of_a_tunnel_has_a_hint_about_the_proxy(target_of, https):
    with proxy(answer=b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as between:
        error = error_of(target_of(https(Api()), proxy_url=f"http://127.0.0.1:{between.port}"))
    assert (error.code, f"administrator of the proxy 127.0.0.1:{between.port}" in error.hint) == (
        ErrorCode.NO_ROUTE,
        True,
    )


def test_a_407_to_a_request_without_a_tunnel_is_told_of_the_proxy():
    with Server(lambda _: Reply(407, "log in", type="text/plain")) as server:
        error = error_of(Target(server.url))
    assert (error.code, "407" in error.message) == (ErrorCode.PROXY_FAILED, True)


@pytest.mark.parametrize("extra", [False, True])
def test_an_https_proxy_may_have_an_authority_of_its_own(target_of, https, authority, tls, extra):
    own, server = Authority("the proxy's"), https(Api())
    with proxy(tls(own)) as between:
        url = f"https://me:pass@127.0.0.1:{between.port}"
        target = target_of(server, proxy_url=url, ca_pem=authority.pem + (own.pem if extra else ""))
        if extra:
            with Cluster(target, 1.0, 1.0) as cluster:
                assert cluster.version().minor == "36"
            assert between.logins() == ["Basic bWU6cGFzcw=="]
            return
        error = error_of(target)
    assert error.code == ErrorCode.PROXY_FAILED
    assert error.message.startswith(f"the proxy 127.0.0.1:{between.port}: certificate verify failed")
    assert "certificate-authority-data" in error.hint
    assert between.logins() == []


def test_an_https_proxy_may_be_vouched_for_by_the_host(target_of, https, tls, tmp_path, monkeypatch):
    own = Authority("the host's")
    (tmp_path / "host.pem").write_text(own.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "host.pem"))
    with proxy(tls(own)) as between:
        target = target_of(https(Api()), proxy_url=f"https://127.0.0.1:{between.port}")
        with Cluster(target, 1.0, 1.0) as cluster:
            assert cluster.version().minor == "36"


def test_the_proxys_authority_does_not_vouch_for_the_server_where_the_host_alone_trusts_it(
    target_of, https, tls, tmp_path, monkeypatch
):
    own = Authority("the host's")
    (tmp_path / "host.pem").write_text(own.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "host.pem"))
    with proxy(tls(own)) as between:
        server = https(Api(), own.issue("server"))
        error = error_of(target_of(server, proxy_url=f"https://127.0.0.1:{between.port}"))
    assert error.code == ErrorCode.TLS_UNKNOWN_CA
    assert "proxy" not in error.message


def test_an_https_proxy_within_the_limits_of_the_administrator(target_of, https, tls, authority):
    with proxy(tls(authority)) as between:
        url = f"https://127.0.0.1:{between.port}"
        inside = target_of(https(Api()), proxy_url=url, allowed=parse_networks(["127.0.0.0/8"]))
        with Cluster(inside, 1.0, 1.0) as cluster:
            assert cluster.version().minor == "36"
        assert (
            error_of(dataclasses.replace(inside, allowed=parse_networks(["10.0.0.0/8"]))).code
            == ErrorCode.ADDRESS_NOT_ALLOWED
        )


def test_a_watch_goes_through_an_https_proxy(target_of, https, tls, authority):
    event = b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}\n'
    answer = Api(paths={f"/apis/{GROUP}/v1beta1/vpcs": Reply(body=event)})
    with proxy(tls(authority)) as between:
        target = target_of(https(answer), proxy_url=f"https://127.0.0.1:{between.port}")
        with Cluster(target, 1.0, 1.0) as cluster:
            (resource,) = cluster.discover().resources
            with cluster.watch(resource, None, "1", silence=2.0) as watch:
                assert [each.resource_version for each in watch] == ["7"]


def test_a_certificate_of_the_proxy_for_another_host(target_of, https, authority, tls):
    with proxy(tls(authority, hosts=("elsewhere",))) as between:
        error = error_of(target_of(https(Api()), proxy_url=f"https://127.0.0.1:{between.port}"))
    assert (error.code, "the proxy" in error.message) == (ErrorCode.PROXY_FAILED, True)
    assert "tls-server-name" not in error.hint


def test_a_proxy_that_speaks_no_tls(target_of, https):
    with raw(lambda connection: connection.recv(1) and connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        error = error_of(target_of(https(Api()), proxy_url=f"https://127.0.0.1:{port}"))
    assert error.code == ErrorCode.PROXY_FAILED
    assert "http://" in error.hint


def test_a_proxy_that_is_not_there_is_told_with_its_own_port(target_of, https):
    port = closed_port()
    error = error_of(target_of(https(Api()), proxy_url=f"http://127.0.0.1:{port}"))
    assert error.code == ErrorCode.CONNECTION_REFUSED
    assert error.message == f"the proxy 127.0.0.1:{port}: Connection refused"
    assert f"nc -vz 127.0.0.1 {port}" in error.hint


def test_a_proxy_whose_name_does_not_resolve():
    error = error_of(Target("https://127.0.0.1:1", proxy_url="http://proxy.invalid:3128"))
    assert (error.code, error.facts["host"]) == (ErrorCode.NAME_NOT_RESOLVED, "proxy.invalid")
    assert error.message.startswith("the proxy proxy.invalid:3128: ")


def test_a_proxy_that_does_not_answer_is_told(target_of, https):
    with raw(lambda connection: connection.recv(1) and connection.recv(65536) and connection.recv(1)) as port:
        error = error_of(target_of(https(Api()), proxy_url=f"http://127.0.0.1:{port}"))
    assert (error.code, error.message) == (
        ErrorCode.TIMED_OUT,
        f"the proxy 127.0.0.1:{port}: connected, but no answer in time",
    )


@pytest.mark.parametrize(("scheme", "port"), [("http", 80), ("https", 443)])
def test_a_proxys_usual_port(scheme, port, monkeypatch):
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_: asked.append((host, port)) or [])
    monkeypatch.setattr(
        socket, "create_connection", lambda address, **_: asked.append(address) or (_ for _ in ()).throw(OSError)
    )
    check(Target("https://127.0.0.1:1", proxy_url=f"{scheme}://proxy.example"))
    assert asked == [("proxy.example", port)] * 2


def test_the_connection_test_tells_of_the_proxy(target_of, https):
    port = closed_port()
    result = check(target_of(https(Api()), proxy_url=f"http://127.0.0.1:{port}"))
    assert [(step.name, step.ok) for step in result.steps] == [("resolve", True), ("connect", False)]
    assert result.steps[-1].detail == f"the proxy 127.0.0.1:{port}: Connection refused"
    with proxy(answer=REFUSED) as between:
        result = check(target_of(https(Api()), proxy_url=f"http://127.0.0.1:{between.port}"))
    assert (result.steps[-1].name, result.error.code) == ("proxy", ErrorCode.PROXY_FAILED)
