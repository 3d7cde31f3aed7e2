"""What becomes of objects that are gone from the cluster: missing at once, removed only with proof and patience."""

from datetime import timedelta

import pytest
from core.models import ObjectChange
from django.db.models import F
from django.utils import timezone
from extras.models import CachedValue, JournalEntry, Tag, TaggedItem

from netbox_hedgehog.models import VPC, Reference, Server, VPCAttachment
from tests.builders import fabric_on, manifest, vpc
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def attached(server, fabric):
    """A VPC with an attachment to it, both synced, the attachment tagged and written about."""
    server.put(vpc("vpc-1"))
    server.put(vpc("vpc-2"))
    for name in ("att-1", "att-2"):
        spec = {"subnet": "vpc-1/default", "connection": "server-1--unbundled--leaf-1"}
        server.put(manifest("VPCAttachment", "vpc", name, spec))
    sync(fabric)
    row = VPCAttachment.objects.get(name="att-1")
    row.tags.add("mine")
    JournalEntry.objects.create(assigned_object=row, comments="Watch this one")
    server.delete("vpcattachments", "att-1")
    return row


def hours_pass(model, hours):
    model.objects.filter(missing_since__isnull=False).update(missing_since=F("missing_since") - timedelta(hours=hours))


def test_object_gone_from_the_cluster_is_missing_at_once_and_removed_after_runs_and_hours(server, fabric, attached):
    run = sync(fabric)
    assert (run.state, run.counts["VPCAttachment"]["missing"]) == ("succeeded", 1)
    row = VPCAttachment.objects.get(pk=attached.pk)
    assert (row.state, row.missing_runs, row.missing_since) == ("missing", 1, run.started)
    for number in (2, 3, 4):
        sync(fabric)
        assert VPCAttachment.objects.get(pk=attached.pk).missing_runs == number
    hours_pass(VPCAttachment, 1)
    run = sync(fabric)
    assert run.counts["VPCAttachment"]["removed"] == 1
    assert list(VPCAttachment.objects.values_list("name", flat=True)) == ["att-2"]


def test_hours_alone_remove_nothing_before_enough_runs(server, fabric, attached):
    fabric.removal_runs = 3
    fabric.save()
    sync(fabric)
    hours_pass(VPCAttachment, 100)
    sync(fabric)
    assert VPCAttachment.objects.filter(pk=attached.pk).exists()
    assert sync(fabric).counts["VPCAttachment"]["removed"] == 1


def test_zero_runs_and_hours_remove_at_once(server, fabric, attached):
    fabric.removal_runs = fabric.removal_hours = 0
    fabric.save()
    assert sync(fabric).counts["VPCAttachment"]["removed"] == 1
    assert not VPCAttachment.objects.filter(pk=attached.pk).exists()


def test_failed_runs_do_not_count_towards_removal(server, fabric, attached):
    sync(fabric)
    hours_pass(VPCAttachment, 2)
    server.faults.forbid("vpcattachments")
    assert sync(fabric).state == "partial"
    server.faults.clear()
    server.faults.fail(500, kind="vpcattachments")
    assert sync(fabric).state == "failed"
    row = VPCAttachment.objects.get(pk=attached.pk)
    assert row.missing_runs == 1


def test_object_that_comes_back_keeps_tags_journal_and_key(server, fabric, attached):
    gone = {"subnet": "vpc-2/default", "connection": "server-1--unbundled--leaf-1"}
    sync(fabric)
    server.put(manifest("VPCAttachment", "vpc", "att-1", gone, uid=attached.uid))
    run = sync(fabric)
    assert run.counts["VPCAttachment"]["restored"] == 1
    row = VPCAttachment.objects.get(name="att-1")
    assert (row.pk, row.state, row.missing_runs) == (attached.pk, "present", 0)
    assert row.live == gone
    assert [tag.name for tag in row.tags.all()] == ["mine"]
    assert row.journal_entries.count() == 1
    assert [(change.name, change.action) for change in run.changes.all()] == [("att-1", "restored")]
    assert Reference.objects.filter(source_name="att-1", target_kind="VPC", target_name="vpc-2").exists()
    assert not Reference.objects.filter(source_name="att-1", target_kind="VPC", target_name="vpc-1").exists()


