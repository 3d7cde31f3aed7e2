"""Faults of the cluster while it is read: each is told, and nothing is removed for it."""

import time
from urllib.parse import urlsplit

import pytest
from core.models import ObjectChange

from netbox_hedgehog import kinds
from netbox_hedgehog.models import VPC, KindObservation, OtherResource, RunStateChoices, Server
from netbox_hedgehog.sync.execute import paging
from practice.server import PracticeServer
from tests.builders import manifest, vpc
from tests.netbox.sync.given import statements, sync, writes

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(server, fabric):
    """Twelve hundred VPCs, three pages, in NetBox already."""
    server.put_all(vpc(f"vpc-{number:04}", number) for number in range(1200))
    assert sync(fabric).counts["VPC"]["created"] == 1200
    return fabric


@pytest.fixture
def few(server, fabric):
    """Three VPCs and two servers, in NetBox already."""
    server.put_all(vpc(f"vpc-{number}", number) for number in (1, 2, 3))
    server.put_all(manifest("Server", "wiring", f"server-{number}") for number in (1, 2))
    assert sync(fabric).state == RunStateChoices.SUCCEEDED
    return fabric


def codes(run):
    return {(issue.kind, issue.code) for issue in run.issues.all()}


def nothing_is_missing(model, count):
    assert model.objects.count() == count
    assert not model.objects.filter(missing_since__isnull=False).exists()


def test_fault_2_expired_continue_token_starts_the_list_again(server, many):
    server.delete("vpcs", "vpc-0003")
    fault = server.faults.add("expire", kind="vpcs", verb="list", after=1, times=1)
    run = sync(many)
    assert server.faults.hits(fault) == 1
    assert run.state == RunStateChoices.SUCCEEDED
    assert run.counts["VPC"]["listed"] == 1199
    assert [row.name for row in VPC.objects.filter(missing_since__isnull=False)] == ["vpc-0003"]


def test_fault_2_list_that_expires_each_time_proves_nothing(server, many):
    server.faults.add("expire", kind="vpcs", verb="list")
    run = sync(many)
    assert (run.state, run.error_code) == (RunStateChoices.FAILED, "expired")
    nothing_is_missing(VPC, 1200)


def test_fault_7_restored_backup_with_older_versions_makes_no_storm(server, few):
    before = server.list("vpcs")
    server.put_all(vpc(item["metadata"]["name"], 4000) for item in before)
    server.put_all(before)  # versions have gone on, the content is the same
    server.put(vpc("vpc-after-the-backup"))
    sync(few)
    newest = max(int(row.resource_version) for row in VPC.objects.all())
    with PracticeServer(empty=True) as restored:
        restored.put_all(item for item in server.list("vpcs") if item["metadata"]["name"] != "vpc-after-the-backup")
        restored.put_all(server.list("servers"))
        few.set_credential(kubeconfig=restored.kubeconfig.read_text())
        few.save()
        run = sync(few)
    assert run.state == RunStateChoices.SUCCEEDED
    assert max(int(row.resource_version) for row in VPC.objects.filter(missing_since=None)) < newest - 3
    assert [(change.name, change.action) for change in run.changes.all()] == [("vpc-after-the-backup", "missing")]
    assert not ObjectChange.objects.filter(request_id=run.request_id).exists()
    assert run.counts["VPC"]["unchanged"] == 3


def test_fault_7_cluster_put_back_to_a_backup_changes_only_what_differs(server, few):
    backup = server.backup()
    server.put(vpc("vpc-1", 77))
    server.put(vpc("vpc-after-the-backup"))
    server.delete("vpcs", "vpc-3")
    sync(few)
    seen = {row.name: int(row.resource_version) for row in VPC.objects.all()}
    server.restore(*backup)
    run = sync(few)
    assert run.state == RunStateChoices.SUCCEEDED
    told = {(change.kind, change.name, change.action) for change in run.changes.all()}
    assert told == {
        ("VPC", "vpc-1", "updated"), ("VPC", "vpc-3", "restored"), ("VPC", "vpc-after-the-backup", "missing"),
    }  # fmt: skip
    row = VPC.objects.get(name="vpc-1")
    assert row.live["subnets"]["default"]["vlan"] == 1
    assert int(row.resource_version) < seen["vpc-1"]
    assert not sync(few).changes.exists()


def test_fault_8_same_name_with_new_uid_is_a_replacement(server, few):
    row = VPC.objects.get(name="vpc-2")
    row.tags.add("kept")
    server.delete("vpcs", "vpc-2")
    server.put(vpc("vpc-2", 77, uid="11111111-2222-3333-4444-555555555555"))
    run = sync(few)
    assert (run.state, run.counts["VPC"]["replaced"], run.counts["VPC"]["updated"]) == ("succeeded", 1, 0)
    again = VPC.objects.get(name="vpc-2")
    assert again.pk == row.pk
    assert again.uid == "11111111-2222-3333-4444-555555555555"
    assert again.live["subnets"]["default"]["vlan"] == 77
    assert [tag.name for tag in again.tags.all()] == ["kept"]
    assert [change.action for change in run.changes.all()] == ["replaced"]


