"""Fault 17: a credential that ends in mid-run is read anew once; where that does not help, the run fails cleanly."""

import json
from pathlib import Path

import pytest

from netbox_hedgehog.models import VPC, CredentialChoices, Fabric, Server
from netbox_hedgehog.sync.execute.kind import KindReader
from practice.server import Rule
from tests.builders import manifest, vpc
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db

EVERYTHING = Rule(("*",), ("*",), ("*",))


@pytest.fixture
def token(server, plugin, tmp_path) -> Path:
    """A file with a token that the server takes, as something outside of NetBox keeps it."""
    plugin(credential_directories=[str(tmp_path)])
    path = tmp_path / "token"
    path.write_text(server.user("netbox", EVERYTHING))
    return path


@pytest.fixture
def mounted(server, token):
    """A fabric with a mounted kubeconfig that names the token's file; three VPCs and a server are in NetBox."""
    config = json.loads(server.kubeconfig.read_text())
    config["users"][0]["user"] = {"tokenFile": str(token)}
    kubeconfig = token.with_name("kubeconfig")
    kubeconfig.write_text(json.dumps(config))
    made = Fabric(name="lab", credential_kind=CredentialChoices.KUBECONFIG_FILE, credential_file=str(kubeconfig))
    made.full_clean()
    made.save()
    server.put_all(vpc(f"vpc-{number}", number) for number in (1, 2, 3))
    server.put(manifest("Server", "wiring", "server-1"))
    assert sync(made).state == "succeeded"
    return made


@pytest.fixture
def before_the_vpcs(monkeypatch):
    """Have something happen in mid-run, before the VPCs are listed."""

    def arrange(action):
        whole = KindReader.read

        def wrapped(self):
            if self.table.resource.kind == "VPC":
                action()
            return whole(self)

        monkeypatch.setattr(KindReader, "read", wrapped)

    return arrange


def refusals(server, begun):
    return [seen.path.rpartition("/")[2] for seen in server.requests[begun:] if seen.status == 401]


def test_fault_17_token_that_is_renewed_in_mid_run_is_read_again_once_and_the_run_goes_on(
    server, mounted, token, before_the_vpcs
):
    def renew():
        server.revoke(token.read_text())
        token.write_text(server.user("netbox", EVERYTHING))

    before_the_vpcs(renew)
    server.put(vpc("vpc-4", 4))
    begun = len(server.requests)
    run = sync(mounted)
    assert run.state == "succeeded"
    assert refusals(server, begun) == ["vpcs"]
    assert VPC.objects.count() == 4


def test_fault_17_renewed_token_that_is_refused_too_ends_the_run_after_one_more_try(
    server, mounted, token, before_the_vpcs
):
    def revoke():
        server.revoke(token.read_text())
        token.write_text("another-that-nobody-knows")

    before_the_vpcs(revoke)
    begun = len(server.requests)
    run = sync(mounted)
    _failed_cleanly(run)
    assert refusals(server, begun) == ["vpcs", "vpcs"]


def test_fault_17_token_that_nobody_renews_ends_the_run_at_the_first_refusal(server, mounted, token, before_the_vpcs):
    before_the_vpcs(lambda: server.revoke(token.read_text()))
    begun = len(server.requests)
    run = sync(mounted)
    _failed_cleanly(run)
    assert refusals(server, begun) == ["vpcs"]
    assert token.read_text() not in run.error_message + run.error_hint


def _failed_cleanly(run):
    assert (run.state, run.error_code) == ("failed", "unauthorized")
    assert run.error_hint
    assert VPC.objects.filter(missing_since=None).count() == 3
    assert Server.objects.filter(missing_since=None).count() == 1
