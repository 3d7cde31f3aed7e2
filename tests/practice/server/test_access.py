"""Who is let in: tokens, client certificates, nobody; and what rules allow."""

import socket
import ssl

import pytest

from practice.server import PracticeServer, Rule
from tests.practice.server.client import SERVERS, VPCS, Client, host


def test_a_client_certificate_makes_an_admin(server: PracticeServer) -> None:
    directory = server.directory
    client = Client(server, "", (str(directory / "admin.crt"), str(directory / "admin.key")))
    assert client.get(VPCS).status == 200


def test_nobody_and_somebody_unknown(server: PracticeServer) -> None:
    assert Client(server, "").get(VPCS).status == 403
    assert Client(server, "no-such-token").get(VPCS).status == 401
    assert Client(server, server.reader_token).get(VPCS).status == 403


def test_a_user_may_do_what_the_rules_say_and_no_more(server: PracticeServer) -> None:
    token = server.user("auditor", Rule(("get", "list"), ("wiring.githedgehog.com",), ("servers",), ("default",)))
    server.put(host("s-1"))
    client = Client(server, token)
    assert client.get(SERVERS).names == ["s-1"]
    assert client.get("/apis/wiring.githedgehog.com/v1beta1/servers").status == 403
    assert client.get(VPCS).status == 403
    refused = client.send("DELETE", f"{SERVERS}/s-1")
    assert 'User "auditor" cannot delete resource "servers"' in refused.data["message"]


def test_a_token_that_is_revoked_is_unknown_and_its_successor_is_the_same_user(server: PracticeServer) -> None:
    token = server.user("auditor", Rule(("list",), ("*",), ("servers",)))
    server.revoke(token, successor="renewed")
    assert [Client(server, each).get(SERVERS).status for each in (token, "renewed")] == [401, 200]
    server.revoke("renewed")
    assert Client(server, "renewed").get(SERVERS).status == 401


def test_what_is_kept_on_disk_is_for_its_owner_alone(server: PracticeServer) -> None:
    modes = {path.name: path.stat().st_mode & 0o077 for path in server.directory.iterdir()}
    assert {"kubeconfig", "admin.key", "ca.key", "token-admin.txt", "token-reader.txt"} <= modes.keys()
    assert set(modes.values()) == {0}


def test_only_loopback_listens(server: PracticeServer) -> None:
    port = int(server.url.rpartition(":")[2])
    others = {"127.0.0.2"} | {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {
        "127.0.0.1"
    }
    for address in others:
        with pytest.raises(ConnectionRefusedError), socket.create_connection((address, port), timeout=2):
            pass


@pytest.mark.parametrize(
    ("how", "word"), [({"hosts": ("other.example",)}, "127.0.0.1"), ({"expired": True}, "expired")]
)
def test_certificates_can_be_made_wrong_on_purpose(how: dict[str, object], word: str) -> None:
    with PracticeServer(empty=True, **how) as server, pytest.raises(ssl.SSLCertVerificationError, match=word):
        Client(server).get("/version")
