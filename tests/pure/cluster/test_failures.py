"""What the network and TLS can do to a connection: each has a code of its own, and ends in time."""

import errno
import os
import socket
import ssl
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import urllib3

from netbox_hedgehog.cluster import ClientCertificate, Cluster, ClusterError, ErrorCode, Target
from netbox_hedgehog.cluster.errors.network_errors import failure
from tests.pure.cluster.api import Api
from tests.pure.cluster.certificates import Authority, server_context
from tests.pure.cluster.servers import Server, closed_port, raw


def error_of(target, **timeouts) -> ClusterError:
    timeouts = {"connect_timeout": 1.0, "read_timeout": 1.0} | timeouts
    with Cluster(target, **timeouts) as cluster, pytest.raises(ClusterError) as caught:
        cluster.version()
    return caught.value


def at(port: int, **options) -> Target:
    return Target(f"https://127.0.0.1:{port}", **options)


def test_a_name_that_does_not_resolve():
    error = error_of(Target("https://fabric.invalid:6443"))
    assert error.code == ErrorCode.NAME_NOT_RESOLVED
    assert "getent hosts fabric.invalid" in error.hint
    assert not error.transient


def test_name_servers_that_do_not_answer(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1) or [])
    begun = time.monotonic()
    error = error_of(Target("https://fabric.invalid"), connect_timeout=0.2)
    assert (error.code, time.monotonic() - begun < 1) == (ErrorCode.NAME_NOT_RESOLVED, True)
    assert "0.2 s" in error.message


@pytest.mark.parametrize("number", [errno.EHOSTUNREACH, errno.ENETUNREACH])
def test_no_route(monkeypatch, number):
    def connect(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket.socket, "connect", connect)
    error = error_of(at(6443))
    assert (error.code, error.message) == (ErrorCode.NO_ROUTE, os.strerror(number))


def test_a_closed_port():
    port = closed_port()
    error = error_of(at(port))
    assert (error.code, error.message) == (ErrorCode.CONNECTION_REFUSED, "Connection refused")
    assert f"nc -vz 127.0.0.1 {port}" in error.hint
    assert error.transient


def test_a_host_that_drops_the_packets():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:  # the queue is full after these: the kernel drops what comes next
            filler.setblocking(False)
            filler.connect_ex(address)
        time.sleep(0.05)
        error = error_of(at(address[1]), connect_timeout=0.3)
        for filler in fillers:
            filler.close()
    assert (error.code, error.message) == (ErrorCode.TIMED_OUT, "no connection in time")


def test_a_silent_port_ends_with_the_connect_timeout():
    with raw(lambda _: time.sleep(5)) as port:
        begun = time.monotonic()
        error = error_of(at(port), connect_timeout=0.3, read_timeout=4.0)
        assert time.monotonic() - begun < 2
    assert (error.code, error.message) == (ErrorCode.TIMED_OUT, "connected, but no answer in time")


def test_a_server_that_never_answers_a_request(https, target_of):
    error = error_of(target_of(https(lambda _: time.sleep(2))), read_timeout=0.3)
    assert error.code == ErrorCode.TIMED_OUT


