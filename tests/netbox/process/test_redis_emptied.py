"""Fault 37, must show 5: Redis is emptied under a live worker and a queue of runs; every one of them still happens."""

from datetime import timedelta

import django_rq
import pytest
from core.models import Job
from django.db.models import F
from django_rq.queues import get_connection

from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync.queue.runners import SCHEDULE
from netbox_hedgehog.sync.queue.timer import timer_state
from netbox_hedgehog.sync.queue.workers import QUEUE_NAME, queue_state, waiting_reason
from netbox_hedgehog.sync.request.request import request_sync
from tests.builders import fabric_on, vpc
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FABRICS = 5


def flushed(_services, _log):
    get_connection("default").flushall()


def restarted(services, log):
    """The server is stopped and started, and keeps nothing."""
    services.redis.stop()
    services.redis.start(log)
    services.redis.wait()


@pytest.mark.parametrize("emptied", [flushed, restarted])
def test_fault_37_redis_emptied_during_a_queue_of_runs_and_all_still_happen(
    services, server, worker, tmp_path, emptied
):
    server.put(vpc("vpc-1"))
    held_up = server.faults.latency(2.5, verb="list", times=4)  # the first run is under way for ten seconds
    fabrics = [fabric_on(server.kubeconfig, f"lab-{number}") for number in range(FABRICS)]
    worker.start()
    until(lambda: Job.objects.filter(name=SCHEDULE, status="scheduled").exists(), 30)
    until(lambda: server.faults.hits(held_up), 30)
    assert SyncRun.objects.filter(state="queued").count() == FABRICS - 1
    Job.objects.update(created=F("created") - timedelta(minutes=1))  # longer ago than the way into Redis takes
    assert django_rq.get_queue(QUEUE_NAME).get_job_ids()
    get_connection("default").set("mark", "kept")

    emptied(services, tmp_path / "redis.log")
    assert get_connection("default").get("mark") is None  # the queue itself may fill again at once
    for fabric in fabrics:
        until(lambda fabric=fabric: fabric.runs.filter(state="succeeded").exists(), 90)
    runs = SyncRun.objects.filter(fabric__in=fabrics)
    assert {run.state for run in runs} == {"succeeded"}
    assert runs.count() == FABRICS
    assert timer_state().alive


def test_fault_37_live_worker_that_redis_forgot_counts_until_it_is_killed(server, fabric, worker):
    worker.start("netbox_hedgehog.hedgehog_sync")
    first = request_sync(fabric, "command").run
    until(lambda: SyncRun.objects.get(pk=first.pk).state == "succeeded", 30)
    names = queue_state().workers
    get_connection("default").flushall()
    assert queue_state().workers == names
    assert queue_state().message == ""
    again = request_sync(fabric, "command").run
    assert waiting_reason(again) == ""
    until(lambda: SyncRun.objects.get(pk=again.pk).state == "succeeded", 30)
    worker.kill()
    until(lambda: queue_state().message, 5)
    assert queue_state().workers == ()
