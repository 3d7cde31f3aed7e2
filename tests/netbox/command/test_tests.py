"""``hedgehog_sync test-connection`` and ``test-sync``: in this process, told step by step."""

import socket

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from netbox_hedgehog.models import VPC, ConnectionTest, Fabric, SyncRun
from tests.builders import SECRET, fabric
from tests.netbox.command.test_trigger import on, vpc
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db


def test_a_connection_that_works(hedgehog_sync, server):
    on(server)
    answer = hedgehog_sync("test-connection", "lab")
    assert answer.status == 0, answer
    assert "lab can be read." in answer.out
    kept = ConnectionTest.objects.get()
    assert kept.ok
    shown = hedgehog_sync("test-connection", "lab", "--json").json
    assert (shown["ok"], shown["error"], shown["fabric"]) == (True, None, "lab")
    assert [step["name"] for step in shown["steps"]] == [step["name"] for step in kept.steps]


def test_a_closed_port_has_its_code_and_hint(hedgehog_sync):
    lab = fabric("lab")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lab.set_credential(
        kubeconfig=f"""
        current-context: c
        contexts: [{{name: c, context: {{cluster: c, user: u}}}}]
        clusters: [{{name: c, cluster: {{server: "https://127.0.0.1:{port}"}}}}]
        users: [{{name: u, user: {{token: {SECRET}}}}}]
    """
    )
    lab.save()
    answer = hedgehog_sync("test-connection", "lab", "--json")
    assert answer.status == 1
    assert answer.json["error"]["code"] == "connection_refused"
    assert answer.json["error"]["hint"]
    assert SECRET not in answer.out
    plain = hedgehog_sync("test-connection", "lab")
    assert plain.status == 1
    assert "FAILED" in plain.out
    assert "Next: " in plain.out


def test_a_credential_that_cannot_be_used(hedgehog_sync):
    lab = fabric("lab")
    Fabric.objects.filter(pk=lab.pk).update(credential_data="")
    answer = hedgehog_sync("test-connection", "lab", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (1, "credential_invalid")


def test_a_dry_sync_tells_what_a_sync_would_do_and_writes_nothing(hedgehog_sync, server):
    on(server)
    server.put_all(vpc(number) for number in range(1, 4))
    with CaptureQueriesContext(connection) as captured:
        answer = hedgehog_sync("test-sync", "lab", "--json")
    assert answer.status == 0, answer
    assert answer.json["state"] == "succeeded"
    assert answer.json["counts"]["VPC"]["created"] == 3
    written = [each["sql"] for each in captured if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []
    assert not SyncRun.objects.exists()
    assert not VPC.objects.exists()
    plain = hedgehog_sync("test-sync", "lab")
    assert "A sync now would end succeeded." in plain.out
    assert any(line.split()[:2] == ["VPC", "3"] for line in plain.out.splitlines())


def test_a_dry_sync_of_a_cluster_that_is_away(hedgehog_sync, server):
    on(server)
    server.stop()
    answer = hedgehog_sync("test-sync", "lab", "--json")
    assert answer.status == 1
    assert answer.json["error"]["code"] == "connection_refused"


def test_a_credential_that_may_read_nothing_is_one_sentence_and_not_a_line_a_kind(hedgehog_sync, server):
    on(server)
    server.faults.add("forbid")
    answer = hedgehog_sync("test-sync", "lab")
    lines = [line for line in answer.out.splitlines() if "forbidden" in line]
    assert "The credential lacks a permission on the cluster, for 22 kinds: " in lines[0]
    assert len(lines) <= 2, answer.out  # the second is why the run as a whole fails
    issues = hedgehog_sync("test-sync", "lab", "--json").json["issues"]
    assert len([each for each in issues if each["code"] == "forbidden"]) == 22
    run = sync(Fabric.objects.get(name="lab"))
    assert run.state == "failed"
    assert run.error_message.endswith("(The same of 21 more kinds.)")
    told = hedgehog_sync("status", "lab").out
    assert 0 < told.count("cannot list resource") <= 2, told  # the connection's reason, and the last run's
