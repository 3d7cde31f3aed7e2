"""Kubeconfig files, pasted and mounted."""

import base64

import pytest
import yaml

from netbox_hedgehog.cluster import (
    ClientCertificate,
    ClusterError,
    ErrorCode,
    Token,
    TokenFile,
    parse_kubeconfig,
    read_kubeconfig,
)
from netbox_hedgehog.cluster.auth.kubeconfig_entry import LARGEST


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def config(cluster=None, user=None, **top) -> str:
    cluster = {"server": "https://10.0.0.1:6443"} if cluster is None else cluster
    user = {"token": "s3cret-token"} if user is None else user
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "main",
            "clusters": [{"name": "other", "cluster": {}}, {"name": "fabric", "cluster": cluster}],
            "users": [{"name": "admin", "user": user}],
            "contexts": [{"name": "main", "context": {"cluster": "fabric", "user": "admin", "namespace": "fab"}}],
        }
        | top
    )


def refused(text: str, **options) -> ClusterError:
    with pytest.raises(ClusterError) as caught:
        parse_kubeconfig(text, **options)
    error = caught.value
    assert "s3cret" not in f"{error!r} {error.message} {error.hint}"
    assert error.hint
    return error


def test_a_kubeconfig_with_a_token():
    cluster = {
        "server": "https://10.0.0.1:6443/",
        "certificate-authority-data": b64("PEM"),
        "tls-server-name": "kubernetes",
        "proxy-url": "http://proxy:3128",
        "disable-compression": True,
    }
    target = parse_kubeconfig(config(cluster))
    assert (target.server, target.ca_pem, target.namespace) == ("https://10.0.0.1:6443", "PEM", "fab")
    assert (target.tls_server_name, target.proxy_url) == ("kubernetes", "http://proxy:3128")
    assert target.credential == Token("s3cret-token")
    assert target.verify
    assert not target.compression


def test_a_kubeconfig_with_a_certificate():
    target = parse_kubeconfig(config(user={"client-certificate-data": b64("C"), "client-key-data": b64("K")}))
    assert target.credential == ClientCertificate("C", "K")


def test_a_kubeconfig_that_checks_no_certificate_is_flagged():
    assert not parse_kubeconfig(config({"server": "https://a", "insecure-skip-tls-verify": True})).verify


def test_a_kubeconfig_without_a_user():
    contexts = [{"name": "main", "context": {"cluster": "fabric"}}]
    assert parse_kubeconfig(config(contexts=contexts)).credential is None


def test_the_only_context_is_the_current_one():
    assert parse_kubeconfig(config(**{"current-context": ""})).namespace == "fab"


def test_another_context():
    contexts = [
        {"name": "main", "context": {"cluster": "nowhere"}},
        {"name": "second", "context": {"cluster": "fabric", "namespace": "two"}},
    ]
    assert parse_kubeconfig(config(contexts=contexts), context="second").namespace == "two"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("just words", "mapping"),
        ("a: [", "line 2"),
        ("a: 1\n---\nb: 1\n", "more than one document"),
        ("token: s3cret\ntoken: s3cret\n", "line 2"),
        (config(**{"current-context": "nowhere"}), "context named 'nowhere'"),
        (config(**{"current-context": "", "contexts": []}), "current-context"),
        (config(contexts=[{"name": "main", "context": {"cluster": "gone"}}]), "cluster named 'gone'"),
        (config(contexts=[{"name": "main", "context": {"cluster": "fabric", "user": "x"}}]), "user named 'x'"),
        (config(users={"a": 1}), "user named 'admin'"),
        (config({}), "no server"),
        (config({"server": 5}), "not a text"),
        (config({"server": "https://a", "certificate-authority-data": "!!s3cret"}), "base64"),
        (config(user={"client-key-data": b64("s3cret")}), "missing"),
        (config(user={"client-key-data": "s3cret!", "client-certificate-data": b64("C")}), "base64"),
        (config(user={"token": 12345}), "not a text"),
    ],
)
def test_kubeconfigs_of_no_use(text, words):
    error = refused(text)
    assert error.code == ErrorCode.KUBECONFIG_INVALID
    assert words in error.message


