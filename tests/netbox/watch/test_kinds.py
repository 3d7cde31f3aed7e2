"""Kinds that come and go, streams that fall silent, credentials that end: the watcher finds out by itself."""

import json
import time
from base64 import b64encode

import pytest

from netbox_hedgehog.models import CredentialChoices, Fabric, OtherResource
from netbox_hedgehog.sync.backoff import Backoff
from netbox_hedgehog.sync.health import facts_of
from netbox_hedgehog.sync.watch import probe
from netbox_hedgehog.sync.watch.streams import stream
from tests.builders import vpc
from tests.netbox.sync.given import sync
from tests.netbox.watch.given import asked, hands, live, row, vlan, watching
from tests.services import STATE
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

ROCKETS = "rockets.space.githedgehog.com"


@pytest.fixture(autouse=True)
def _short(plugin, monkeypatch):
    plugin(watch_lease_seconds=4)
    monkeypatch.setattr(probe, "BACKOFF", Backoff(0.5, 0.5))
    monkeypatch.setattr(probe, "DISCOVER_EVERY", 1.0)


def crd():
    names = {"kind": "Rocket", "listKind": "RocketList", "plural": "rockets", "singular": "rocket"}
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {"group": "space.githedgehog.com", "names": names, "scope": "Namespaced", "versions": [version]}
    kind = "CustomResourceDefinition"
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": kind, "metadata": {"name": ROCKETS}, "spec": spec}


def rocket(fuel):
    return {
        "apiVersion": "space.githedgehog.com/v1",
        "kind": "Rocket",
        "metadata": {"name": "r-1"},
        "spec": {"fuel": fuel},
    }


def fuel():
    found = OtherResource.objects.filter(name="r-1", missing_since=None).first()
    return found and found.live["fuel"]


def test_fault_13_a_kind_that_appears_is_read_and_followed_and_one_that_goes_is_let_go(server, fabric):
    sync(fabric)
    with hands(), watching():
        until(live)
        streams = row().streams
        server.add_kind(crd())
        server.put(rocket(1))
        until(lambda: fuel() == 1, 15, "the new kind")
        until(lambda: live() and row().streams == streams + 1)
        server.put(rocket(2))
        until(lambda: fuel() == 2, 5)
        server.faults.hide("rockets")
        until(lambda: row().streams_wanted == streams, 15, "the kind's end")
        until(live)
        server.put(vpc("vpc-1"))
        until(lambda: vlan(), 5)
        assert OtherResource.objects.filter(name="r-1").exists()  # a kind that is off takes no objects with it
        server.faults.clear()
        until(lambda: live() and row().streams == streams + 1, 20, "the kind's return")


def test_fault_6_a_stream_that_falls_silent_is_begun_anew_from_where_it_was(server, fabric, monkeypatch):
    monkeypatch.setattr(stream, "SILENCE", 2.0)
    monkeypatch.setattr(stream, "BACKOFF", Backoff(0.5, 1.0))
    sync(fabric)
    with watching():
        until(live)
        server.faults.add("stall", kind="vpcs", times=1)
        server.put(vpc("vpc-1"))  # the stream says nothing of it, nor of anything else
        until(lambda: vlan() == 1001, 10, "what the silent stream did not say")
        until(live)
    assert not asked().exists()


# --- credentials that end


@pytest.fixture
def by_file(server, fabric):
    """The fabric with a token that stands in a file; returns the file."""
    token, config = (STATE / f"{name}-{time.monotonic_ns()}" for name in ("token", "kubeconfig"))
    token.write_text(server.admin_token)
    cluster = {"server": server.url, "certificate-authority-data": b64encode(server.ca_pem.encode()).decode()}
    parts = {
        "clusters": [{"name": "lab", "cluster": cluster}],
        "users": [{"name": "lab", "user": {"tokenFile": str(token)}}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "lab"}}],
    }
    config.write_text(json.dumps({"apiVersion": "v1", "kind": "Config", "current-context": "lab", **parts}))
    fabric.credential_kind, fabric.credential_file = CredentialChoices.KUBECONFIG_FILE, str(config)
    fabric.full_clean()
    fabric.save()
    yield token
    token.unlink()
    config.unlink()


def revoke(server):
    """The admin's token is not known any more, and another one is."""
    server.revoke(server.admin_token, successor="renewed")
    server.end_watches("abort")


def tries(server, since):
    return len(server.requests[since:])


def test_fault_17_a_token_that_ends_under_the_watcher_is_refused_until_the_file_is_renewed(server, by_file):
    fabric = Fabric.objects.get()
    sync(fabric)
    with watching():
        until(live)
        revoke(server)
        until(lambda: facts_of(fabric).connection.value == "access denied", 10, "the truth")
        assert facts_of(fabric).freshness.value != "live"
        before = len(server.requests)
        time.sleep(2)
        assert tries(server, before) < 12  # the probe alone, and less and less often
        by_file.write_text("renewed")
        until(live, 30, "being live")
        server.put(vpc("vpc-1"))
        until(lambda: vlan(), 5)
        assert facts_of(fabric).connection.value == "connected"


def test_fault_17_a_token_that_is_renewed_in_time_is_read_again_without_a_word(server, by_file):
    sync(Fabric.objects.get())
    with watching():
        until(live)
        by_file.write_text("renewed")
        revoke(server)
        server.put(vpc("vpc-1"))
        until(lambda: vlan(), 10)
        until(live)
        assert row().error_code == ""


# --- clocks


def test_fault_41_a_jump_of_the_hosts_clock_changes_nothing(server, fabric, monkeypatch):
    sync(fabric)
    real = time.time
    with watching() as supervisor:
        until(live)
        for jump in (86_400, -86_400):
            monkeypatch.setattr(time, "time", lambda jump=jump: real() + jump)
            server.put(vpc("vpc-1", vlan=1100 + jump // 86_400))
            until(lambda jump=jump: vlan() == 1100 + jump // 86_400, 5)
            until(live)
            assert facts_of(fabric).freshness.value == "live"
            assert len(supervisor.followers) == 1
        assert row().lag_ms < 5000
    assert not asked().exists()
