"""Credentials: what is sent, what is refused, and that none of them shows itself."""

import dataclasses
import os
import ssl
import tempfile
import traceback
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from netbox_hedgehog.cluster import (
    ClientCertificate,
    Cluster,
    ClusterError,
    Combined,
    ErrorCode,
    Target,
    Token,
    TokenFile,
    in_cluster,
    parse_kubeconfig,
)
from netbox_hedgehog.cluster.auth.tls import context_for
from tests.pure.cluster.api import Api
from tests.pure.cluster.certificates import Authority
from tests.pure.cluster.conftest import TOKEN
from tests.pure.cluster.servers import Reply, status


def refused(do) -> ClusterError:
    with pytest.raises(ClusterError) as caught:
        do()
    return caught.value


@pytest.mark.parametrize("value", ["", "  \n", "two words", "a\nb", "a\r\nX-Header: b", "tökén", "a\0b"])
def test_what_cannot_be_a_token_is_refused_without_being_shown(value):
    error = refused(lambda: Token(value))
    assert error.code == ErrorCode.CREDENTIAL_INVALID
    assert value.strip() == "" or value not in f"{error!r} {error.message} {error.hint}"


def test_a_token_may_be_pasted_with_a_line_end():
    assert Token(f" {TOKEN}\n").token() == TOKEN


def test_credentials_do_not_show_themselves(tmp_path):
    (tmp_path / "token").write_text(TOKEN)
    file = TokenFile(tmp_path / "token")
    file.token()
    certificate = ClientCertificate("CERT-s3cret", "KEY-s3cret")
    proxy = "http://user:proxy-s3cret@proxy.example.com:3128"
    for credential in (Token(TOKEN), file, certificate):
        target = Target("https://a", credential=credential, proxy_url=proxy)
        assert "s3cret" not in f"{credential} {credential!r} {target} {target!r}"


def test_no_traceback_shows_a_token(https, target_of):
    with pytest.raises(ClusterError) as caught, Cluster(target_of(https(Api(token="other")))) as cluster:
        cluster.version()
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_fault_17_a_token_file_is_read_again_after_a_401(https, target_of, tmp_path):
    path = tmp_path / "token"
    path.write_text("old\n")
    credential = TokenFile(path)
    server = https(Api(token="new"))
    with Cluster(target_of(server, credential=credential)) as cluster:
        credential.token()
        path.write_text("new\n")
        assert cluster.version().minor == "36"
        assert len(server.seen) == 2
        cluster.version()
        assert len(server.seen) == 3


def test_fault_17_a_token_file_is_read_again_once_only(https, target_of, tmp_path):
    path = tmp_path / "token"
    path.write_text("first")

    def changing(_):
        path.write_text(path.read_text() + "x")
        if len(server.seen) > 5:
            return Reply(500)
        return status(401, "Unauthorized", "Unauthorized")

    server = https(changing)
    with Cluster(target_of(server, credential=TokenFile(path))) as cluster:
        assert refused(cluster.version).code == ErrorCode.UNAUTHORIZED
    assert len(server.seen) == 2


def test_the_same_token_is_not_tried_twice(https, target_of, tmp_path):
    (tmp_path / "token").write_text("same")
    server = https(Api(token="other"))
    with Cluster(target_of(server, credential=TokenFile(tmp_path / "token"))) as cluster:
        assert refused(cluster.version).code == ErrorCode.UNAUTHORIZED
    assert len(server.seen) == 1


@pytest.mark.parametrize("content", [None, "", "two words"])
def test_a_token_file_that_is_of_no_use(tmp_path, content):
    if content is not None:
        (tmp_path / "token").write_text(content)
    error = refused(TokenFile(tmp_path / "token").token)
    assert error.code == ErrorCode.CREDENTIAL_INVALID
    assert str(tmp_path / "token") in error.message


def certificate_target(certificate, key, **options):
    return Target("https://a", credential=ClientCertificate(certificate, key), **options)