def test_object_that_comes_back_unchanged_to_the_byte_is_restored(server, fabric, attached):
    """A restored etcd serves the very bytes that were seen before the object went missing."""
    kept, backup = server.get("vpcs", "vpc-2"), server.backup()
    server.delete("vpcs", "vpc-2")
    sync(fabric)
    assert VPC.objects.get(name="vpc-2").state == "missing"
    server.restore(*backup)
    assert server.get("vpcs", "vpc-2") == kept
    assert sync(fabric).counts["VPC"]["restored"] == 1


def test_removal_takes_references_search_tags_and_journal_along(server, fabric, attached):
    fabric.removal_runs = fabric.removal_hours = 0
    fabric.save()
    assert Reference.objects.filter(source_name="att-1").exists()
    assert CachedValue.objects.filter(value="att-1").exists()
    run = sync(fabric)
    assert not Reference.objects.filter(source_name="att-1").exists()
    assert Reference.objects.filter(source_name="att-2").exists()
    assert not CachedValue.objects.filter(value="att-1").exists()
    assert CachedValue.objects.filter(value="att-2").exists()
    assert not TaggedItem.objects.exists()
    assert Tag.objects.filter(name="mine").exists()
    assert not JournalEntry.objects.exists()
    entry, of_journal = ObjectChange.objects.filter(action="delete", request_id=run.request_id).order_by("-pk")
    assert of_journal.prechange_data["comments"] == "Watch this one"
    assert (entry.changed_object_id, entry.object_repr) == (attached.pk, "att-1")
    assert entry.prechange_data["tags"] == ["mine"]


def test_shrink_guard_blocks_beyond_percent_and_count_of_the_fabric(server, fabric):
    server.put_all(vpc(f"vpc-{number:02}") for number in range(20))
    sync(fabric)
    fabric.shrink_percent, fabric.shrink_count = 10, 2
    fabric.save()
    for number in range(3):
        server.delete("vpcs", f"vpc-{number:02}")
    run = sync(fabric)
    assert (run.state, run.error_code) == ("blocked", "shrink_guard")
    issue = run.issues.get()
    assert "3 of 20" in issue.message
    assert "10%" in issue.message
    assert not VPC.objects.filter(missing_since__isnull=False).exists()
    fabric.shrink_count = 3
    fabric.save()
    run = sync(fabric)
    assert (run.state, run.counts["VPC"]["missing"]) == ("succeeded", 3)


def test_blocked_kind_still_takes_in_what_is_new_and_other_kinds_go_on(server, fabric):
    server.put_all(vpc(f"vpc-{number}") for number in range(8))
    server.put(manifest("Server", "wiring", "server-1"))
    sync(fabric)
    for number in range(7):
        server.delete("vpcs", f"vpc-{number}")
    server.put(vpc("vpc-new"))
    server.put(manifest("Server", "wiring", "server-2"))
    run = sync(fabric)
    assert run.state == "blocked"
    assert VPC.objects.filter(missing_since=None).count() == 9
    assert Server.objects.count() == 2


def test_one_fabric_takes_nothing_from_another(server, fabric):
    server.put(vpc("vpc-1"))
    other = fabric_on(server.kubeconfig, "other")
    sync(fabric)
    sync(other)
    server.delete("vpcs", "vpc-1")
    server.put(vpc("vpc-2"))
    sync(fabric)
    assert VPC.objects.get(fabric=fabric, name="vpc-1").state == "missing"
    assert VPC.objects.get(fabric=other, name="vpc-1").state == "present"


def test_namespaces_that_are_no_longer_read_prove_nothing(server, fabric):
    server.put(vpc("vpc-1"))
    server.put(vpc("vpc-2", namespace="tenants"))
    sync(fabric)
    fabric.namespaces = ["default"]
    fabric.save()
    run = sync(fabric)
    assert (run.state, run.counts["VPC"]["missing"]) == ("succeeded", 0)
    assert VPC.objects.get(name="vpc-2").state == "present"


def test_fault_41_missing_since_is_by_the_database(server, fabric, attached, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: timezone.datetime(2001, 1, 1, tzinfo=timezone.get_current_timezone()))
    sync(fabric)
    monkeypatch.undo()
    assert timezone.now() - VPCAttachment.objects.get(pk=attached.pk).missing_since < timedelta(minutes=5)
