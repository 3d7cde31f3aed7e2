"""RQ's scheduler, which brings the ticks: a killed one's locks do not keep a new worker's from its work."""

import threading
import time
from datetime import timedelta

import django_rq
import pytest
from core.choices import JobStatusChoices
from core.models import Job
from django.conf import settings
from django.db.models import F
from django_rq.queues import get_connection
from rq.scheduler import RQScheduler

from netbox_hedgehog import HedgehogConfig
from netbox_hedgehog.jobs import FabricSyncScheduler
from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.queue.runners import SCHEDULE
from netbox_hedgehog.sync.queue.timer import timer_state
from netbox_hedgehog.sync.recovery.rq_scheduler_locks import release_dead_scheduler_lock

pytestmark = pytest.mark.django_db(transaction=True)


def scheduler() -> RQScheduler:
    made = RQScheduler(["default", QUEUE_NAME], connection=get_connection("default"))
    assert made.acquire_locks() == {"default", QUEUE_NAME}
    return made


def owners() -> dict[str, bytes | None]:
    connection = get_connection("default")
    return {name: connection.get(RQScheduler.get_locking_key(name)) for name in settings.RQ_QUEUES}


def test_lock_of_a_dead_scheduler_is_taken_away_and_those_of_other_queues_are_left():
    scheduler()
    before = owners()
    assert release_dead_scheduler_lock()
    assert owners() == {**before, QUEUE_NAME: None}
    assert before["default"]
    assert RQScheduler(["default", QUEUE_NAME], connection=get_connection("default")).acquire_locks() == {QUEUE_NAME}


@pytest.mark.parametrize(
    ("on", "command", "mended"),
    [
        (True, ["rqworker", QUEUE_NAME, "default"], True),
        (True, ["rqworker", "default"], False),
        (True, ["rqworker"], False),
        (False, ["rqworker", QUEUE_NAME], False),
    ],
    ids=["ours", "another's", "without a queue", "switched off"],
)
def test_only_a_worker_of_our_queue_mends_and_only_where_the_setting_says_so(plugin, monkeypatch, on, command, mended):
    scheduler()
    before, asked = owners(), []
    plugin(rq_workarounds=on)
    monkeypatch.setattr("sys.argv", ["manage.py", *command])
    monkeypatch.setattr("netbox_hedgehog.sync.recovery.rq_workarounds.die_with_parent", lambda: asked.append(1))
    FabricSyncScheduler.enqueue_once(interval=1)
    assert owners() == ({**before, QUEUE_NAME: None} if mended else before)
    assert bool(asked) == mended


def test_it_is_off_unless_an_administrator_turns_it_on():
    assert HedgehogConfig.default_settings["rq_workarounds"] is False


def test_locks_of_a_living_scheduler_stay():
    living, stop = scheduler(), threading.Event()

    def beat():
        while not stop.wait(0.3):
            living.heartbeat()

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        began = time.monotonic()
        assert not release_dead_scheduler_lock()
        assert time.monotonic() - began < 2.5
    finally:
        stop.set()
        thread.join()
    assert RQScheduler(["default"], connection=get_connection("default")).acquire_locks() == set()


def test_nothing_is_waited_for_where_there_is_no_lock():
    began = time.monotonic()
    assert not release_dead_scheduler_lock()
    assert time.monotonic() - began < 0.25


def begun_by(worker_name: str) -> Job:
    """A tick that a worker of that name has begun."""
    job = FabricSyncScheduler.enqueue(interval=1)
    rq_job = django_rq.get_queue(job.queue_name).fetch_job(str(job.job_id))
    with rq_job.connection.pipeline() as pipeline:
        rq_job.prepare_for_execution(worker_name, pipeline)
        pipeline.execute()
    job.start()
    Job.objects.update(created=F("created") - timedelta(seconds=10))
    return job


def test_tick_of_a_killed_worker_does_not_count_and_the_next_worker_begins_the_chain_anew():
    dead = begun_by("a-dead-worker")
    FabricSyncScheduler.enqueue_once(interval=1)
    dead.refresh_from_db()
    assert dead.status == JobStatusChoices.STATUS_ERRORED
    assert Job.objects.filter(name=SCHEDULE, status=JobStatusChoices.STATUS_PENDING).count() == 1
    assert timer_state().alive


def test_tick_of_a_living_worker_is_left_to_it(worker):
    worker.start("low", "--name", "alive")
    tick = begun_by("alive")
    FabricSyncScheduler.enqueue_once(interval=1)
    tick.refresh_from_db()
    assert tick.status == JobStatusChoices.STATUS_RUNNING


def test_tick_waits_before_the_syncs_in_their_queue():
    FabricSyncScheduler.enqueue_once(interval=1)
    tick = Job.objects.get(name=SCHEDULE)
    assert django_rq.get_queue(QUEUE_NAME).get_job_position(str(tick.job_id)) == 0