def test_the_keys_file_is_gone_at_once_and_was_for_its_owner_only(authority, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    modes = []

    class Context(ssl.SSLContext):
        def load_cert_chain(self, certfile, *arguments, **options):
            modes.extend((os.stat(certfile).st_mode & 0o777, os.stat(Path(certfile).parent).st_mode & 0o777))
            return super().load_cert_chain(certfile, *arguments, **options)

    monkeypatch.setattr(ssl, "create_default_context", lambda **_: Context(ssl.PROTOCOL_TLS_CLIENT))
    context_for(certificate_target(*authority.issue("netbox")))
    assert modes == [0o600, 0o700]
    assert list(tmp_path.iterdir()) == []


def test_the_keys_file_is_gone_when_it_was_of_no_use(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert refused(lambda: context_for(certificate_target("no", "s3cret"))).code == ErrorCode.CREDENTIAL_INVALID
    assert list(tmp_path.iterdir()) == []


def test_a_key_of_another_certificate(authority):
    certificate, _ = authority.issue("a")
    _, key = authority.issue("b")
    error = refused(lambda: context_for(certificate_target(certificate, key)))
    assert (error.code, "mismatch" in error.message) == (ErrorCode.CREDENTIAL_INVALID, True)


def test_an_encrypted_key_is_refused_without_asking_anyone(authority):
    certificate, key = authority.issue("a")
    locked = serialization.load_pem_private_key(key.encode(), None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"s3cret"),
    )
    error = refused(lambda: context_for(certificate_target(certificate, locked.decode())))
    assert (error.code, error.message) == (ErrorCode.CREDENTIAL_INVALID, "The client key is encrypted.")


@pytest.mark.parametrize("pem", ["no certificate", "-----BEGIN CERTIFICATE-----\nxxx\n-----END CERTIFICATE-----", "ä"])
def test_an_authority_that_is_none(pem):
    error = refused(lambda: context_for(Target("https://a", ca_pem=pem)))
    assert error.code == ErrorCode.CREDENTIAL_INVALID
    assert "CA certificate" in error.message


@pytest.mark.parametrize(
    ("given", "server", "host", "port"),
    [
        ("fabric.example.com:6443", "https://fabric.example.com:6443", "fabric.example.com", 6443),
        (" https://10.0.0.1/ ", "https://10.0.0.1", "10.0.0.1", 443),
        ("https://[::1]:6443", "https://[::1]:6443", "::1", 6443),
        ("https://rancher/k8s/clusters/c-1", "https://rancher/k8s/clusters/c-1", "rancher", 443),
    ],
)
def test_addresses(given, server, host, port):
    target = Target(given)
    assert (target.server, target.host, target.port) == (server, host, port)


@pytest.mark.parametrize(
    "given",
    ["", "https://", "ftp://a", "https://a:port", "https://a:99999", "https://u:p@a", "https://a b", "https://a?x=1"],
)
def test_addresses_that_are_none(given):
    error = refused(lambda: Target(given))
    assert error.code == ErrorCode.NAME_NOT_RESOLVED
    assert "https://HOST:PORT" in error.hint


def test_a_credential_does_not_travel_unencrypted():
    assert refused(lambda: Target("http://10.0.0.1", credential=Token(TOKEN))).code == ErrorCode.CREDENTIAL_INVALID
    assert Target("http://127.0.0.1:8001", credential=Token(TOKEN)).host == "127.0.0.1"


@pytest.mark.parametrize("url", ["socks5://a:1", "a:1", "http://a:port"])
def test_proxies_that_are_not_supported(url):
    assert refused(lambda: Target("https://a", proxy_url=url)).code == ErrorCode.KUBECONFIG_INVALID


def test_in_cluster(tmp_path, monkeypatch):
    for name, text in (("token", f"{TOKEN}\n"), ("ca.crt", "PEM"), ("namespace", "netbox\n")):
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "6443")
    target = in_cluster(tmp_path)
    assert (target.server, target.ca_pem, target.namespace) == ("https://10.96.0.1:6443", "PEM", "netbox")
    assert target.credential.token() == TOKEN
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    assert in_cluster(tmp_path).server == "https://[fd00::1]:6443"


def test_in_cluster_outside_of_one(tmp_path, monkeypatch):
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    assert refused(lambda: in_cluster(tmp_path)).code == ErrorCode.CREDENTIAL_INVALID
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
    assert refused(lambda: in_cluster(tmp_path)).code == ErrorCode.CREDENTIAL_INVALID
    (tmp_path / "token").write_text(TOKEN)
    assert "ca.crt" in refused(lambda: in_cluster(tmp_path)).message


def test_targets_can_be_compared_and_changed():
    target = parse_kubeconfig(
        "clusters: [{name: c, cluster: {server: 'https://a'}}]\ncontexts: [{name: x, context: {cluster: c}}]"
    )
    assert target == Target("https://a")
    assert dataclasses.replace(target, namespace="fab").namespace == "fab"


def test_authorities_may_be_several(authority):
    context_for(Target("https://a", ca_pem=f"# ours\n{authority.pem}\n{Authority('b').pem}"))


def test_a_token_stands_in_for_a_token_file_that_cannot_be_read(tmp_path):
    path = tmp_path / "token"
    credential = TokenFile(path, fallback="typed")
    assert credential.token() == "typed"
    path.write_text("from-the-file\n")
    assert credential.refresh()
    assert credential.token() == "from-the-file"
    path.unlink()
    assert not credential.refresh()  # what was read last stands in
    assert credential.token() == "from-the-file"


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_a_token_file_that_no_file_can_be_called(name):
    assert refused(TokenFile(Path(name)).token).code == ErrorCode.CREDENTIAL_INVALID


def test_a_certificate_and_a_token_are_both_sent_and_the_token_is_renewed(https, target_of, authority, tmp_path):
    path = tmp_path / "token"
    path.write_text("old")
    credential = Combined(TokenFile(path), ClientCertificate(*authority.issue("netbox")))
    server = https(Api(token="new"), clients=authority)
    with Cluster(target_of(server, credential=credential)) as cluster:
        assert credential.token() == "old"
        path.write_text("new")
        assert cluster.version().minor == "36"
    assert [seen.client for seen in server.seen] == ["netbox", "netbox"]
    assert "s3cret" not in repr(Combined(Token(TOKEN), ClientCertificate("s3cret", "s3cret")))


def test_a_host_without_space_for_the_key_is_told(authority, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    error = refused(lambda: context_for(certificate_target(*authority.issue("netbox"))))
    assert (error.code, "temporary file" in error.message) == (ErrorCode.CREDENTIAL_INVALID, True)
    assert "host of NetBox's worker" in error.hint


@pytest.mark.parametrize("around", ["\ufeff\nZürich\n", "\x00\n", "Bag Attributes\r\n    localKeyID: 01\r\n", "🔑\n"])
def test_text_around_a_certificate_is_skipped_in_a_pasted_one_too(authority, around):
    context_for(Target("https://a", ca_pem=f"{around}{authority.pem}{around}"))
    certificate, key = authority.issue("netbox")
    context_for(certificate_target(around + certificate, around + key))