@pytest.mark.parametrize("status", [500, 503])
def test_fault_10_page_three_of_five_fails_and_nothing_is_removed(server, many, status, monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 250)
    monkeypatch.setattr(paging, "OVERLOAD_TRIES", 2)
    for number in (*range(0, 1200, 250), *range(1150, 1200)):  # one or more of each page
        server.delete("vpcs", f"vpc-{number:04}")
    fault = server.faults.fail(status, kind="vpcs", verb="list", after=2)
    run = sync(many)
    assert server.faults.hits(fault) >= 1
    assert run.state == RunStateChoices.FAILED
    assert run.counts["VPC"]["listed"] == 500
    assert run.error_code in ("server_error", "overloaded")
    assert "practice fault" in run.error_message
    assert run.error_hint
    assert not run.counts["VPC"]["complete"]
    nothing_is_missing(VPC, 1200)


@pytest.mark.parametrize("fault", ["cut", "drop"])
def test_fault_10_answer_that_breaks_off_ends_the_run_failed_and_removes_nothing(server, many, fault):
    server.faults.add(fault, kind="vpcs", verb="list", after=1)
    run = sync(many)
    assert run.state == RunStateChoices.FAILED
    assert run.error_code in ("answer_cut", "connection_lost")
    nothing_is_missing(VPC, 1200)


def test_fault_11_empty_list_is_blocked(server, few):
    server.faults.empty("vpcs")
    run = sync(few)
    assert run.state == RunStateChoices.BLOCKED
    assert codes(run) == {("VPC", "empty_source")}
    assert run.error_code
    assert "removed" in run.issues.get().hint
    nothing_is_missing(VPC, 3)


def test_fault_11_every_kind_empty_is_blocked(server, few):
    server.faults.empty()
    run = sync(few)
    assert run.state == RunStateChoices.BLOCKED
    assert codes(run) == {("VPC", "empty_source"), ("Server", "empty_source")}
    nothing_is_missing(VPC, 3)
    nothing_is_missing(Server, 2)


def test_fault_12_forbidden_kind_is_unknown_and_the_others_go_on(server, few):
    server.put(manifest("Server", "wiring", "server-3"))
    server.faults.forbid("vpcs")
    run = sync(few)
    assert run.state == RunStateChoices.PARTIAL
    assert codes(run) == {("VPC", "forbidden")}
    assert "vpcs" in run.issues.get().message
    assert Server.objects.count() == 3
    nothing_is_missing(VPC, 3)
    look = KindObservation.objects.get(kind="VPC")
    assert look.error_code == "forbidden"
    assert look.complete_at < look.looked_at


def test_fault_13_missing_crd_turns_a_kind_off_until_it_is_served_again(server, few):
    fault = server.faults.hide("vpcs")
    run = sync(few)
    assert run.state == RunStateChoices.PARTIAL
    assert codes(run) == {("VPC", "not_served")}
    nothing_is_missing(VPC, 3)
    server.faults.remove(fault)
    server.put(vpc("vpc-4", 4))
    run = sync(few)
    assert run.state == RunStateChoices.SUCCEEDED
    assert VPC.objects.count() == 4
    assert KindObservation.objects.get(kind="VPC").error_code == ""


def test_fault_13_cluster_without_any_hedgehog_kind_removes_nothing(server, few):
    for kind in kinds.KINDS:
        server.faults.hide(kind.plural)
    run = sync(few)
    assert (run.state, run.error_code) == (RunStateChoices.FAILED, "no_hedgehog_crds")
    nothing_is_missing(VPC, 3)


def test_fault_14_another_served_version_is_found_by_discovery(server, few):
    before = server.list("vpcs")
    crd = kinds.crd(kinds.by_name("VPC"))
    crd["spec"]["versions"][0]["name"] = "v1beta2"
    server.add_kind(crd)
    server.remove_kind("vpc.githedgehog.com/v1beta1/vpcs")  # an upgrade of the fabric's controller
    newer = "vpc.githedgehog.com/v1beta2"
    server.put_all({**body, "apiVersion": newer} for body in before)
    server.put({**vpc("vpc-9"), "apiVersion": newer})
    run = sync(few)
    assert run.state == RunStateChoices.SUCCEEDED
    assert KindObservation.objects.get(kind="VPC").api_version == "v1beta2"
    assert [(change.name, change.action) for change in run.changes.all()] == [("vpc-9", "created")]
    assert set(VPC.objects.values_list("api_version", flat=True)) == {newer}
    nothing_is_missing(VPC, 4)


def test_fault_15_unknown_fields_survive(server, fabric):
    odd = vpc("vpc-1")
    odd["spec"]["quantum"] = {"entangled": [1, None, "x"]}
    odd["status"] = {"novel": {"field": 1.5}}
    server.put(odd)
    sync(fabric)
    row = VPC.objects.get()
    assert row.live["quantum"] == {"entangled": [1, None, "x"]}
    assert row.status == {"novel": {"field": 1.5}}


