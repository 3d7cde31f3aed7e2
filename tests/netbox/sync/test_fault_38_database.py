"""Fault 38: the database gives a transaction up; it is done again as a unit, or the run says what failed."""

import pytest
from django.db import OperationalError, connection, transaction

from netbox_hedgehog.models import VPC, Reference, ResourceChange, SyncRun, VPCAttachment
from netbox_hedgehog.sync.db.retry import retry_transient
from netbox_hedgehog.sync.execute.run_writer import RunWriter
from netbox_hedgehog.sync.runs import transitions
from netbox_hedgehog.sync.store import object_writer
from tests.builders import manifest, vpc
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db(transaction=True)

SERIALIZATION = "DO $$ BEGIN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END $$"
SESSION_ENDED = "SELECT pg_terminate_backend(pg_backend_pid())"
DISK_FULL = "DO $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$"


@pytest.fixture
def stored(server, fabric):
    server.put_all(vpc(f"vpc-{number}") for number in range(3))
    spec = {"subnet": "vpc-1/default", "connection": "server-1--unbundled--leaf-1"}
    server.put(manifest("VPCAttachment", "vpc", "att-1", spec))
    return fabric


@pytest.fixture
def failing(monkeypatch):
    """``failing(module, name, statement, times)``: NAME of MODULE works, then STATEMENT fails its transaction."""

    def fail(module, name, statement, times=1):
        original, left = getattr(module, name), [times]

        def failing(*args, **options):
            result = original(*args, **options)
            if left[0]:
                left[0] -= 1
                with connection.cursor() as cursor:
                    cursor.execute(statement)
            return result

        monkeypatch.setattr(module, name, failing)
        return left

    return fail


@pytest.mark.parametrize("statement", [SERIALIZATION, SESSION_ENDED])
def test_fault_38_batch_that_the_database_gave_up_is_written_whole_the_second_time(failing, stored, statement):
    left = failing(object_writer, "rewrite", statement, times=2)  # late in the transaction
    run = sync(stored)
    assert left == [0]
    assert (run.state, run.counts["VPC"]["created"], run.counts["VPCAttachment"]["created"]) == ("succeeded", 3, 1)
    assert (VPC.objects.count(), ResourceChange.objects.filter(kind="VPC").count()) == (3, 3)
    assert Reference.objects.filter(source_name="att-1", target_kind="VPC").count() == 1


@pytest.mark.parametrize("statement", [SERIALIZATION, SESSION_ENDED])
def test_fault_38_disappearance_that_the_database_gave_up_is_marked_once(failing, server, stored, statement):
    sync(stored)
    server.delete("vpcattachments", "att-1")
    server.put(manifest("VPCAttachment", "vpc", "att-2", {"subnet": "vpc-1/default", "connection": "c"}))
    left = failing(RunWriter, "marked_missing", statement)
    run = sync(stored)
    assert (left, run.state) == ([0], "succeeded")
    row = VPCAttachment.objects.get(name="att-1")
    assert (row.state, row.missing_runs) == ("missing", 1)
    assert run.counts["VPCAttachment"]["missing"] == 1


def test_fault_38_end_of_a_run_is_recorded_though_the_session_was_lost(failing, stored):
    failing(transitions, "finish", SESSION_ENDED)
    run = sync(stored)
    assert run.state == "succeeded"
    assert stored.observations.filter(complete_at__isnull=False).exists()


def test_fault_38_what_does_not_pass_is_not_tried_again(failing, stored):
    left = failing(object_writer, "rewrite", DISK_FULL, times=99)
    with pytest.raises(Exception, match="No space left"):
        sync(stored)
    run = SyncRun.objects.get()
    assert (run.state, run.error_code, left) == ("failed", "database", [98])
    assert not VPC.objects.exists()


def test_fault_38_work_that_must_stop_is_not_tried_again(stored):
    tries = []

    def work():
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute(SERIALIZATION)

    def check():
        raise transitions.LeaseLost

    with pytest.raises(transitions.LeaseLost):
        retry_transient(work, check)
    assert tries == [1]


def test_fault_38_part_of_a_transaction_is_not_tried_again_without_the_rest():
    tries = []

    def work():
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute(SERIALIZATION)

    with pytest.raises(OperationalError, match="could not serialize"), transaction.atomic():
        retry_transient(work)
    assert tries == [1]


def test_fault_38_savepoint_is_not_tried_again_without_its_transaction(fabric):
    """A savepoint could be: PostgreSQL would take it, and what was read before the failure might not be so any more."""
    tries = []

    def work():
        tries.append(1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SERIALIZATION if len(tries) == 1 else "SELECT 1")

    with pytest.raises(OperationalError, match="could not serialize"), transaction.atomic():
        retry_transient(work)
    assert tries == [1]
