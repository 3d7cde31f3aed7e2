"""The history of objects: one row a change, the same whoever writes it, in the transaction that writes the object."""

import pytest
from django.db import DatabaseError

from netbox_hedgehog.models import VPC, Agent, ResourceChange
from netbox_hedgehog.sync.store import history
from tests.builders import manifest, vpc
from tests.netbox.sync.given import sync
from tests.netbox.watch.given import arrival, vlan

pytestmark = pytest.mark.django_db
COLUMNS = ("api_group", "kind", "namespace", "name", "object_id", "action", "fields", "fields_left_out")
VLAN = "spec.subnets.default.vlan"
EDITED = {"manager": "kubectl-edit", "operation": "Update", "time": "2026-07-24T10:05:00Z"}


def rows(**which):
    return list(ResourceChange.objects.filter(**which).values(*COLUMNS, "managers", "run_id"))


def without(row, *names):
    return {name: value for name, value in row.items() if name not in names}


def edited(obj, by=EDITED):
    """OBJ as a server serves it that keeps managedFields, after BY has written it."""
    status = {**EDITED, "manager": "agent", "subresource": "status"}
    return {**obj, "metadata": {**obj["metadata"], "managedFields": [by, status]}}


def newer(obj):
    return int(obj["metadata"]["resourceVersion"]) + 1


def test_run_and_watcher_write_the_same_row_of_the_same_change(server, batches):
    fabric = batches.writer.fabric
    for name in ("by-run", "by-watcher"):
        server.put(vpc(name, vlan=1001))
    sync(fabric)
    ResourceChange.objects.all().delete()
    seen = server.put(edited(vpc("by-watcher", vlan=1002)))
    assert batches.write([arrival("VPC", "MODIFIED", edited(seen))]) == 1
    server.put(edited(vpc("by-run", vlan=1002)))
    run = sync(fabric)
    ours = ("name", "object_id", "run_id", "managers")
    (by_run,), (by_watcher,) = rows(run=run), rows(run=None)
    assert without(by_run, *ours) == without(by_watcher, *ours)
    assert by_watcher["fields"] == [{"path": VLAN, "before": 1001, "after": 1002}]
    assert (by_run["name"], by_watcher["name"]) == ("by-run", "by-watcher")
    for row in (by_run, by_watcher):
        assert VPC.objects.get(pk=row["object_id"]).name == row["name"]
    change = ResourceChange.objects.get(run=None)
    assert (change.fabric, change.time is not None) == (fabric, True)


def test_history_says_who_changed_an_object(server, batches):
    seen = server.put(vpc("vpc-1", vlan=1001))
    batches.write([arrival("VPC", "ADDED", edited(seen, {**EDITED, "manager": "kubectl-create"}))])
    changed = server.put(vpc("vpc-1", vlan=1002))
    batches.write([arrival("VPC", "MODIFIED", edited(changed))])
    made, then = rows(name="vpc-1")
    assert (made["action"], [each["manager"] for each in made["managers"]]) == ("created", ["kubectl-create"])
    assert (then["action"], then["managers"]) == ("updated", [EDITED])


def test_a_status_that_moves_is_no_history(server, batches):
    server.put(manifest("Agent", "agent", "leaf-1", {"role": "spine"}))
    sync(batches.writer.fabric)
    before = ResourceChange.objects.count()
    moved = {**manifest("Agent", "agent", "leaf-1", {"role": "spine"}), "status": {"lastHeartbeat": "1"}}
    assert batches.write([arrival("Agent", "MODIFIED", server.put(moved))]) == 1
    server.put({**moved, "status": {"lastHeartbeat": "2"}})
    assert sync(batches.writer.fabric).counts["Agent"]["updated"] == 1
    assert Agent.objects.get().status == {"lastHeartbeat": "2"}
    assert ResourceChange.objects.count() == before


def test_what_goes_and_comes_back_and_is_removed_is_history(server, batches):
    fabric = batches.writer.fabric
    fabric.removal_runs, fabric.removal_hours = 2, 0
    fabric.save()
    server.put_all([vpc("vpc-1"), vpc("vpc-2")])
    sync(fabric)
    seen = server.get("vpcs", "vpc-1")
    batches.write([arrival("VPC", "DELETED", seen, newer(seen))])
    batches.write([arrival("VPC", "ADDED", seen, newer(seen) + 1)])
    server.delete("vpcs", "vpc-1")
    runs = [sync(fabric) for _ in range(3)]
    assert not VPC.objects.filter(name="vpc-1").exists()
    told = [(row["action"], row["run_id"]) for row in rows(name="vpc-1")]
    assert [action for action, _ in told] == ["created", "missing", "restored", "missing", "removed"]
    assert [run is None for _, run in told] == [False, True, True, False, False]
    assert {run for _, run in told[3:]} <= {run.pk for run in runs}


def test_history_holds_no_secrets(server, batches):
    def agent(role, secret):
        users = [{"name": "admin", "password": secret, "role": role}]
        return manifest("Agent", "agent", "leaf-1", {"role": role, "config": {"users": users}, "users": users})

    batches.write([arrival("Agent", "ADDED", server.put(agent("spine", "$5$old")))])
    batches.write([arrival("Agent", "MODIFIED", server.put(agent("leaf", "$5$new")))])
    (row,) = rows(kind="Agent", action="updated")
    assert {"path": "spec.role", "before": "spine", "after": "leaf"} in row["fields"]
    assert "$5$" not in str(rows())


@pytest.fixture
def record_fails(monkeypatch):
    def fail(*_):
        raise DatabaseError("no room for history")

    monkeypatch.setattr(history, "bulk_insert", fail)


def test_watchers_row_whose_history_cannot_be_written_is_not_written(server, batches, record_fails):
    seen = server.put(vpc("vpc-1"))
    batches.write([arrival("VPC", "ADDED", seen)])
    assert not VPC.objects.exists()
    assert batches.writer.refusals() == []


def test_deletion_whose_history_cannot_be_written_is_not_written(server, batches, monkeypatch):
    seen = server.put(vpc("vpc-1"))
    batches.write([arrival("VPC", "ADDED", seen)])
    monkeypatch.setattr(history, "bulk_insert", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        batches.write([arrival("VPC", "DELETED", seen, newer(seen))])
    assert VPC.objects.get().state == "present"


def test_runs_row_whose_history_cannot_be_written_is_not_written(server, batches, record_fails):
    server.put(vpc("vpc-1"))
    run = sync(batches.writer.fabric)
    assert not VPC.objects.exists()
    assert run.issues.filter(name="vpc-1", message="no room for history").exists()
    assert vlan() is None