def test_an_answer_that_trickles_without_end(authority, tmp_path):
    context = server_context(authority.issue(), tmp_path)

    def trickle(connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(4096)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(100):
                secure.sendall(b" ")
                time.sleep(0.05)

    with raw(trickle) as port:
        begun = time.monotonic()
        error = error_of(at(port, ca_pem=authority.pem), read_timeout=0.2)
        assert time.monotonic() - begun < 2
    assert error.code == ErrorCode.TIMED_OUT
    assert "not whole" in error.message


def test_a_connection_that_is_closed_without_an_answer(authority, tmp_path):
    context = server_context(authority.issue(), tmp_path)

    def hang_up(connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(4096)

    with raw(hang_up) as port:
        assert error_of(at(port, ca_pem=authority.pem)).code == ErrorCode.CONNECTION_LOST


def test_a_connection_that_is_reset():
    def reset(connection):
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with raw(reset) as port:
        assert error_of(at(port)).code == ErrorCode.CONNECTION_LOST


def test_fault_18_an_unknown_authority(https, target_of):
    error = error_of(target_of(https(Api()), ca_pem=Authority("another").pem))
    assert error.code == ErrorCode.TLS_UNKNOWN_CA
    assert "certificate-authority-data" in error.hint
    assert not error.transient


def test_fault_18_another_authority_of_the_same_name(https, target_of):
    # What remains in NetBox when a fabric's control plane was installed anew.
    assert error_of(target_of(https(Api()), ca_pem=Authority().pem)).code == ErrorCode.TLS_UNKNOWN_CA


@pytest.mark.parametrize("number", [7, 19, 20])  # 7: the names are the same and nothing else tells the two apart
def test_fault_18_what_openssl_says_of_an_unknown_authority(number):
    refused = ssl.SSLCertVerificationError(1, "certificate verify failed")
    refused.verify_code, refused.verify_message = number, "certificate signature failure"
    assert failure(urllib3.exceptions.SSLError(refused), "host", 6443).code == ErrorCode.TLS_UNKNOWN_CA


def test_no_authority_given(https, target_of):
    assert error_of(target_of(https(Api()), ca_pem=None)).code == ErrorCode.TLS_UNKNOWN_CA


def test_a_common_name_is_not_believed(https, target_of, authority):
    """As kubectl has it: Go looks at subjectAltName alone."""
    server = https(Api(), authority.issue("localhost", hosts=()))
    target = replace(target_of(server), server=f"https://localhost:{server.port}")
    assert error_of(target).code == ErrorCode.TLS_WRONG_HOST


@pytest.mark.parametrize("hosts", [("10.0.0.1",), ("kubernetes.default", "localhost")])
def test_a_certificate_for_another_host(https, target_of, authority, hosts):
    error = error_of(target_of(https(Api(), authority.issue("127.0.0.1", hosts))))
    assert error.code == ErrorCode.TLS_WRONG_HOST
    assert "127.0.0.1" in error.message
    assert "subjectAltName" in error.hint


def test_fault_18_a_certificate_out_of_date(https, target_of, authority):
    expired = authority.issue(ends=timedelta(hours=-1))
    assert error_of(target_of(https(Api(), expired))).code == ErrorCode.TLS_EXPIRED


def test_plain_http_where_tls_was_expected():
    with Server(Api()) as server:
        error = error_of(at(server.port))
    assert (error.code, error.message[:8]) == (ErrorCode.TLS_FAILED, "not TLS:")
    assert f"Port {server.port} of 127.0.0.1 does not speak TLS" in error.hint


def test_no_tls_version_in_common(authority, tmp_path):
    context = server_context(authority.issue(), tmp_path)
    context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")  # not with an EC key
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    def fail(connection):
        context.wrap_socket(connection, server_side=True)

    with raw(fail) as port:
        assert error_of(at(port)).code == ErrorCode.TLS_FAILED


def test_something_else_than_http(authority, tmp_path):
    context = server_context(authority.issue(), tmp_path)

    def banner(connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(4096)
            secure.sendall(b"220 mail.example.com ESMTP\r\n")

    with raw(banner) as port:
        error = error_of(at(port, ca_pem=authority.pem))
    assert (error.code, error.message) == (ErrorCode.NOT_KUBERNETES, "what answers does not speak HTTP")


@pytest.mark.parametrize("reason", ["TLSV13_ALERT_CERTIFICATE_REQUIRED", "SSLV3_ALERT_BAD_CERTIFICATE"])
def test_a_client_certificate_that_the_server_wants_and_does_not_get(reason):
    alert = ssl.SSLError(1, f"[SSL: {reason}]")
    alert.reason = reason
    assert failure(urllib3.exceptions.SSLError(alert), "host", 6443).code == ErrorCode.UNAUTHORIZED


def test_a_client_certificate_of_another_authority(target_of, authority, tmp_path):
    context = server_context(authority.issue(), tmp_path, clients=authority)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # in which the refusal is part of the handshake
    other = ClientCertificate(*Authority("another").issue("netbox"))
    with Server(Api(), context) as server:
        assert error_of(target_of(server, credential=other)).code == ErrorCode.UNAUTHORIZED


def test_a_client_certificate_that_is_taken(https, target_of, authority):
    certificate = ClientCertificate(*authority.issue("netbox"))
    with Cluster(target_of(https(Api(), clients=authority), credential=certificate)) as cluster:
        assert cluster.version().git_version == "v1.36.2"


def test_another_name_to_expect_in_the_certificate(https, target_of, authority):
    server = https(Api(), authority.issue(hosts=("kubernetes",)))
    with Cluster(target_of(server, tls_server_name="kubernetes")) as cluster:
        assert cluster.version().minor == "36"


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_certificate_that_is_not_to_be_checked(https, target_of, authority):
    server = https(Api(), authority.issue(hosts=("elsewhere",), ends=timedelta(hours=-1)))
    with Cluster(target_of(server, ca_pem=None, verify=False)) as cluster:
        assert cluster.version().minor == "36"


def test_a_proxy_that_makes_no_tunnel(target_of, https):
    server = https(Api())

    def refuse(connection):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    with raw(refuse) as port:
        error = error_of(target_of(server, proxy_url=f"http://user:s3cret-proxy@127.0.0.1:{port}"))
    assert error.code == ErrorCode.NO_ROUTE
    assert "403" in error.message
    assert "s3cret" not in error.message


def test_a_proxy_that_makes_a_tunnel(target_of, https):
    server = https(Api())
    asked = []

    def tunnel(connection):
        asked.append(connection.recv(4096))
        with socket.create_connection(("127.0.0.1", server.port)) as onward:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

            def back():
                while data := onward.recv(65536):
                    connection.sendall(data)

            thread = threading.Thread(target=back, daemon=True)
            thread.start()
            while data := connection.recv(65536):
                onward.sendall(data)

    with raw(tunnel) as port, Cluster(target_of(server, proxy_url=f"http://me:pass@127.0.0.1:{port}")) as cluster:
        assert cluster.version().minor == "36"
    assert asked[0].startswith(f"CONNECT 127.0.0.1:{server.port} ".encode())
    assert b"Basic bWU6cGFzcw==" in asked[0]


def test_a_proxy_that_is_not_there(target_of, https):
    error = error_of(target_of(https(Api()), proxy_url=f"http://127.0.0.1:{closed_port()}"))
    assert error.code == ErrorCode.CONNECTION_REFUSED
