"""Fault 37: Redis forgets or is away; what waits is in the database, and gets a job again."""

from datetime import timedelta

import django_rq
import pytest
from core.models import Job
from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django_rq.queues import get_connection

from netbox_hedgehog.jobs import FabricSyncJob, FabricSyncScheduler
from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync.execute.dispatch import dispatch
from netbox_hedgehog.sync.queue.workers import QUEUE_NAME, queue_state
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.runs.transitions import Failure, claim, finish

pytestmark = pytest.mark.django_db(transaction=True)


def jobs():
    """RQ's jobs of runs, in the order in which a worker takes them."""
    ours = {str(job.job_id) for job in Job.objects.filter(name=FabricSyncJob.name)}
    return [key for key in django_rq.get_queue(QUEUE_NAME).get_job_ids() if key in ours]


def sweep_job():
    """What NetBox's system job does each minute."""
    FabricSyncScheduler.enqueue(immediate=True)


def time_passes():
    """A job that was made a moment ago may not have reached Redis yet; this one was made long ago."""
    Job.objects.update(created=F("created") - timedelta(minutes=1))


def test_request_gives_the_run_one_job_however_often_it_is_dispatched(fabric):
    run = request_sync(fabric, "command").run
    for _ in range(3):
        dispatch(fabric.pk)
        request_sync(fabric, "command")
    time_passes()
    dispatch(fabric.pk)
    run.refresh_from_db()
    assert jobs() == [str(run.job.job_id)]


def test_fault_37_run_whose_job_redis_forgot_is_queued_again_by_the_sweep(fabric):
    run = request_sync(fabric, "command").run
    run.refresh_from_db()
    forgotten = run.job
    get_connection("default").flushdb()
    time_passes()
    sweep_job()
    run.refresh_from_db()
    assert run.state == "queued"
    assert run.job_id != forgotten.pk
    assert jobs() == [str(run.job.job_id)]
    forgotten.refresh_from_db()
    assert (forgotten.status, bool(forgotten.completed)) == ("errored", True)


def test_run_whose_job_a_user_deleted_gets_another(fabric):
    run = request_sync(fabric, "command").run
    SyncRun.objects.get(pk=run.pk).job.delete()
    dispatch(fabric.pk)
    run.refresh_from_db()
    assert run.job is not None
    assert str(run.job.job_id) in jobs()


def test_fault_33_run_whose_worker_died_before_it_began_gets_another_job(fabric):
    run = request_sync(fabric, "command").run
    run.refresh_from_db()
    taken = django_rq.get_queue(QUEUE_NAME).fetch_job(str(run.job.job_id))
    taken.prepare_for_execution("a-dead-worker", django_rq.get_queue(QUEUE_NAME).connection.pipeline())
    taken.set_status("started")
    taken.worker_name = "a-dead-worker"
    taken.save()
    first = run.job
    time_passes()
    dispatch(fabric.pk)
    run.refresh_from_db()
    assert run.job_id != first.pk


def test_run_whose_worker_died_between_taking_its_job_and_beginning_it_gets_another(fabric):
    """RQ's state of the job says "queued" then, and it is in no queue."""
    run = request_sync(fabric, "command").run
    run.refresh_from_db()
    first = run.job
    django_rq.get_queue(QUEUE_NAME).remove(str(first.job_id))
    time_passes()
    dispatch(fabric.pk)
    run.refresh_from_db()
    assert run.job_id != first.pk
    assert jobs() == [str(run.job.job_id)]


@pytest.mark.parametrize("hours", [-24, 24])
def test_fault_41_a_jump_of_the_clock_does_not_hide_that_redis_forgot_a_job(fabric, monkeypatch, hours):
    run = request_sync(fabric, "command").run
    get_connection("default").flushdb()
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(hours=hours))
    dispatch(fabric.pk)
    run.refresh_from_db()
    assert jobs() == [str(run.job.job_id)]


def test_queued_run_gets_its_job_when_the_running_one_has_ended(fabric):
    first = request_sync(fabric, "command").run
    first.refresh_from_db()
    lease = claim(first.pk, "worker-1", 60)
    second = request_sync(fabric, "command").run
    second.refresh_from_db()
    assert second.job is None
    finish(lease, "succeeded", Failure())
    dispatch(fabric.pk)
    second.refresh_from_db()
    assert str(second.job.job_id) in jobs()


def test_fault_37_request_is_kept_and_says_so_while_redis_is_away(fabric, monkeypatch):
    for queue in settings.RQ_QUEUES.values():
        monkeypatch.setitem(queue, "PORT", 1)
    run = request_sync(fabric, "command").run
    run.refresh_from_db()
    assert run.state == "queued"
    state = queue_state()
    assert (state.reachable, state.workers) == (False, ())
    assert "Redis cannot be reached" in state.message
    monkeypatch.undo()
    time_passes()
    dispatch(fabric.pk)
    run.refresh_from_db()
    assert str(run.job.job_id) in jobs()
