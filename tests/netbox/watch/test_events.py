"""What events do to the stored objects: the newest sight wins, whoever brings it and in whatever order."""

import pytest
from core.models import ObjectChange
from django.db import connection
from django.test.utils import CaptureQueriesContext
from extras.models import CachedValue
from redis.exceptions import RedisError

from netbox_hedgehog.models import VPC, Agent, Reference, Watcher
from netbox_hedgehog.sync.execute.run_writer import RunWriter
from netbox_hedgehog.sync.runs.transitions import LeaseLost
from netbox_hedgehog.sync.store import changelog
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter
from tests.builders import manifest, vpc
from tests.netbox.sync.given import sync, writes
from tests.netbox.watch.given import arrival

pytestmark = pytest.mark.django_db


def stored(name="vpc-1"):
    return VPC.objects.get(name=name)


def vlan(row):
    return row.live["subnets"]["default"]["vlan"]


def test_an_added_object_is_stored_with_log_search_and_references(server, batches):
    assert batches.write([arrival("VPC", "ADDED", server.put(vpc("vpc-1")))]) == 1
    row = stored()
    assert vlan(row) == 1001
    (change,) = ObjectChange.objects.filter(changed_object_id=row.pk, action="create")
    assert change.user_name == "hedgehog watch"
    assert CachedValue.objects.filter(object_id=row.pk, value="vpc-1").exists()
    assert Reference.objects.filter(source_kind="VPC", source_name="vpc-1").exists()


def test_a_change_is_stored_and_makes_no_entry_in_the_change_log(server, batches):
    server.put(vpc("vpc-1"))
    sync(batches.writer.fabric)
    entries = ObjectChange.objects.count()
    batches.write([arrival("VPC", "MODIFIED", server.put(vpc("vpc-1", vlan=1002)))])
    assert vlan(stored()) == 1002
    assert ObjectChange.objects.count() == entries


def test_fault_9_events_doubled_and_out_of_order_end_in_the_newest(server, batches):
    first, second, third = (server.put(vpc("vpc-1", vlan=number)) for number in (1001, 1002, 1003))
    events = [
        arrival("VPC", "ADDED", first),
        arrival("VPC", "MODIFIED", third),
        arrival("VPC", "MODIFIED", second),
        arrival("VPC", "MODIFIED", third),
    ]
    batches.write(events)
    assert vlan(stored()) == 1003
    for event in events:
        batches.write([event])
        assert vlan(stored()) == 1003
    assert ObjectChange.objects.filter(action="create").count() == 1


def test_a_deletion_marks_the_object_missing_and_an_older_sight_does_not_bring_it_back(server, batches):
    server.put(vpc("vpc-1"))
    sync(batches.writer.fabric)
    late = server.put(vpc("vpc-1", vlan=1002))
    deletion = arrival("VPC", "DELETED", late, int(late["metadata"]["resourceVersion"]) + 1)
    batches.write([deletion])
    assert stored().state == "missing"
    assert ObjectChange.objects.filter(message="Gone from the cluster").count() == 1
    batches.write([deletion])
    batches.write([arrival("VPC", "MODIFIED", late)])
    assert stored().state == "missing"
    assert ObjectChange.objects.filter(message="Gone from the cluster").count() == 1


def test_a_second_deletion_of_what_is_missing_does_not_begin_its_absence_anew(server, batches):
    server.put(vpc("vpc-1"))
    sync(batches.writer.fabric)
    last = server.get("vpcs", "vpc-1")
    version = int(last["metadata"]["resourceVersion"])
    assert batches.write([arrival("VPC", "DELETED", last, version + 1)]) == 1
    VPC.objects.update(missing_runs=2)
    since = stored().missing_since
    assert batches.write([arrival("VPC", "DELETED", last, version + 2)]) == 0
    assert (stored().missing_since, stored().missing_runs) == (since, 2)


def test_what_is_made_again_is_present_again(server, batches):
    server.put(vpc("vpc-1"))
    sync(batches.writer.fabric)
    old = server.get("vpcs", "vpc-1")
    server.delete("vpcs", "vpc-1")
    new = server.put(vpc("vpc-1", vlan=1002))
    gone = arrival("VPC", "DELETED", old, int(new["metadata"]["resourceVersion"]) - 1)
    batches.write([gone])
    batches.write([arrival("VPC", "ADDED", new)])
    assert (stored().state, vlan(stored()), stored().uid) == ("present", 1002, new["metadata"]["uid"])
    batches.write([gone])  # late: it is of the object before
    assert stored().state == "present"


def test_fault_8_the_same_name_with_a_new_uid_is_told_as_made_again(server, batches):
    server.put(vpc("vpc-1"))
    sync(batches.writer.fabric)
    server.delete("vpcs", "vpc-1")
    batches.write([arrival("VPC", "ADDED", server.put(vpc("vpc-1", uid="another")))])
    assert stored().uid == "another"
    assert ObjectChange.objects.filter(message__startswith="Deleted and created again").count() == 1


