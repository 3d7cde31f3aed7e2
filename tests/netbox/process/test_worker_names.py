"""A run says on which host and in which process it worked; by RQ's own name its worker is known to live."""

import socket

import pytest

from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync.queue.workers import listening, queue_state
from netbox_hedgehog.sync.request.request import request_sync
from tests.builders import vpc
from tests.netbox.process.given import QUEUE
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_run_names_host_and_process_of_its_worker_as_the_queue_does(server, fabric, worker):
    server.put(vpc("vpc-1"))
    worker.start(QUEUE)
    run = request_sync(fabric, "command").run
    until(lambda: SyncRun.objects.get(pk=run.pk).state == "succeeded", 30)
    done = SyncRun.objects.get(pk=run.pk)
    assert done.worker == f"{socket.gethostname()}, process {worker.process.pid}"
    assert queue_state().workers == (done.worker,)
    assert listening([done.rq_worker]) == (done.rq_worker,)
