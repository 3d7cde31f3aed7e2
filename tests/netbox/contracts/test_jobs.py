"""What the plugin relies on in NetBox's jobs, and RQ's keys. Where one of these fails, see ``netbox_internals``."""

import inspect
import logging
from uuid import uuid4

import pytest
from core.dataclasses import JobLogEntry
from core.models import Job
from django_rq.queues import get_connection, get_queue
from netbox.jobs import JobRunner
from rq import Worker
from rq.scheduler import RQScheduler

from netbox_hedgehog.jobs import FabricSyncScheduler
from netbox_hedgehog.netbox_internals.job_endings import list_as_failed, never_insert_again
from netbox_hedgehog.netbox_internals.job_log import RenderedMessages
from netbox_hedgehog.netbox_internals.rq_keys import channel_of_worker, key_of_worker, release_lock, scheduler_lock
from netbox_hedgehog.netbox_internals.system_jobs import system_job_named
from netbox_hedgehog.queue import QUEUE_NAME


def a_job() -> Job:
    return Job.objects.create(name="contract", job_id=uuid4())


@pytest.mark.django_db
def test_netbox_inserts_a_deleted_job_again_and_ours_stays_deleted():
    for patch, left in ((lambda _job: None, 1), (never_insert_again, 0)):
        job = a_job()
        patch(job)
        Job.objects.all().delete()
        job.terminate()
        assert Job.objects.filter(name="contract").count() == left, "netbox#21129 is mended" if left else ""


@pytest.mark.django_db
def test_a_job_ends_by_terminate_called_without_arguments():
    class Failing(JobRunner):
        def run(self, *args, **kwargs):
            list_as_failed(self.job, "what went wrong")

    job = a_job()
    Failing.handle(job)
    job.refresh_from_db()
    assert (job.status, job.error) == ("failed", "what went wrong")


def test_netbox_keeps_the_message_of_a_log_record_without_its_arguments():
    record = logging.LogRecord("x", logging.INFO, "", 1, "%s of %s", (1, 3), None)
    assert JobLogEntry.from_logrecord(record).message == "%s of %s", "NetBox renders messages: job_log.py can go"
    RenderedMessages().filter(record)
    assert JobLogEntry.from_logrecord(record).message == "1 of 3"


def test_system_jobs_are_found_by_name_with_what_a_worker_calls_them_with():
    job, options = system_job_named("Hedgehog schedule")
    assert (job, options) == (FabricSyncScheduler, {"interval": 1})
    assert system_job_named("no such job") is None


def test_a_worker_begins_system_jobs_before_its_own_scheduler_without_saying_its_queues():
    from core.management.commands.rqworker import DEFAULT_QUEUES, Command

    source = inspect.getsource(Command.handle)
    assert source.index("job.enqueue_once(**kwargs)") < source.index("super().handle(")
    assert QUEUE_NAME not in DEFAULT_QUEUES  # else a worker could serve it without naming it


def test_a_worker_is_known_by_its_hash_and_listens_to_its_channel():
    connection = get_connection("default")
    worker = Worker([get_queue(QUEUE_NAME)], connection=connection, name="of-the-contract")
    worker.register_birth()
    try:
        assert worker.key == key_of_worker("of-the-contract")
        assert connection.hmget(worker.key, "hostname", "pid") == [worker.hostname.encode(), str(worker.pid).encode()]
        worker.subscribe()
        channel = channel_of_worker("of-the-contract")
        assert channel.startswith(channel_of_worker(""))
        assert connection.pubsub_numsub(channel) == [(channel.encode(), 1)]
        worker.unsubscribe()
    finally:
        worker.register_death()


def test_a_schedulers_lock_has_its_name_and_ends_by_itself():
    connection = get_connection("default")
    scheduler = RQScheduler([QUEUE_NAME], connection=connection)
    assert scheduler.acquire_locks() == {QUEUE_NAME}
    key = scheduler_lock(QUEUE_NAME)
    owner = connection.get(key).decode()
    assert 0 < connection.pttl(key) <= 120_000
    assert not release_lock(connection, key, "somebody else")
    assert release_lock(connection, key, owner)
    assert connection.get(key) is None
