"""Fault 41: the clock of a worker's host jumps. Intervals, leases and deadlines are by the database's clock."""

import time
from datetime import timedelta

import pytest
from core.models import Job
from django.db.models.functions import Now
from django.utils import timezone
from django_rq.queues import get_connection

from netbox_hedgehog.jobs import FabricSyncScheduler
from netbox_hedgehog.models import ConnectionTest, Fabric, SyncRun
from netbox_hedgehog.sync.connection_test import run_test
from netbox_hedgehog.sync.db.clock import database_time
from netbox_hedgehog.sync.execute.dispatch import dispatch
from netbox_hedgehog.sync.health import facts_of
from netbox_hedgehog.sync.queue.runners import SCHEDULE
from netbox_hedgehog.sync.queue.timer import restart_timer, timer_state
from netbox_hedgehog.sync.recovery.sweep import sweep
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.runs import transitions
from netbox_hedgehog.sync.schedule import due_fabrics
from tests.builders import vpc
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db
DAYS = pytest.mark.parametrize("days", [-2, 2])


@pytest.fixture
def jump(monkeypatch):
    """Put the clock of this process wrong by some days; 0: right again."""
    right_now, right_time = timezone.now, time.time

    def by(days):
        monkeypatch.setattr(timezone, "now", lambda: right_now() + timedelta(days=days))
        monkeypatch.setattr(time, "time", lambda: right_time() + 86400 * days)

    return by


@DAYS
def test_fault_41_fabric_is_due_when_its_interval_has_passed_in_the_database(server, fabric, jump, days):
    jump(days)
    assert due_fabrics() == [fabric]
    sync(fabric)
    assert due_fabrics() == []
    SyncRun.objects.all().delete()
    begun = database_time() - timedelta(seconds=2 * fabric.sync_interval)
    times = dict.fromkeys(("created", "started", "finished"), begun)
    SyncRun.objects.create(fabric=fabric, state="succeeded", trigger="schedule", **times)
    assert due_fabrics() == [fabric]


@DAYS
def test_fault_41_run_and_what_it_read_have_the_databases_times(server, fabric, jump, days):
    server.put(vpc("vpc-1"))
    begun = database_time()
    jump(days)
    run = sync(fabric)
    assert run.state == "succeeded"
    assert begun - timedelta(seconds=1) <= run.created <= run.started <= run.finished <= begun + timedelta(minutes=1)
    assert facts_of(fabric).freshness.value == "fresh"


@DAYS
def test_fault_41_lease_and_deadline_are_neither_ended_nor_prolonged(server, fabric, jump, days):
    run = request_sync(fabric, "command").run
    jump(days)
    lease = transitions.claim(run.pk, "worker-1", 60)
    transitions.renew(lease)
    assert sweep() == []
    run.refresh_from_db()
    assert timedelta(0) < run.deadline - database_time() <= timedelta(seconds=60)
    SyncRun.objects.filter(pk=run.pk).update(lease_until=Now() - timedelta(seconds=1))
    with pytest.raises(transitions.LeaseLost):
        transitions.renew(lease)
    assert sweep() == [run.pk]


@DAYS
def test_fault_41_newest_word_of_the_cluster_is_the_newest_by_the_database(server, fabric, jump, days):
    sync(fabric)
    jump(days)
    server.faults.add("unauthorized")
    run_test(ConnectionTest.objects.create(fabric=fabric))
    assert facts_of(fabric).connection.value == "access denied"
    server.faults.clear()
    jump(0)
    sync(fabric)
    assert facts_of(fabric).connection.value == "connected"


@DAYS
def test_fault_41_tick_that_a_wrong_clock_planned_does_not_stop_the_schedule(jump, days):
    jump(days)
    FabricSyncScheduler.enqueue_once(schedule_at=timezone.now() + timedelta(minutes=1), interval=1)
    jump(0)
    assert not timer_state().alive
    restart_timer()
    assert timer_state().alive
    assert Job.objects.filter(name=SCHEDULE, completed__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_fault_41_job_of_a_clock_that_was_ahead_is_missed_when_redis_forgets_it(server, fabric, jump):
    jump(2)
    run = request_sync(Fabric.objects.get(), "command").run
    jump(0)
    run.refresh_from_db()
    first = run.job_id
    get_connection("default").flushdb()
    dispatch(fabric.pk)
    run.refresh_from_db()
    assert run.job_id != first