def test_fault_16_too_many_requests_is_waited_for_as_long_as_the_server_asks(server, few):
    fault = server.faults.throttle(1, kind="vpcs", times=2)
    began = time.monotonic()
    run = sync(few)
    assert run.state == RunStateChoices.SUCCEEDED
    assert server.faults.hits(fault) == 2
    assert time.monotonic() - began >= 2


def test_fault_16_too_many_requests_in_mid_list_asks_for_the_same_page_again(server, many):
    fault = server.faults.throttle(1, kind="vpcs", after=1, times=1)
    begun, began = len(server.requests), time.monotonic()
    run = sync(many)
    assert run.state == RunStateChoices.SUCCEEDED
    assert server.faults.hits(fault) == 1
    assert time.monotonic() - began >= 1
    asked = [seen.query.get("continue") for seen in server.requests[begun:] if seen.path.endswith("/vpcs")]
    assert (len(asked), asked[1]) == (4, asked[2]), "the list was begun again"
    assert run.counts["VPC"]["listed"] == 1200


def test_fault_18_wrong_ca_is_a_clear_error_and_changes_nothing(few):
    with PracticeServer(empty=True) as other:
        text = few.target().ca_pem
        assert text
        few.credential_kind, few.api_url, few.ca_certificate = "token", few.api_url, other.ca_pem
        few.set_credential(token="any")
        few.save()
    run = sync(few)
    assert (run.state, run.error_code) == (RunStateChoices.FAILED, "tls_unknown_ca")
    nothing_is_missing(VPC, 3)


def test_fault_18_server_that_comes_back_with_another_ca_is_a_clear_error_and_changes_nothing(server, few):
    port = urlsplit(server.url).port
    server.stop()
    with PracticeServer(empty=True, port=port):
        run = sync(few)
        assert (run.state, run.error_code) == (RunStateChoices.FAILED, "tls_unknown_ca")
        assert "certificate" in run.error_message
        assert run.error_hint
    nothing_is_missing(VPC, 3)
    nothing_is_missing(Server, 2)


def test_fault_20_malformed_object_is_one_issue_and_the_rest_go_on(server, few):
    server.put({**vpc("broken"), "spec": ["no", "object"]})
    server.put(vpc("vpc-4", 4))
    run = sync(few)
    assert run.state == RunStateChoices.PARTIAL
    issue = run.issues.get()
    assert (issue.kind, issue.name, issue.code) == ("VPC", "broken", "malformed_object")
    assert VPC.objects.count() == 4


def test_fault_20_object_that_became_malformed_is_not_taken_for_gone(server, few):
    server.put({**vpc("vpc-1"), "spec": ["no", "object"]})
    assert sync(few).state == RunStateChoices.PARTIAL
    nothing_is_missing(VPC, 3)


def test_unknown_kind_lands_in_other_resources_whole(server, fabric):
    names = {"plural": "flows", "singular": "flow", "kind": "Flow", "listKind": "FlowList"}
    version = {"name": "v1alpha1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
    spec = {"group": "novel.githedgehog.com", "names": names, "scope": "Namespaced", "versions": [version]}
    server.add_kind({"metadata": {"name": "flows.novel.githedgehog.com"}, "spec": spec})
    flow = {
        "apiVersion": "novel.githedgehog.com/v1alpha1",
        "kind": "Flow",
        "metadata": {"name": "flow-1", "labels": {"a": "b"}},
        "spec": {"deep": {"er": [1, {"x": None}]}, "password": "gone"},
        "status": {"phase": "Ready"},
        "beside": 1,
    }
    server.put(flow)
    run = sync(fabric)
    assert run.state == RunStateChoices.SUCCEEDED
    row = OtherResource.objects.get()
    assert (row.api_group, row.kind, row.plural, row.name) == ("novel.githedgehog.com", "Flow", "flows", "flow-1")
    assert row.live == {"deep": {"er": [1, {"x": None}]}}
    assert (row.status, row.labels) == ({"phase": "Ready"}, {"a": "b"})
    assert writes(statements(fabric)) == []


def test_statements_do_not_grow_with_unchanged_objects(server, fabric):
    server.put(vpc("vpc-1"))
    sync(fabric)
    few = len(statements(fabric))
    server.put_all(vpc(f"other-{number}", number) for number in range(1600))
    sync(fabric)
    assert len(statements(fabric)) == few


def test_sync_asks_the_cluster_for_nothing_but_reading(server, few):
    writing = [
        server.faults.add("forbid", verb=verb) for verb in ("create", "update", "patch", "delete", "deletecollection")
    ]
    reading = server.faults.add("latency", verb="list", seconds=0)
    server.put(vpc("vpc-4", 4))
    server.delete("vpcs", "vpc-1")
    assert sync(few).state == RunStateChoices.SUCCEEDED
    assert [fault.hits for fault in writing] == [0] * len(writing)
    assert reading.hits
