"""Old runs go by NetBox's JOB_RETENTION; what the fabric's facts rest on stays."""

from datetime import timedelta

import pytest
from django.db.models import F

from netbox_hedgehog.models import ConnectionTest, HeldObject, Hold, ResourceChange, RunIssue, SyncRun
from netbox_hedgehog.sync.health import facts_of
from netbox_hedgehog.sync.request.override import approve_removal
from netbox_hedgehog.sync.runs import retention
from netbox_hedgehog.sync.runs.retention import forget_old
from tests.builders import vpc
from tests.netbox.history import rewritable
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def retained(settings, monkeypatch):
    """``retained(days)``: the setting, as NetBox's administrators change it."""

    class Config:
        JOB_RETENTION = 0

    monkeypatch.setattr(retention, "get_config", lambda: Config)
    return lambda days: setattr(Config, "JOB_RETENTION", days)


def age(days):
    with rewritable():
        SyncRun.objects.update(**{name: F(name) - timedelta(days=days) for name in ("created", "started", "finished")})


@pytest.fixture
def history(server, fabric):
    """A succeeded run with changes, a blocked one with what it held, and the same again."""
    server.put_all(vpc(f"vpc-{number}") for number in range(8))
    for _ in range(2):
        sync(fabric)
        for number in range(7):
            server.delete("vpcs", f"vpc-{number}")
        assert sync(fabric).state == "blocked"
        server.put_all(vpc(f"vpc-{number}") for number in range(8))
    sync(fabric)
    return fabric


def test_old_runs_go_with_all_that_hangs_on_them_but_the_newest_of_each_state_stay(history, retained):
    age(10)
    before = facts_of(history)
    retained(30)
    assert forget_old() == 0
    retained(7)
    assert forget_old() == 3
    assert sorted(SyncRun.objects.values_list("state", flat=True)) == ["blocked", "succeeded"]
    kept = set(SyncRun.objects.values_list("pk", flat=True))
    for part in (ResourceChange, RunIssue):
        assert set(part.objects.values_list("run", flat=True)) <= kept
    assert facts_of(history).freshness.value == before.freshness.value
    assert set(HeldObject.objects.values_list("hold", flat=True)) <= set(Hold.objects.values_list("pk", flat=True))


def test_approval_stays_as_long_as_a_run_that_it_let_something_through(history, server, retained):
    for number in range(7):
        server.delete("vpcs", f"vpc-{number}")
    blocked = sync(history)
    approve_removal(blocked, "Rack 7 was taken down", approver="anna")
    through = sync(history)
    assert (through.state, through.let_through) == ("succeeded", blocked.held)
    server.put_all(vpc(f"vpc-{number}") for number in range(8))
    sync(history)
    for number in range(6):
        server.delete("vpcs", f"vpc-{number}")
    assert sync(history).state == "blocked"
    Hold.objects.exclude(closed_at=None).update(closed_at=F("closed_at") - timedelta(days=10))
    age(10)
    with rewritable():  # the run that let it through is kept for its age alone
        SyncRun.objects.filter(pk=through.pk).update(finished=F("finished") + timedelta(days=10))
    retained(7)
    forget_old()
    assert not SyncRun.objects.filter(pk=blocked.pk).exists()
    kept = SyncRun.objects.get(pk=through.pk).let_through
    assert (kept.reason, kept.approver, kept.count) == ("Rack 7 was taken down", "anna", 7)
    assert kept.objects_held.count() == 7


def test_what_the_watcher_changed_goes_after_the_same_time(history, retained, monkeypatch):
    monkeypatch.setattr(retention, "CHANGES_AT_ONCE", 2)
    of_runs = ResourceChange.objects.count()
    for days in (10, 9, 8, 6):
        change = ResourceChange.objects.create(fabric=history, kind="VPC", name=f"{days}", action="updated")
        ResourceChange.objects.filter(pk=change.pk).update(time=F("time") - timedelta(days=days))
    retained(7)
    watched = ResourceChange.objects.filter(run=None)
    for left in (["8", "6"], ["6"], ["6"]):
        forget_old()
        assert list(watched.values_list("name", flat=True)) == left
    assert ResourceChange.objects.count() == of_runs + 1


def test_nothing_goes_where_the_retention_is_off(history, retained):
    age(10_000)
    retained(0)
    assert forget_old() == 0


def test_old_connection_tests_go_but_the_newest(history, retained):
    for _ in range(2):
        ConnectionTest.objects.create(fabric=history, ok=True, finished=SyncRun.objects.first().finished)
    ConnectionTest.objects.update(finished=F("finished") - timedelta(days=10))
    retained(7)
    forget_old()
    assert ConnectionTest.objects.count() == 1
