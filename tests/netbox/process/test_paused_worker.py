"""Fault 36, must show 4: a worker that is frozen beyond its lease, while another one finishes, writes nothing more."""

import signal
from contextlib import contextmanager

import pytest
from django.db import connection

from netbox_hedgehog.models import VPC, ResourceChange, SyncRun
from netbox_hedgehog.sync.recovery.sweep import sweep
from netbox_hedgehog.sync.request.request import request_sync
from tests.builders import vpc
from tests.netbox.process.given import COUNT, QUEUE, log_of, signalled, syncing, waits_for_a_lock
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@contextmanager
def references_locked():
    """Nobody can write a reference: whoever wants to stops in mid-transaction."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE netbox_hedgehog_reference IN SHARE MODE")
        yield
    finally:
        other.close()


def finished_by(worker, fabric, count=COUNT):
    """Have WORKER sync FABRIC, whose first run is lost, and which has COUNT VPCs."""
    worker.start(QUEUE)
    run = request_sync(fabric, "command").run
    until(lambda: SyncRun.objects.get(pk=run.pk).state == "succeeded", 60)
    assert VPC.objects.count() == count
    return SyncRun.objects.get(pk=run.pk)


def test_fault_36_worker_paused_beyond_its_lease_writes_nothing_more_and_says_why(
    server, fabric, worker, second_worker
):
    run = syncing(server, fabric, worker)
    pids = worker.process_ids()
    signalled(pids, signal.SIGSTOP)
    written = ResourceChange.objects.filter(run=run).count()
    assert 0 < written < COUNT
    until(lambda: sweep() == [run.pk], 20)
    server.faults.clear()
    second = finished_by(second_worker, fabric)
    run.refresh_from_db()
    assert second.worker != run.worker
    VPC.objects.filter(name="vpc-00001").update(digest="", fingerprint="kept as it is")
    signalled(pids, signal.SIGCONT)
    until(lambda: "no longer this worker's" in log_of(run), 30)
    assert SyncRun.objects.get(pk=run.pk).state == "lost"
    assert VPC.objects.get(name="vpc-00001").fingerprint == "kept as it is"
    assert ResourceChange.objects.filter(run=run).count() == written
    assert SyncRun.objects.filter(state="succeeded").count() == 1


def test_fault_36_worker_paused_in_mid_transaction_keeps_nobody_waiting_and_writes_nothing_more(
    server, fabric, worker, second_worker
):
    server.put_all(vpc(f"vpc-{number}", number) for number in range(20))
    worker.start(QUEUE)
    with references_locked():
        run = request_sync(fabric, "command").run
        until(waits_for_a_lock, 30)
        pids = worker.process_ids()
        signalled(pids, signal.SIGSTOP)
    assert VPC.objects.count() == 0
    until(lambda: sweep() == [run.pk], 20)  # PostgreSQL has ended its session, and taken back what it wrote
    finished_by(second_worker, fabric, count=20)
    run.refresh_from_db()
    signalled(pids, signal.SIGCONT)
    until(lambda: "no longer this worker's" in log_of(run), 30)
    assert SyncRun.objects.get(pk=run.pk).state == "lost"
    assert not ResourceChange.objects.filter(run=run).exists()
