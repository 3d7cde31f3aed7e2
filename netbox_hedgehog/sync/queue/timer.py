"""Whether the timer ticks. NetBox's recurring jobs are a chain: each one plans the next. A worker that is killed in
between breaks it for ever, with a job that seems to run; so do a Redis that was emptied and a clock that was wrong when
the next one was planned. Here that is seen, and mended by whoever comes next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.choices import JobStatusChoices
from core.models import Job
from django.db.models import Exists, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now

from netbox_hedgehog.models import ScheduleStatus
from netbox_hedgehog.netbox_internals.system_jobs import system_job_named
from netbox_hedgehog.sync.queue.dead_jobs import end_dead_jobs
from netbox_hedgehog.sync.queue.rq_jobs import discard_unloadable, waits_in_queue, will_run
from netbox_hedgehog.sync.queue.runners import SCHEDULE

__all__ = ("TimerState", "close_broken", "restart_timer", "timer_state")

# A tick is planned a minute ahead and takes seconds: one that has waited or run for longer will not come.
TICK_LOST_AFTER = timedelta(minutes=3)
ENQUEUED_WITHIN = timedelta(seconds=2)  # a job's row is committed this long, at the most, before Redis knows the job
# A tick that is planned for later than this was planned by a clock that has been put right since.
TICK_PLANNED_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class TimerState:
    """``next_tick`` is when the timer ticks next, None where nothing is planned any more.

    ``status``: what is stored of the newest tick. ``planned``: whether there is a job for a tick at all, be it late.
    """

    next_tick: datetime | None
    status: ScheduleStatus
    planned: bool

    @property
    def alive(self) -> bool:
        return self.next_tick is not None


def timer_state() -> TimerState:
    """The state of the timer, in one statement."""
    coming = _planned().exclude(_broken()).order_by("pk").values(at=Coalesce("scheduled", "created"))
    rows = ScheduleStatus.objects.annotate(next_tick=Subquery(coming[:1]), planned=Exists(_planned()))
    if status := rows.filter(pk=1).first():
        return TimerState(status.next_tick, status, status.planned)
    return TimerState(coming.values_list("at", flat=True).first(), ScheduleStatus(pk=1), _planned().exists())


def close_broken() -> int:
    """End the timer's jobs that will never run (again); returns how many. Raises RedisError.

    One that waits in its queue for a busy worker is late and not broken: another one beside it would make two timers.
    """
    late = _planned().filter(_broken()).exclude(status=JobStatusChoices.STATUS_RUNNING)
    waiting = [job.pk for job in late if waits_in_queue(job.queue_name, str(job.job_id))]
    for job in _planned():
        discard_unloadable(job.queue_name, str(job.job_id))
    dead = _planned().filter(_broken() | Q(pk__in=_abandoned())).exclude(pk__in=waiting)
    return end_dead_jobs(dead, "Its worker was killed, or Redis forgot it; the chain was begun anew.")


def restart_timer() -> None:
    """Begin the chain anew where it is broken; called with every request for a sync, and when a run has ended.

    Raises RedisError.
    """
    if timer_state().alive and not _abandoned():
        return
    if found := system_job_named(SCHEDULE):
        scheduler, options = found
        scheduler.bootstrap_all_fabric_schedules(**options)


def _abandoned() -> list[int]:
    """Keys of the timer's jobs whose worker was killed, or that Redis forgot, without waiting until they are late."""
    planned = _planned().filter(created__lt=Now() - ENQUEUED_WITHIN)
    return [job.pk for job in planned if not will_run(job.queue_name, str(job.job_id))]


def _planned() -> QuerySet[Job]:
    return Job.objects.filter(name=SCHEDULE, status__in=JobStatusChoices.ENQUEUED_STATE_CHOICES)


def _broken() -> Q:
    long_ago = Now() - TICK_LOST_AFTER
    return (
        Q(status=JobStatusChoices.STATUS_RUNNING, started__lt=long_ago)
        | Q(status=JobStatusChoices.STATUS_SCHEDULED, scheduled__lt=long_ago)
        | Q(status=JobStatusChoices.STATUS_SCHEDULED, scheduled__gt=Now() + TICK_PLANNED_WITHIN)
        | Q(status=JobStatusChoices.STATUS_PENDING, created__lt=long_ago)
    )
