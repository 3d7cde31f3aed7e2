"""Must show 7: who serves the queue is told within five seconds, also of a worker that was killed."""

import os
import signal
import time

import pytest

from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync.queue.workers import queue_state, waiting_reason
from netbox_hedgehog.sync.request.request import request_sync
from tests.builders import vpc
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
START = "netbox rqworker netbox_hedgehog.hedgehog_sync"


def test_fault_47_no_worker_is_said_at_once_and_a_new_worker_takes_the_waiting_run(
    server, fabric, worker, second_worker
):
    server.put(vpc("vpc-1"))
    run = request_sync(fabric, "command").run
    began = time.monotonic()
    assert START in waiting_reason(run)
    assert START in queue_state().message
    assert time.monotonic() - began < 5

    worker.start("netbox_hedgehog.hedgehog_sync")
    assert queue_state().message == ""
    assert len(queue_state().workers) == 1
    until(lambda: SyncRun.objects.get(pk=run.pk).state == "succeeded", 30)

    worker.kill()
    again = request_sync(fabric, "command").run
    until(lambda: START in waiting_reason(again), 5)
    assert queue_state().workers == ()
    assert SyncRun.objects.get(pk=again.pk).state == "queued"

    second_worker.start("netbox_hedgehog.hedgehog_sync")
    until(lambda: SyncRun.objects.get(pk=again.pk).state == "succeeded", 30)
    assert SyncRun.objects.get(pk=again.pk).worker in queue_state().workers


def test_worker_whose_process_alone_is_killed_leaves_nothing_behind_that_looks_alive(fabric, worker):
    worker.start("netbox_hedgehog.hedgehog_sync")
    until(lambda: len(worker.process_ids()) > 1, 10)  # its scheduler, which has its connections to Redis too
    os.kill(worker.process.pid, signal.SIGKILL)
    until(lambda: START in queue_state().message, 5)
    until(lambda: not [pid for pid in worker.process_ids() if pid != worker.process.pid], 5)


def test_worker_of_other_queues_does_not_count(fabric, worker):
    worker.start("default", "high")
    assert START in queue_state().message
    assert START in waiting_reason(request_sync(fabric, "command").run)
