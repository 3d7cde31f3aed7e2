"""Fault 10, must show 2: the API server is stopped while a worker reads it, and started again."""

from urllib.parse import urlsplit

import pytest

from netbox_hedgehog.models import VPC, SyncRun
from netbox_hedgehog.sync.health import facts_of
from netbox_hedgehog.sync.request.request import request_sync
from practice.server import PracticeServer
from tests.builders import fabric_on, vpc
from tests.netbox.process.given import QUEUE
from tests.netbox.sync.given import sync
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
COUNT = 1200


def test_fault_10_api_server_that_stops_in_mid_list_loses_nothing_and_needs_no_hand_when_it_is_back(
    tmp_path, transactional_db, worker
):
    objects = [vpc(f"vpc-{number:04}", number) for number in range(COUNT)]
    with PracticeServer(tmp_path / "cluster", empty=True) as server:
        port = urlsplit(server.url).port
        server.put_all(objects)
        fabric = fabric_on(server.kubeconfig)
        assert sync(fabric).state == "succeeded"
        worker.start(QUEUE)
        server.faults.latency(1, kind="vpcs")
        begun = len(server.requests)
        run = request_sync(fabric, "command").run
        until(lambda: any(seen.path.endswith("/vpcs") for seen in server.requests[begun:]), 30)
        backup = server.backup()
    until(lambda: SyncRun.objects.get(pk=run.pk).finished, 30)
    run.refresh_from_db()
    assert run.state == "failed"
    assert run.error_code in ("connection_refused", "connection_lost", "answer_cut", "timed_out")
    assert facts_of(fabric).connection.value == "unreachable"
    assert VPC.objects.filter(missing_since=None).count() == COUNT

    with PracticeServer(tmp_path / "cluster", empty=True, port=port) as server:
        server.restore(*backup)
        server.put(vpc("vpc-new"))
        again = request_sync(fabric, "schedule").run
        until(lambda: SyncRun.objects.get(pk=again.pk).state == "succeeded", 30)
    assert facts_of(fabric).connection.value == "connected"
    assert VPC.objects.filter(missing_since=None).count() == COUNT + 1