def test_fault_5_bookmarks_ask_the_database_nothing(batches, django_assert_num_queries):
    mark = {"metadata": {"resourceVersion": "99"}}
    with django_assert_num_queries(0):
        assert batches.write([arrival("VPC", "BOOKMARK", mark)]) == 0


def test_fault_63_what_is_stored_already_is_not_written(server, batches):
    server.put(vpc("vpc-1"))
    sync(batches.writer.fabric)
    event = arrival("VPC", "ADDED", server.get("vpcs", "vpc-1"))
    with CaptureQueriesContext(connection) as captured:
        assert batches.write([event]) == 0
    assert writes([each["sql"] for each in captured]) == []


def test_a_malformed_object_leaves_the_others_alone(server, batches):
    bad = server.put(vpc("vpc-0"))
    bad = {**bad, "spec": "text"}
    batches.write([arrival("VPC", "ADDED", bad), arrival("VPC", "ADDED", server.put(vpc("vpc-1")))])
    assert [row.name for row in VPC.objects.all()] == ["vpc-1"]


# --- agents rewrite their status all the time


def agent(server, beat, generation=1):
    made = manifest("Agent", "agent", "leaf-01", {"role": "server-leaf", "description": str(generation)})
    return server.put({**made, "status": {"lastHeartbeat": f"2026-01-01T00:00:{beat:02}Z"}})


def beat_of():
    return Agent.objects.get().status["lastHeartbeat"][-3:-1]


def test_fault_47_a_heartbeat_is_written_once_in_thirty_seconds_and_the_newest_is_not_lost(server, batches, clock):
    batches.write([arrival("Agent", "ADDED", agent(server, 0))])
    entries = ObjectChange.objects.count()
    for beat in (10, 20):
        clock.now += 10
        batches.write([arrival("Agent", "MODIFIED", agent(server, beat))])
        assert beat_of() == "00"
    assert batches.limiter.due() == []
    clock.now += 11
    batches.write(batches.limiter.due())
    assert beat_of() == "20"
    assert batches.limiter.due() == []
    assert ObjectChange.objects.count() == entries


def test_a_changed_spec_is_written_at_once_whatever_the_status_does(server, batches, clock):
    batches.write([arrival("Agent", "ADDED", agent(server, 0))])
    clock.now += 1
    batches.write([arrival("Agent", "MODIFIED", agent(server, 1))])
    batches.write([arrival("Agent", "MODIFIED", agent(server, 2, generation=2))])
    assert (beat_of(), Agent.objects.get().live["description"]) == ("02", "2")
    clock.now += 60
    assert batches.limiter.due() == []  # the heartbeat that was kept is older than what was written


def test_a_heartbeat_that_is_kept_back_is_not_counted_as_done(server, batches, clock):
    batches.write([arrival("Agent", "ADDED", agent(server, 0))])
    kept = agent(server, 1)
    batches.write([arrival("Agent", "MODIFIED", kept)])
    version = int(kept["metadata"]["resourceVersion"])
    assert batches.limiter.oldest() == {"agents.agent.githedgehog.com/": version}


# --- a sync at the same time


def between(monkeypatch, do):
    """Have DO done once, after a sync has listed and before it decides and writes."""
    write, done = RunWriter.write, []

    def do_and_write(writer, table, observed, decide):
        if observed and not done:
            done.append(True)
            do()
        return write(writer, table, observed, decide)

    monkeypatch.setattr(RunWriter, "write", do_and_write)
    return done


def test_a_sync_does_not_undo_what_the_watcher_saw_later(server, batches, monkeypatch):
    server.put(vpc("vpc-1", vlan=1001))
    sync(batches.writer.fabric)
    server.put(vpc("vpc-1", vlan=1002))

    def later():
        batches.write([arrival("VPC", "MODIFIED", server.put(vpc("vpc-1", vlan=1003)))])

    done = between(monkeypatch, later)
    run = sync(batches.writer.fabric)
    assert done
    assert vlan(stored()) == 1003
    assert (run.state, run.counts["VPC"]["updated"], run.counts["VPC"]["unchanged"]) == ("succeeded", 0, 1)


def test_a_sync_does_not_make_anew_what_the_watcher_has_made_already(server, batches, monkeypatch):
    made = server.put(vpc("vpc-1", vlan=1001))
    between(monkeypatch, lambda: batches.write([arrival("VPC", "ADDED", made)]))
    run = sync(batches.writer.fabric)
    assert run.counts["VPC"]["created"] == 0
    assert ObjectChange.objects.filter(action="create", object_repr="vpc-1").count() == 1


