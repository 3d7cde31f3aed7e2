"""Every ending of a run is recorded, and truthfully (faults 34, 38, 39, 40, 65, 66, 67)."""

import threading
import time

import pytest
from core.models import Job
from django.db import connection
from users.models import User

from netbox_hedgehog.jobs import FabricSyncJob
from netbox_hedgehog.models import VPC, Agent, Fabric, Server, SyncRun
from netbox_hedgehog.sync.db import retry
from netbox_hedgehog.sync.execute.run_writer import RunWriter
from netbox_hedgehog.sync.health import facts_of
from netbox_hedgehog.sync.request.cancel import cancel_run
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.runs import progress
from netbox_hedgehog.sync.store import object_writer
from tests.builders import fabric_on, manifest, vpc
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filled(server, fabric):
    server.put_all(vpc(f"vpc-{number:04}", number) for number in range(1500))
    server.put(manifest("Agent", "agent", "leaf-1", {"role": "spine"}))
    return fabric


@pytest.fixture
def after_first_batch(monkeypatch):
    """Have something happen right after a run's first batch of VPCs is committed."""

    def arrange(action):
        write, done = RunWriter.write, []

        def wrapped(self, table, batch, decide):
            written = write(self, table, batch, decide)
            if table.resource.kind == "VPC" and batch and not done:
                done.append(True)
                action(self)
            return written

        monkeypatch.setattr(RunWriter, "write", wrapped)

    return arrange


def wait_for_the_keeper():
    """The keeper looks once a second whether the run may go on."""
    time.sleep(1.5)


def test_fault_34_exception_in_a_transaction_is_rolled_back_and_recorded(filled, monkeypatch):
    rewrite, calls = object_writer.rewrite, []

    def fail_on_second(*arguments, **options):
        calls.append(True)
        if len(calls) == 2:
            raise MemoryError("no memory for references")
        return rewrite(*arguments, **options)

    monkeypatch.setattr(object_writer, "rewrite", fail_on_second)
    with pytest.raises(MemoryError):
        sync(filled)
    run = SyncRun.objects.get()
    assert (run.state, run.error_code) == ("failed", "internal")
    assert "no memory for references" in run.error_message
    assert VPC.objects.count() == 1000
    assert run.counts["VPC"]["created"] == 1000
    assert facts_of(filled).freshness.value == "unknown"
    monkeypatch.undo()
    assert sync(filled).state == "succeeded"
    assert VPC.objects.count() == 1500


@pytest.mark.parametrize("within", ["a batch", "a report of progress"])
def test_fault_38_session_ended_by_the_database_is_recorded_as_its_fault(
    filled, after_first_batch, monkeypatch, within
):
    monkeypatch.setattr(progress, "REPORT_EVERY", 0 if within == "a report of progress" else 1000)

    def terminate(_):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        _elsewhere(f"SELECT pg_terminate_backend({pid})")

    after_first_batch(terminate)
    monkeypatch.setattr(retry, "GIVE_UP_AFTER", 0)  # as when the database stays away
    with pytest.raises(Exception, match=r"clos|terminat|lost"):
        sync(filled)
    run = SyncRun.objects.get()
    assert (run.state, run.error_code) == ("failed", "database")
    assert run.error_hint
    assert VPC.objects.count() == 1000


def _elsewhere(sql):
    """Execute SQL on another session."""

    def execute():
        with connection.cursor() as cursor:
            cursor.execute(sql)
        connection.close()

    thread = threading.Thread(target=execute)
    thread.start()
    thread.join()


def test_fault_39_fabric_deleted_during_a_run_comes_back_with_nothing(filled, after_first_batch):
    run = request_sync(filled, "command").run
    job = SyncRun.objects.get(pk=run.pk).job
    after_first_batch(lambda _: Fabric.objects.get(pk=filled.pk).delete())
    FabricSyncJob.handle(job, run_id=run.pk)
    for model in (Fabric, VPC, Agent, SyncRun):
        assert not model.objects.exists()
    assert not Job.objects.filter(pk=job.pk).exists()


def test_fault_39_user_deleted_during_a_run_ends_it(filled, after_first_batch):
    user = User.objects.create(username="leaver")

    def leave(_):
        User.objects.get(pk=user.pk).delete()

    after_first_batch(leave)
    run = sync(filled, user)
    assert (run.state, run.error_code) == ("cancelled", "cancelled")
    assert "user" in run.error_message
    assert (run.requested_by, run.requester) == (None, "leaver")
    assert not User.objects.filter(username="leaver").exists()
    assert VPC.objects.count() == 1000


