"""The one timer of the plugin: a NetBox system job, once a minute. It requests what is due, and sweeps."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from netbox.jobs import JobRunner, system_job

from netbox_hedgehog.models import Fabric, RunStateChoices, RunTriggerChoices, SyncRun
from netbox_hedgehog.queue import QUEUE_NAME
from netbox_hedgehog.sync.agenda import agenda
from netbox_hedgehog.sync.chain import SCHEDULE, close_broken
from netbox_hedgehog.sync.children import end_with_worker
from netbox_hedgehog.sync.clock import database_time
from netbox_hedgehog.sync.conditions import evaluate
from netbox_hedgehog.sync.dispatch import dispatch_waiting
from netbox_hedgehog.sync.request import request_sync
from netbox_hedgehog.sync.retention import forget_old
from netbox_hedgehog.sync.scheduler import free_locks
from netbox_hedgehog.sync.sweep import close_jobs, end_tests, sweep

__all__ = ("HedgehogSchedule", "due_fabrics")

# What is due before the middle of the minute until the next tick is requested now: late by half a minute at the most.
HORIZON = timedelta(seconds=30)


@system_job(interval=1)
class HedgehogSchedule(JobRunner):
    """Requests a sync of every fabric that is due, marks lost runs, mends the queue, and notices what goes wrong."""

    class Meta:
        name = SCHEDULE

    @classmethod
    def enqueue(cls, *args, **kwargs):
        """Into the queue that the syncs wait in, before them: whoever does the work keeps time as well."""
        return super().enqueue(*args, **{"queue_name": QUEUE_NAME, "at_front": True, **kwargs})

    @classmethod
    def enqueue_once(cls, *args, **kwargs):
        """Called at each worker's start, before its own scheduler, which the locks of a dead one would keep off."""
        end_with_worker()
        free_locks()
        return cls.begin(*args, **kwargs)

    @classmethod
    def begin(cls, *args, **kwargs):
        """Plan the next tick where none is planned: a broken link does not count."""
        close_broken()
        return super().enqueue_once(*args, **kwargs)

    def run(self, *args, **kwargs):
        for run_id in sweep():
            self.logger.warning("Run #%s is lost: its worker stopped reporting.", run_id)
        close_jobs()
        end_tests()
        dispatch_waiting()
        for fabric in due_fabrics():
            requested = request_sync(fabric, RunTriggerChoices.SCHEDULE, requester="schedule")
            self.logger.info("Run #%s of %s", requested.run.pk, fabric.name)
        for edge in evaluate(Fabric.objects.all()):
            self.logger.info("%s", edge)
        if forgotten := forget_old():
            self.logger.info("%s old runs are deleted, by NetBox's JOB_RETENTION.", forgotten)


def due_fabrics() -> list[Fabric]:
    """The fabrics that are due now and have no run under way, the longest due first."""
    busy = SyncRun.objects.filter(fabric=OuterRef("pk"), state__in=RunStateChoices.ACTIVE)
    fabrics = list(Fabric.objects.filter(~Exists(busy), suspended=False))
    horizon = database_time() + HORIZON
    when = {key: due for key, due in agenda(fabrics).items() if due is None or due <= horizon}
    return sorted((fabric for fabric in fabrics if fabric.pk in when), key=lambda each: when[each.pk] or horizon.min)