def test_a_sync_does_not_bring_back_what_the_watcher_saw_deleted(server, batches, monkeypatch):
    server.put(vpc("vpc-1", vlan=1001))
    sync(batches.writer.fabric)
    seen = server.put(vpc("vpc-1", vlan=1002))

    def later():
        batches.write([arrival("VPC", "DELETED", seen, int(seen["metadata"]["resourceVersion"]) + 1)])

    between(monkeypatch, later)
    sync(batches.writer.fabric)
    assert stored().state == "missing"


def test_what_is_deleted_before_a_sync_stores_it_is_missing_after(server, batches, monkeypatch):
    seen = server.put(vpc("vpc-1"))

    def later():
        batches.write([arrival("VPC", "DELETED", seen, int(seen["metadata"]["resourceVersion"]) + 1)])

    between(monkeypatch, later)
    sync(batches.writer.fabric)
    assert stored().state == "present"  # the sync could not know
    batches.again()
    assert stored().state == "missing"
    assert not batches.orphans


def test_a_sync_does_not_lose_what_came_back_since_its_list(server, batches, monkeypatch):
    server.put_all([vpc("vpc-1"), vpc("vpc-2")])
    sync(batches.writer.fabric)
    server.delete("vpcs", "vpc-1")
    disappeared = RunWriter.disappeared

    def back(writer, table, gone):
        if table.resource.kind == "VPC":
            batches.write([arrival("VPC", "ADDED", server.put(vpc("vpc-1", vlan=1005)))])
        return disappeared(writer, table, gone)

    monkeypatch.setattr(RunWriter, "disappeared", back)
    run = sync(batches.writer.fabric)
    assert (stored().state, vlan(stored()), run.counts["VPC"]["missing"]) == ("present", 1005, 0)


def test_fault_7_a_cluster_put_back_is_read_as_it_is_now(server, batches):
    server.put(vpc("vpc-1", vlan=1001))
    sync(batches.writer.fabric)
    backup, version = server.backup()
    batches.write([arrival("VPC", "MODIFIED", server.put(vpc("vpc-1", vlan=1002)))])
    server.restore(backup, version)
    sync(batches.writer.fabric)
    assert vlan(stored()) == 1001


# --- the fence


def test_fault_36_who_has_lost_the_lease_writes_nothing(server, batches):
    Watcher.objects.update(epoch=99)
    with pytest.raises(LeaseLost):
        batches.write([arrival("VPC", "ADDED", server.put(vpc("vpc-1")))])
    assert not VPC.objects.exists()


def test_a_deletion_of_who_has_lost_the_lease_changes_nothing(server, batches):
    seen = server.put(vpc("vpc-1"))
    sync(batches.writer.fabric)
    Watcher.objects.update(epoch=99)
    with pytest.raises(LeaseLost):
        batches.write([arrival("VPC", "DELETED", seen, int(seen["metadata"]["resourceVersion"]) + 1)])
    assert stored().state == "present"


# --- Redis away


def test_a_change_is_written_when_event_rules_cannot_be_told(server, batches, monkeypatch):
    server.put(vpc("vpc-1"))
    sync(batches.writer.fabric)
    monkeypatch.setattr(changelog, "announce", _away)
    batches.writer.events = True
    assert batches.write([arrival("VPC", "MODIFIED", server.put(vpc("vpc-1", vlan=1002)))]) == 1
    assert vlan(stored()) == 1002


def test_a_transaction_that_redis_broke_is_not_taken_for_written(server, batches, monkeypatch):
    server.put(vpc("vpc-1"))
    sync(batches.writer.fabric)
    monkeypatch.setattr(WatchWriter, "record_changes", _away)
    with pytest.raises(RedisError):
        batches.write([arrival("VPC", "MODIFIED", server.put(vpc("vpc-1", vlan=1002)))])
    assert vlan(stored()) == 1001


def _away(*_):
    raise RedisError("Connection refused")


def test_rows_of_a_batch_are_read_once_and_under_the_lock(server, batches):
    server.put(vpc("vpc-1", vlan=1001))
    sync(batches.writer.fabric)
    server.put(vpc("vpc-1", vlan=1002))
    with CaptureQueriesContext(connection) as of_run:
        sync(batches.writer.fabric)
    changed = server.put(vpc("vpc-1", vlan=1003))
    with CaptureQueriesContext(connection) as of_watcher:
        batches.write([arrival("VPC", "MODIFIED", changed)])
    assert vlan(stored()) == 1003
    for said in ([query["sql"] for query in captured] for captured in (of_run, of_watcher)):
        reads = [n for n, sql in enumerate(said) if '"resource_version"' in sql and 'FROM "netbox_hedgehog_vpc"' in sql]
        locks = [n for n, sql in enumerate(said) if "pg_advisory_xact_lock" in sql]
        assert len(reads) == len(locks) == 1
        assert locks < reads
