"""What is wrong with a fabric is kept, and each edge of it belongs to exactly one of those who find it out."""

import threading

import pytest
from core.models import Job
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from netbox_hedgehog.jobs import FabricSyncScheduler
from netbox_hedgehog.models import ConnectionTest, Fabric, FabricCondition, SyncRun
from netbox_hedgehog.sync.health import conditions, facts_of
from netbox_hedgehog.sync.health.conditions import evaluate, evaluate_success, store
from netbox_hedgehog.sync.health.rules import Finding
from netbox_hedgehog.sync.recovery.sweep import sweep
from tests.netbox.sync.aged import ago, ended, running, watched
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db
TYPES = ["Blocked", "Stale", "SyncFailed", "Unreachable"]


@pytest.fixture
def lab():
    return Fabric.objects.create(name="lab", sync_interval=300, api_url="https://192.0.2.7:6443")


def true(fabric):
    """The conditions that are kept as true."""
    return list(FabricCondition.objects.filter(fabric=fabric, status=True).values_list("type", flat=True))


def edges(*fabrics):
    return [(edge.finding.type, edge.finding.status) for edge in evaluate(fabrics)]


def test_nothing_is_wrong_with_a_new_fabric_and_that_is_no_news(lab):
    assert edges(lab) == []
    assert [(row.type, row.status) for row in lab.conditions.all()] == [(each, False) for each in TYPES]


def test_failed_sync_is_an_edge_once_and_so_is_its_recovery(lab):
    failed = ended(lab, "failed", 50, "timed_out")
    assert edges(lab) == [("SyncFailed", True), ("Unreachable", True)]
    row = lab.conditions.get(type="SyncFailed")
    assert (row.status, row.reason, row.message) == (True, "timed_out", "words of timed_out")
    assert row.changed_at > failed.finished
    assert edges(lab) == []
    ended(lab, "failed", 40, "timed_out")
    assert edges(lab) == []
    fine = ended(lab, "succeeded", 30)
    assert edges(lab) == [("SyncFailed", False), ("Unreachable", False)]
    again = lab.conditions.get(type="SyncFailed")
    assert (again.status, again.reason, again.message) == (False, "succeeded", f"Run #{fine.pk} ended succeeded.")
    assert again.changed_at > row.changed_at


CASES = {
    "succeeded": ([("succeeded", "")], []),
    "partial": ([("partial", "forbidden")], []),
    "lost": ([("lost", "worker_lost")], ["SyncFailed"]),
    "own fault": ([("failed", "internal")], ["SyncFailed"]),
    "refused": ([("failed", "unauthorized")], ["SyncFailed", "Unreachable"]),
    "failed without a code": ([("failed", "")], ["SyncFailed", "Unreachable"]),
    "blocked": ([("blocked", "shrink_guard")], ["Blocked"]),
    "cancelled after a failure": ([("failed", "internal"), ("cancelled", "cancelled")], ["SyncFailed"]),
    "cancelled alone": ([("cancelled", "cancelled")], []),
    "failed after blocked": ([("blocked", "shrink_guard"), ("failed", "internal")], ["Blocked", "SyncFailed"]),
    "blocked after a failure": ([("failed", "internal"), ("blocked", "shrink_guard")], ["Blocked"]),
    "succeeded after blocked": ([("blocked", "shrink_guard"), ("succeeded", "")], []),
}


@pytest.mark.parametrize("case", CASES)
def test_conditions_follow_from_the_runs(lab, case):
    runs, expected = CASES[case]
    for number, (state, code) in enumerate(runs):
        ended(lab, state, 60 - number, code)
    evaluate([lab])
    assert true(lab) == expected


@pytest.mark.parametrize("state", ["failed", "succeeded", "blocked"])
def test_run_of_one_kind_says_nothing_of_the_fabric(lab, state):
    ended(lab, "failed", 60, "internal")
    ended(lab, state, 30, "not_served" if state == "failed" else "", scope={"kind": "VPC", "group": "vpc"})
    evaluate([lab])
    assert lab.conditions.get(type="SyncFailed").reason == "internal"
    assert not lab.conditions.get(type="Blocked").status


def test_stale_is_noticed_by_the_tick_within_a_minute(lab):
    ended(lab, "succeeded", 2 * lab.sync_interval + 50)
    assert edges(lab) == []
    SyncRun.objects.all().delete()
    ended(lab, "succeeded", 2 * lab.sync_interval + 70)
    FabricSyncScheduler(Job(log_entries=[])).run()
    assert true(lab) == ["Stale"]


def test_suspended_fabric_is_not_called_stale(lab):
    ended(lab, "succeeded", 5000)
    Fabric.objects.update(suspended=True)
    evaluate(Fabric.objects.all())
    assert true(lab) == []
    Fabric.objects.update(suspended=False)
    assert edges(*Fabric.objects.all()) == [("Stale", True)]


def test_unreachable_by_the_watcher_is_noticed_by_the_tick(lab):
    ended(lab, "succeeded", 40)
    words = {"error_at": ago(3), "error_code": "connection_refused", "error_message": "Connection refused"}
    watched(lab, "unreachable", **words)
    FabricSyncScheduler(Job(log_entries=[])).run()
    row = lab.conditions.get(type="Unreachable")
    assert (row.status, row.reason, row.message) == (True, "connection_refused", "Connection refused")


def test_unreachable_by_the_watcher_names_a_next_step_with_the_address_and_no_run(lab):
    ended(lab, "succeeded", 40)
    watched(lab, "unreachable", error_at=ago(3), error_code="connection_refused", error_message="Connection refused")
    (edge,) = evaluate([lab])
    assert "nc -vz 192.0.2.7 6443" in edge.finding.hint
    assert edge.finding.run is None


