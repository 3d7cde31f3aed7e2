"""Looks at the database and Redis while a soak goes on, and reads everything at its end."""

from datetime import datetime

from benchmarks.soak.records import Run, Sample

__all__ = ("active", "runs", "sample", "seen", "sound", "suspend", "ticking", "ticks")


def sample() -> Sample:
    """One look: two statements and one question to Redis."""
    import django_rq
    from django.db.models import Count

    from netbox_hedgehog.models import RunStateChoices, SyncRun
    from netbox_hedgehog.queue import QUEUE_NAME
    from netbox_hedgehog.sync.db.clock import database_time

    active = SyncRun.objects.filter(state__in=RunStateChoices.ACTIVE).order_by()
    groups = list(active.values_list("fabric__name", "state").annotate(number=Count("pk")))
    by_state = {state: sum(n for _, of, n in groups if of == state) for state in RunStateChoices.ACTIVE}
    return Sample(
        database_time(),
        running=by_state[RunStateChoices.RUNNING],
        queued=by_state[RunStateChoices.QUEUED],
        jobs=django_rq.get_queue(QUEUE_NAME).count,
        doubled=tuple(sorted({fabric for fabric, _, number in groups if number > 1})),
    )


def active() -> int:
    """How many runs have not ended."""
    from netbox_hedgehog.models import SyncRun

    return SyncRun.objects.filter(finished=None).count()


def suspend() -> None:
    """Have the schedule ask for nothing more."""
    from netbox_hedgehog.models import Fabric

    Fabric.objects.update(suspended=True)


def runs() -> list[Run]:
    from netbox_hedgehog.models import SyncRun

    columns = ("pk", "fabric__name", "state", "error_code", "rq_worker", "created", "started", "finished")
    return [Run(*row) for row in SyncRun.objects.order_by("pk").values_list(*columns)]


def ticks() -> list[datetime]:
    """When the schedule ticked."""
    from core.models import Job

    from netbox_hedgehog.sync.queue.timer import SCHEDULE

    ticked = Job.objects.filter(name=SCHEDULE, started__isnull=False)
    return list(ticked.order_by("started").values_list("started", flat=True))


def ticking() -> bool:
    """Whether a tick waits or runs."""
    from core.choices import JobStatusChoices
    from core.models import Job

    from netbox_hedgehog.sync.queue.timer import SCHEDULE

    now = (JobStatusChoices.STATUS_PENDING, JobStatusChoices.STATUS_RUNNING)
    return Job.objects.filter(name=SCHEDULE, status__in=now).exists()


def seen() -> set[str]:
    """The fabrics that have been synced."""
    from netbox_hedgehog.models import RunStateChoices, SyncRun

    good = SyncRun.objects.filter(state=RunStateChoices.SUCCEEDED)
    return set(good.values_list("fabric__name", flat=True))


def sound() -> bool:
    """Whether the newest run of every fabric has succeeded: nothing that was lost is still to be made up for."""
    from netbox_hedgehog.models import RunStateChoices, SyncRun

    begun = SyncRun.objects.filter(started__isnull=False).order_by("fabric_id", "-started")
    return {run.state for run in begun.distinct("fabric_id")} <= {RunStateChoices.SUCCEEDED}
