"""Fault 66: a fabric whose API server hangs keeps one worker busy, and no other fabric waiting."""

import pytest

from netbox_hedgehog.models import VPC, SyncRun
from netbox_hedgehog.sync.request.request import request_sync
from practice.server import PracticeServer
from tests.builders import fabric_on, vpc
from tests.netbox.process.given import QUEUE
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_fault_66_fabric_that_hangs_delays_no_other(server, fabric, worker, second_worker):
    server.faults.latency(2.5, verb="list")  # just short of the time-out: a run takes a minute
    slow = request_sync(fabric, "command").run
    worker.start(QUEUE)
    until(lambda: SyncRun.objects.get(pk=slow.pk).progress.get("kind"), 30)
    second_worker.start(QUEUE)
    with PracticeServer(empty=True) as quick_server:
        quick_server.put(vpc("vpc-1"))
        others = [fabric_on(quick_server.kubeconfig, f"lab-{number}") for number in range(3)]
        quick = [request_sync(other, "command").run.pk for other in others]
        until(lambda: SyncRun.objects.filter(pk__in=quick, state="succeeded").count() == len(quick), 30)
    slow.refresh_from_db()
    assert slow.state == "running", "the others waited for it, or it did not hang"
    assert VPC.objects.count() == len(quick)
    assert slow.worker not in SyncRun.objects.filter(pk__in=quick).values_list("worker", flat=True)