def test_fault_39_job_deleted_during_a_run_ends_it_and_stays_deleted(filled, after_first_batch):
    run = request_sync(filled, "command").run
    job = SyncRun.objects.get(pk=run.pk).job

    def delete(_):
        Job.objects.get(pk=job.pk).delete()
        wait_for_the_keeper()

    after_first_batch(delete)
    FabricSyncJob.handle(job, run_id=run.pk)
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert "job" in run.error_message
    assert not Job.objects.filter(pk=job.pk).exists()


def test_fault_40_cancelled_run_stops_between_batches_and_is_told_as_partial_work(filled, after_first_batch):
    def cancel(writer):
        assert cancel_run(SyncRun.objects.get(pk=writer.run.pk), User(username="operator"))
        wait_for_the_keeper()

    after_first_batch(cancel)
    run = sync(filled)
    assert (run.state, run.error_code) == ("cancelled", "cancelled")
    assert VPC.objects.count() == 1000
    assert run.counts["VPC"]["created"] == 1000
    assert not run.counts["VPC"]["complete"]
    assert not Agent.objects.exists()
    assert facts_of(filled).freshness.value == "unknown"
    assert not cancel_run(run)


def test_fault_40_queued_run_is_cancelled_at_once_and_never_executed(filled):
    run = request_sync(filled, "command").run
    assert cancel_run(run)
    from netbox_hedgehog.sync.execute.run import execute

    assert execute(run.pk, "worker-1") is None
    run.refresh_from_db()
    assert (run.state, run.started) == ("cancelled", None)
    assert not VPC.objects.exists()


def test_fault_65_server_that_needs_two_seconds_a_request_shows_progress_and_the_deadline_holds(server, filled, plugin):
    plugin(run_deadline=7)
    server.faults.latency(2)
    seen, stop = set(), threading.Event()

    def watch():
        while not stop.is_set():
            for told in SyncRun.objects.values_list("progress", flat=True):
                seen.add((told.get("kinds_done"), told.get("percent")))
            time.sleep(0.1)
        connection.close()

    thread = threading.Thread(target=watch)
    thread.start()
    began = time.monotonic()
    run = sync(filled)
    took = time.monotonic() - began
    stop.set()
    thread.join()
    assert (run.state, run.error_code) == ("failed", "deadline")
    assert 7 <= took < 12
    assert len(seen) >= 2, "no progress was shown"
    assert seen > {(0, 0)}
    assert run.error_hint


def test_fault_66_one_fabric_that_hangs_delays_no_other(server, fabric):
    server.put(vpc("vpc-1"))
    other = fabric_on(server.kubeconfig, "other")
    fault = server.faults.add("silent", kind="vpcs", times=1)
    hanging = threading.Thread(target=lambda: (sync(fabric), connection.close()))
    hanging.start()
    while not server.faults.hits(fault):
        time.sleep(0.05)
    began = time.monotonic()
    assert sync(other).state == "succeeded"
    assert time.monotonic() - began < 3
    hanging.join(30)
    assert fabric.runs.get().error_code == "timed_out"


FAULTS = {
    "drop": {},
    "cut": {},
    "silent": {},
    "html": {},
    "unauthorized": {},
    "status": {"status": 500},
    "malformed": {},
    "forbid": {},
    "empty": {},
    "expire": {},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_67_no_failing_path_looks_like_success(server, fabric, fault, plugin):
    plugin(read_timeout=1)
    server.put_all(vpc(f"vpc-{number:04}") for number in range(600))
    server.put(manifest("Server", "wiring", "server-1"))
    sync(fabric)
    SyncRun.objects.all().delete()
    server.faults.add(fault, verb="list", **FAULTS[fault])
    run = sync(fabric)
    assert run.state not in ("succeeded", "running", "queued")
    assert run.error_code
    assert run.error_hint
    facts = facts_of(fabric)
    assert facts.drift.value == "unknown"
    if run.state == "failed":
        assert facts.connection.value in ("access denied", "unreachable")
        assert facts.freshness.value == "unknown"
    assert VPC.objects.filter(missing_since=None).count() == 600
    assert Server.objects.filter(missing_since=None).count() == 1


@pytest.mark.parametrize(
    ("fault", "word"), [("unauthorized", "access denied"), ("forbid", "access denied"), ("drop", "unreachable")]
)
def test_fault_67_cluster_that_shows_nothing_is_not_called_fresh(server, fabric, fault, word):
    server.put(vpc("vpc-1"))
    server.faults.add(fault)
    run = sync(fabric)
    assert run.state == "failed"
    facts = facts_of(fabric)
    assert (facts.connection.value, facts.freshness.value) == (word, "unknown")
    assert facts.connection.color == "red"