def test_what_is_wrong_for_another_reason_by_now_keeps_its_time_and_is_no_edge(lab):
    ended(lab, "failed", 60, "timed_out")
    evaluate([lab])
    before = lab.conditions.get(type="Unreachable")
    ConnectionTest.objects.create(
        fabric=lab, ok=False, finished=timezone.now(), error_code="tls_expired", error_message="certificate has expired"
    )
    assert edges(lab) == []
    after = lab.conditions.get(type="Unreachable")
    assert (after.reason, after.message) == ("tls_expired", "certificate has expired")
    assert after.changed_at == before.changed_at


def test_steady_state_writes_nothing_and_costs_the_same_for_many_fabrics(lab):
    more = [Fabric.objects.create(name=f"fabric-{number}") for number in range(30)]
    for fabric in (lab, *more):
        ended(fabric, "failed", 60, "timed_out")
    evaluate([lab, *more])
    counts = []
    for fabrics in ([lab], [lab, *more]):
        with CaptureQueriesContext(connection) as captured:
            assert edges(*fabrics) == []
        assert not [each["sql"] for each in captured if "INSERT" in each["sql"] or "UPDATE" in each["sql"]]
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_edges_of_many_fabrics_are_as_many_statements_as_those_of_one(lab):
    fabrics = [lab, *(Fabric.objects.create(name=f"fabric-{number}") for number in range(30))]
    evaluate(fabrics)
    counts = []
    for some in (fabrics[:1], fabrics[1:]):
        for fabric in some:
            ended(fabric, "failed", 60, "timed_out")
        with CaptureQueriesContext(connection) as captured:
            assert len(edges(*some)) == 2 * len(some)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_who_looked_before_the_newest_edge_does_not_undo_it(lab):
    looked = timezone.now()
    ended(lab, "failed", 60, "timed_out")
    evaluate([lab])
    late = [Finding(lab, "SyncFailed", False, "succeeded")]
    assert store(late, looked) == []
    assert "SyncFailed" in true(lab)
    assert [edge.finding.status for edge in store(late, timezone.now())] == [False]


def test_edge_that_another_has_made_since_is_not_told_again(lab):
    evaluate([lab])
    found = [Finding(lab, "Stale", True)]
    assert len(store(found, timezone.now())) == 1
    before = lab.conditions.get(type="Stale").changed_at
    assert store(found, timezone.now()) == []
    assert lab.conditions.get(type="Stale").changed_at == before


def test_fabric_that_is_gone_gets_no_condition(lab):
    gone = Fabric.objects.create(name="gone")
    seen = Fabric.objects.get(pk=gone.pk)
    gone.delete()
    found = [Finding(each, "Stale", True) for each in (seen, lab)]
    assert [edge.finding.fabric for edge in store(found, timezone.now())] == [lab]


def test_fabric_is_deleted_with_its_conditions(lab):
    evaluate([lab])
    lab.delete()
    assert not FabricCondition.objects.exists()


def test_facts_tell_the_conditions_in_one_order(lab):
    ended(lab, "failed", 60, "timed_out")
    evaluate([lab])
    told = facts_of(lab).conditions
    assert [(each.type, each.status) for each in told] == list(zip(TYPES, (False, False, True, True), strict=True))


# --- who evaluates


def test_end_of_a_run_evaluates(server, fabric):
    server.faults.add("unauthorized")
    assert sync(fabric).state == "failed"
    assert true(fabric) == ["SyncFailed", "Unreachable"]
    server.faults.clear()
    assert sync(fabric).state == "succeeded"
    assert true(fabric) == []


def test_success_of_a_fabric_with_which_all_is_well_asks_no_more_than_that(server, fabric, django_assert_num_queries):
    evaluate_success(fabric.pk)
    assert fabric.conditions.count() == len(TYPES)
    with django_assert_num_queries(1):
        evaluate_success(fabric.pk)


def test_sweep_that_calls_a_run_lost_evaluates(lab, django_capture_on_commit_callbacks):
    running(lab, lease=-5)
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    row = lab.conditions.get(type="SyncFailed")
    assert (row.status, row.reason) == (True, "worker_lost")


def test_run_ends_as_it_did_where_the_conditions_cannot_be_kept(server, fabric, monkeypatch, caplog):
    monkeypatch.setattr(conditions, "UPSERT_TRANSITION", "SELECT 1/0, %s, %s, %s, %s, %s, %s")
    monkeypatch.setattr(conditions, "store", _in_a_savepoint(store))
    assert sync(fabric).state == "succeeded"
    assert "Conditions were not evaluated" in caplog.text


def _in_a_savepoint(wrapped):
    """The test's own transaction outlives the error."""
    from django.db import transaction

    def within(*arguments):
        with transaction.atomic():
            return wrapped(*arguments)

    return within


# --- exactly once


@pytest.mark.django_db(transaction=True)
def test_of_many_that_race_exactly_one_gets_each_edge(lab):
    processes = 8
    for state, expected in (("failed", 2), ("succeeded", 2), ("failed", 2)):
        ended(lab, state, 0, "timed_out" if state == "failed" else "")
        barrier, told = threading.Barrier(processes), []

        def look(barrier=barrier, told=told):
            barrier.wait()
            told += [edge.finding.type for edge in evaluate([Fabric.objects.get(pk=lab.pk)])]
            connection.close()

        threads = [threading.Thread(target=look) for _ in range(processes)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(told) == len(set(told)) == expected
