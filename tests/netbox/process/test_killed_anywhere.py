"""Fault 33: wherever in a run its process is killed, what is stored is whole batches, and the next run repairs it."""

import os
import signal
import warnings

import pytest
from django.db import connections
from django.db.models.functions import Now

from netbox_hedgehog.cluster import Cluster
from netbox_hedgehog.models import VPC, ResourceChange, SyncRun
from netbox_hedgehog.sync.execute import kind, run
from netbox_hedgehog.sync.execute.run_writer import RunWriter
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.runs import transitions
from netbox_hedgehog.sync.store import object_writer
from tests.builders import vpc
from tests.netbox.sync.given import sync
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
COUNT, BATCH = 250, 100

# Where the process dies: a function, which of its calls, and whether that call is still made.
PLACES = {
    "before it takes its lease": (transitions, "claim", 1, False),
    "after it took its lease": (transitions, "claim", 1, True),
    "while it asks what is served": (Cluster, "discover", 1, False),
    "in its first transaction": (object_writer, "rewrite", 1, True),
    "between two batches": (RunWriter, "batch", 2, False),
    "in its last transaction": (object_writer, "rewrite", 3, True),
    "before its end is recorded": (run, "_end", 1, False),
    "in the transaction that records its end": (transitions, "finish", 1, True),
    "after its end was recorded": (run, "_end", 1, True),
}
ENDED = "after its end was recorded"
NOT_BEGUN = "before it takes its lease"


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(kind, "BATCH", BATCH)


def killed(place, run_id):
    """Execute the run in a process that dies at PLACE, as a worker does for each job."""
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the practice server's thread stays in this process
        pid = os.fork()
    if pid == 0:
        try:
            _die_at(*PLACES[place])
            run.execute(run_id, "victim")
        finally:
            os._exit(3)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), f"it did not come to die {place}"
    assert os.WTERMSIG(status) == signal.SIGKILL


def _die_at(owner, name, call, made):
    function, calls = getattr(owner, name), []

    def dying(*arguments, **options):
        calls.append(True)
        if len(calls) == call:
            if made:
                function(*arguments, **options)
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)

    setattr(owner, name, dying)


def vlans():
    return [spec["subnets"]["default"]["vlan"] for spec in VPC.objects.values_list("live", flat=True)]


def test_fault_33_sigkill_anywhere_leaves_whole_batches_and_is_repaired(server, fabric, plugin):
    server.put_all(vpc(f"vpc-{number:03}", 1) for number in range(COUNT))
    assert sync(fabric).state == "succeeded"
    for vlan, place in enumerate(PLACES, start=2):
        server.put_all(vpc(f"vpc-{number:03}", vlan) for number in range(COUNT))
        plugin(lease_seconds=1)
        run = request_sync(fabric, "command").run
        killed(place, run.pk)
        run.refresh_from_db()
        assert run.state == {ENDED: "succeeded", NOT_BEGUN: "queued"}.get(place, "running"), place
        assert vlans().count(vlan) in (0, BATCH, 2 * BATCH, COUNT), place
        assert ResourceChange.objects.filter(run=run).count() == vlans().count(vlan), place

        plugin(lease_seconds=6)
        until(lambda: not SyncRun.objects.filter(lease_until__gt=Now()).exists(), 5)
        repaired = sync(fabric)
        assert repaired.state == "succeeded", place
        assert set(vlans()) == {vlan}, place
        run.refresh_from_db()
        if place not in (ENDED, NOT_BEGUN):
            assert (run.state, run.error_code) == ("lost", "worker_lost"), place
    assert not SyncRun.objects.filter(finished=None).exists()
