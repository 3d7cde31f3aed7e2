"""Jobs that an older version has put into Redis under a class that this one does not have any more."""

import sys
from datetime import timedelta
from types import ModuleType

import django_rq
import pytest
from core.choices import JobStatusChoices
from core.models import Job
from django.db.models import F
from django.utils import timezone

from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.jobs import FabricSyncJob, FabricSyncScheduler
from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.execute.dispatch import dispatch
from netbox_hedgehog.sync.queue.runners import SCHEDULE
from netbox_hedgehog.sync.queue.timer import timer_state
from netbox_hedgehog.sync.request.request import request_sync

pytestmark = pytest.mark.django_db(transaction=True)

OLDER = "netbox_hedgehog.sync.of_an_older_version"


@pytest.fixture
def older():
    """Makes the class of an older version under which JOB is enqueued; it is gone once the block is left."""

    def made(runner, **attributes):
        return bind(make_class(OLDER, f"Old{runner.__name__}", runner, **attributes))

    sys.modules[OLDER] = ModuleType(OLDER)
    yield made
    sys.modules.pop(OLDER, None)


def in_redis(job: Job) -> bool:
    return django_rq.get_queue(QUEUE_NAME).fetch_job(str(job.job_id)) is not None


def test_a_tick_that_an_older_version_has_planned_is_planned_anew_when_a_worker_starts(older):
    old = older(FabricSyncScheduler).enqueue(schedule_at=timezone.now() + timedelta(minutes=1), interval=1)
    Job.objects.update(created=F("created") - timedelta(seconds=10))
    del sys.modules[OLDER]
    FabricSyncScheduler.enqueue_once(interval=1)
    old.refresh_from_db()
    assert old.status == JobStatusChoices.STATUS_ERRORED
    assert not in_redis(old)
    planned = Job.objects.get(name=SCHEDULE, status__in=JobStatusChoices.ENQUEUED_STATE_CHOICES)
    assert in_redis(planned)
    assert timer_state().alive


def test_a_run_whose_job_an_older_version_has_made_gets_a_job_of_this_one(fabric, older):
    run = request_sync(fabric, "command").run
    first = Job.objects.get(name=FabricSyncJob.name)
    old = older(FabricSyncJob).enqueue(instance=fabric, queue_name=QUEUE_NAME, run_id=run.pk)
    run.job = old
    run.save(update_fields=["job"])
    Job.objects.update(created=F("created") - timedelta(seconds=10))
    del sys.modules[OLDER]
    dispatch(fabric.pk)
    run.refresh_from_db()
    old.refresh_from_db()
    assert old.status == JobStatusChoices.STATUS_ERRORED
    assert not in_redis(old)
    assert run.job_id not in (first.pk, old.pk)
    assert in_redis(run.job)
