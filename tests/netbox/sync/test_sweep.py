"""What a dead or hanging worker leaves behind is told as it is: runs, NetBox jobs, connection tests."""

from datetime import timedelta
from uuid import uuid4

import pytest
from core.models import Job
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from netbox_hedgehog.models import ConnectionTest, SyncRun
from netbox_hedgehog.sync.queue.workers import QueueState, waiting_reason
from netbox_hedgehog.sync.recovery.sweep import close_jobs, end_tests, sweep
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.runs import transitions
from netbox_hedgehog.sync.runs.transitions import Failure, LeaseLost
from tests.builders import fabric_on
from tests.netbox.history import rewritable
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(hours=1)
SERVED = QueueState(("worker-1",), True, "")


def job_of(run, status="running"):
    job = Job.objects.create(name="Hedgehog sync", job_id=uuid4(), status=status, started=timezone.now())
    SyncRun.objects.filter(pk=run.pk).update(job=job)
    return job


def time_passes():
    Job.objects.update(started=F("started") - LONG_AGO)
    with rewritable():
        SyncRun.objects.update(finished=F("finished") - LONG_AGO)


def running(fabric, seconds=3600):
    run = request_sync(fabric, "command").run
    return run, transitions.claim(run.pk, "worker-1", seconds)


def test_run_past_its_deadline_whose_worker_only_renews_the_lease_is_ended(fabric):
    run, lease = running(fabric, seconds=-60)
    transitions.renew(lease)
    job = job_of(run)
    assert sweep() == []  # it is not lost: somebody holds its lease
    run.refresh_from_db()
    job.refresh_from_db()
    assert (run.state, run.error_code, job.status) == ("failed", "deadline", "errored")
    with pytest.raises(LeaseLost):
        transitions.fence(lease)


def test_run_that_is_a_little_late_is_left_to_its_worker(fabric):
    run, _ = running(fabric, seconds=-5)
    sweep()
    run.refresh_from_db()
    assert run.state == "running"


@pytest.mark.parametrize(
    ("state", "status"), [("succeeded", "completed"), ("blocked", "completed"), ("failed", "errored")]
)
def test_job_whose_worker_died_after_the_runs_end_is_closed_as_the_run_ended(fabric, state, status):
    run, lease = running(fabric)
    transitions.finish(lease, state, Failure())
    job = job_of(run)
    assert close_jobs() == 0  # it may be about to end by itself
    time_passes()
    assert close_jobs() == 1
    job.refresh_from_db()
    assert (job.status, bool(job.completed)) == (status, True)


def test_job_of_a_run_that_goes_on_is_left_alone(fabric):
    run, _ = running(fabric)
    job = job_of(run)
    time_passes()
    assert close_jobs() == 0
    job.refresh_from_db()
    assert job.status == "running"


def test_job_that_has_lost_its_run_is_closed(fabric):
    run, _ = running(fabric)
    job = job_of(run)
    SyncRun.objects.all().delete()
    time_passes()
    close_jobs()
    job.refresh_from_db()
    assert job.status == "errored"


def test_connection_test_that_nobody_will_finish_is_ended_and_one_that_waits_is_not(fabric):
    run, _ = running(fabric)
    dead = ConnectionTest.objects.create(fabric=fabric, job=job_of(run))
    waits = Job.objects.create(name="Hedgehog connection test", job_id=uuid4(), status="pending")
    waiting = ConnectionTest.objects.create(fabric=fabric, job=waits)
    assert end_tests() == 0
    ConnectionTest.objects.update(created=Now() - LONG_AGO)
    assert end_tests() == 1
    dead.refresh_from_db()
    waiting.refresh_from_db()
    assert (dead.ok, dead.error_code, waiting.ok) == (False, "worker_lost", None)


def test_no_more_runs_begin_than_the_installation_allows(server, fabric, plugin):
    plugin(max_concurrent_runs=1)
    other = fabric_on(server.kubeconfig, "other")
    _, lease = running(fabric)
    second, none = running(other)
    assert lease
    assert none is None
    assert "max_concurrent_runs" in waiting_reason(second, SERVED)
    transitions.finish(lease, "succeeded", Failure())
    assert waiting_reason(second, SERVED) == ""
    assert transitions.claim(second.pk, "worker-2", 60)


def test_lost_run_keeps_no_place(server, fabric, plugin):
    plugin(max_concurrent_runs=1)
    other = fabric_on(server.kubeconfig, "other")
    running(fabric)
    SyncRun.objects.update(lease_until=Now() - LONG_AGO)
    assert sync(other).state == "succeeded"
