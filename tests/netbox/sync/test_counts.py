"""A run's counts add up, whatever happens to its objects, and say what the database holds."""

import pytest

from netbox_hedgehog.models import VPC, ResourceChange
from netbox_hedgehog.sync.execute.dry_run import dry_run as dry_sync
from netbox_hedgehog.sync.store import changelog
from tests.builders import manifest, vpc
from tests.netbox.sync.given import statements, sync, writes

pytestmark = pytest.mark.django_db
PARTS = ("created", "updated", "replaced", "restored", "unchanged", "malformed")


def adds_up(run):
    for kind, counts in run.counts.items():
        assert counts["listed"] == sum(counts[part] for part in PARTS), (kind, counts)
    return run


@pytest.fixture
def busy(server, fabric):
    """One object of each fate for the next sync."""
    server.put_all(vpc(f"vpc-{number}", number) for number in range(1, 9))
    server.put(manifest("Server", "wiring", "server-1"))
    adds_up(sync(fabric))
    server.delete("vpcs", "vpc-2")
    adds_up(sync(fabric))
    server.put(vpc("vpc-new"))
    server.put(vpc("vpc-1", 77))
    server.put(vpc("vpc-2", 2))
    server.put(vpc("vpc-3", 3, uid="99999999-aaaa-bbbb-cccc-dddddddddddd"))
    server.put(server.get("vpcs", "vpc-4"))
    server.delete("vpcs", "vpc-5")
    return fabric


def test_counts_add_up_for_every_fate(server, busy):
    run = adds_up(sync(busy))
    counts = run.counts["VPC"]
    told = {name: counts[name] for name in (*PARTS, "missing", "removed")}
    assert told == {
        "created": 1, "updated": 1, "replaced": 1, "restored": 1, "unchanged": 4, "malformed": 0, "missing": 1,
        "removed": 0,
    }  # fmt: skip
    assert run.counts["Server"]["unchanged"] == 1
    assert run.progress["percent"] == 100
    assert run.progress["listed"] == 9


def test_changes_tell_what_happened_to_which_object(server, busy):
    run = sync(busy)
    told = {change.name: (change.action, change.paths) for change in run.changes.all()}
    assert told == {
        "vpc-new": ("created", []),
        "vpc-1": ("updated", ["spec.subnets.default.vlan"]),
        "vpc-2": ("restored", []),
        "vpc-3": ("replaced", []),
        "vpc-5": ("missing", []),
    }
    for change in run.changes.all():
        assert VPC.objects.get(pk=change.object_id).name == change.name


def test_counts_add_up_with_a_malformed_object(server, busy):
    server.put({**vpc("broken"), "spec": "no object"})
    assert adds_up(sync(busy)).counts["VPC"]["malformed"] == 1


def test_counts_add_up_when_the_first_import_has_to_begin_a_list_again(server, fabric):
    server.put_all(vpc(f"vpc-{number:04}") for number in range(1300))
    fault = server.faults.add("expire", kind="vpcs", after=2, times=1)
    run = adds_up(sync(fabric))
    assert server.faults.hits(fault) == 1
    assert run.counts["VPC"]["created"] == 1300
    assert ResourceChange.objects.filter(run=run).count() == 1300


def test_dry_run_tells_what_a_sync_then_does_and_writes_nothing(server, busy):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        told = dry_sync(busy)
    assert writes([each["sql"] for each in captured]) == []
    assert not [each for each in captured if "syncrun" in each["sql"] and not each["sql"].startswith("SELECT")]
    run = sync(busy)
    assert told["state"] == run.state
    assert told["counts"]["VPC"] == run.counts["VPC"]


def test_heartbeat_in_a_status_is_written_and_not_told_as_a_change(server, fabric):
    agent = manifest("Agent", "agent", "leaf-1", {"role": "server-leaf"})
    server.put({**agent, "status": {"lastHeartbeat": "2026-01-01T00:00:00Z"}})
    sync(fabric)
    server.put({**agent, "status": {"lastHeartbeat": "2026-01-01T00:00:15Z"}})
    run = adds_up(sync(fabric))
    assert run.counts["Agent"]["updated"] == 1
    assert not run.changes.exists()


def test_status_only_changes_touch_neither_references_nor_search_nor_change_log(server, fabric):
    server.put({**vpc("vpc-1"), "status": {"seen": 1}})
    sync(fabric)
    server.put({**vpc("vpc-1"), "status": {"seen": 2}})
    tables = {each.split('"')[1] for each in writes(statements(fabric))}
    assert tables == {"netbox_hedgehog_vpc"}


def test_counts_of_a_batch_that_was_rolled_back_are_taken_back(server, busy, monkeypatch):
    def fail(*_):
        raise RuntimeError("no change log today")

    monkeypatch.setattr(changelog, "log_created", fail)
    with pytest.raises(RuntimeError):
        sync(busy)
    run = busy.runs.first()
    assert (run.state, run.error_code) == ("failed", "internal")
    counts = run.counts["VPC"]
    assert [counts[name] for name in ("created", "updated", "replaced", "restored")] == [0, 0, 0, 0]
    assert run.progress["written"] == 0
    assert not VPC.objects.filter(name="vpc-new").exists()
