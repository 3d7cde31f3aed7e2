"""Fault 33, must show 5: a worker killed in mid-write leaves whole batches, a lost run, and nothing that stays so."""

import pytest
from core.models import Job, ObjectChange
from django.db import connection
from django.db.models.functions import Now

from netbox_hedgehog.models import VPC, Reference, ResourceChange, SyncRun
from netbox_hedgehog.sync.execute.run_writer import BATCH
from netbox_hedgehog.sync.recovery.sweep import sweep
from netbox_hedgehog.sync.request.request import request_sync
from tests.netbox.process.given import COUNT, syncing
from tests.netbox.sync.given import sync
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def dying(server, fabric, worker):
    return syncing(server, fabric, worker)


def whole_batches_only():
    """What one transaction writes of each object is there for all of them or for none."""
    names = set(VPC.objects.values_list("name", flat=True))
    assert len(names) % BATCH == 0
    assert 0 < len(names) < COUNT
    assert set(ResourceChange.objects.values_list("name", flat=True)) == names
    assert set(Reference.objects.values_list("source_name", flat=True)) == names
    assert ObjectChange.objects.filter(changed_object_type__model="vpc").count() == len(names)


def the_next_sync_repairs(server, fabric):
    server.faults.clear()
    run = sync(fabric)
    assert run.state == "succeeded"
    assert VPC.objects.count() == COUNT
    assert Reference.objects.values("source_name").distinct().count() == COUNT


@pytest.mark.parametrize("victim", ["worker", "job"])
def test_fault_33_sigkill_in_mid_write_leaves_whole_batches_and_a_lost_run(server, fabric, worker, dying, victim):
    worker.kill() if victim == "worker" else worker.kill_job()
    connection.close()
    whole_batches_only()
    run = SyncRun.objects.get(pk=dying.pk)
    assert run.state == "running"
    assert "." in run.worker or run.worker
    until(lambda: sweep() == [run.pk], 15)
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("lost", "worker_lost")
    assert run.error_hint
    job = Job.objects.get(pk=run.job_id)
    assert job.status in ("errored", "failed")
    assert job.completed
    the_next_sync_repairs(server, fabric)


def test_fault_33_request_after_the_lease_finds_the_lost_run_by_itself(server, fabric, worker, dying):
    worker.kill()
    assert request_sync(fabric, "command").created
    until(lambda: not SyncRun.objects.filter(pk=dying.pk, lease_until__gt=Now()).exists(), 15)
    queued = request_sync(fabric, "command")
    assert not queued.created
    assert SyncRun.objects.get(pk=dying.pk).state == "lost"
    server.faults.clear()
    worker.start("netbox_hedgehog.hedgehog_sync")
    until(lambda: SyncRun.objects.get(pk=queued.run.pk).state == "succeeded", 60)
    assert VPC.objects.count() == COUNT