@pytest.mark.parametrize(
    ("cluster", "user", "key"),
    [
        ({"server": "https://a", "certificate-authority": "ca.pem"}, None, "certificate-authority"),
        (None, {"client-certificate": "c.pem", "client-key": "k.pem"}, "client-certificate"),
        (None, {"client-certificate-data": b64("C"), "client-key": "/etc/passwd"}, "client-key"),
        (None, {"tokenFile": "/etc/passwd"}, "tokenFile"),
    ],
)
def test_pasted_text_does_not_choose_files_to_read(cluster, user, key):
    error = refused(config(cluster, user))
    assert error.code == ErrorCode.KUBECONFIG_INVALID
    assert f"{key} names a file" in error.message


def test_a_mounted_kubeconfig_reads_the_files_beside_it(tmp_path):
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (tmp_path / name).write_text(name)
    path = tmp_path / "config"
    cluster = {"server": "https://a", "certificate-authority": "ca.pem"}
    path.write_text(config(cluster, {"client-certificate": "cert.pem", "client-key": str(tmp_path / "key.pem")}))
    target = read_kubeconfig(path)
    assert (target.ca_pem, target.credential) == ("ca.pem", ClientCertificate("cert.pem", "key.pem"))
    path.write_text(config(cluster, {"tokenFile": "token"}))
    assert read_kubeconfig(str(path)).credential == TokenFile(tmp_path / "token")


def test_a_mounted_kubeconfig_that_cannot_be_read(tmp_path):
    with pytest.raises(ClusterError, match="No such file") as caught:
        read_kubeconfig(tmp_path / "config")
    assert caught.value.code == ErrorCode.KUBECONFIG_INVALID
    (tmp_path / "config").write_bytes(b"\xff\xfe")
    with pytest.raises(ClusterError, match="not a text file"):
        read_kubeconfig(tmp_path / "config")
    (tmp_path / "config").write_text(config({"server": "https://a", "certificate-authority": "ca.pem"}))
    with pytest.raises(ClusterError, match=r"ca\.pem"):
        read_kubeconfig(tmp_path / "config")


def test_programs_are_not_run_unless_allowed():
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "true"}
    error = refused(config(user={"exec": plugin}))
    assert error.code == ErrorCode.CREDENTIAL_EXEC_REFUSED
    assert "allow_exec_credentials" in error.hint
    assert parse_kubeconfig(config(user={"exec": plugin}), allow_exec=True).credential


@pytest.mark.parametrize("allow", [True, False])
def test_auth_providers_are_always_refused(allow):
    error = refused(config(user={"auth-provider": {"name": "gcp"}}), allow_exec=allow)
    assert error.code == ErrorCode.CREDENTIAL_EXEC_REFUSED
    assert "service account" in error.hint


def test_user_names_and_passwords_are_refused():
    error = refused(config(user={"username": "a", "password": "s3cret"}))
    assert error.code == ErrorCode.CREDENTIAL_INVALID


def test_a_proxy_of_an_unknown_type():
    error = refused(config({"server": "https://a", "proxy-url": "socks5://u:s3cret@p:1"}))
    assert error.code == ErrorCode.KUBECONFIG_INVALID


@pytest.mark.parametrize(("more", "refused"), [(0, False), (1, True)])
def test_a_file_is_read_up_to_its_bound(tmp_path, more, refused):
    path = tmp_path / "kubeconfig"
    text = f"apiVersion: v1\nkind: Config\n# {'x' * LARGEST}"
    path.write_text(text[: LARGEST + more])
    with pytest.raises(ClusterError) as caught:
        read_kubeconfig(path)
    assert ("larger than 1,048,576 bytes" in caught.value.message) is refused
