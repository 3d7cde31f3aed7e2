"""Old ticks of the timer leave NetBox's job list."""

from core.choices import JobStatusChoices
from core.models import Job

from netbox_hedgehog.sync.queue.runners import SCHEDULE

__all__ = ("forget_ticks",)

JOBS_AT_ONCE = 500  # what is left goes in the next minutes
# Jobs of ended ticks that stay in NetBox's list: of those that went well, and of those that did not.
GOOD_TICKS, BAD_TICKS = 3, 50


def forget_ticks() -> int:
    """Delete the jobs of ended ticks but for the newest few: NetBox's job list is not to get a row each minute.

    Returns how many. Failed ones are kept longer, up to NetBox's JOB_RETENTION, since their log says what failed.
    """
    ended = Job.objects.filter(name=SCHEDULE, status__in=JobStatusChoices.TERMINAL_STATE_CHOICES).order_by("-pk")
    good = ended.filter(status=JobStatusChoices.STATUS_COMPLETED)
    bad = ended.exclude(status=JobStatusChoices.STATUS_COMPLETED)
    keys = [
        jobs.values_list("pk", flat=True)[kept:JOBS_AT_ONCE] for jobs, kept in ((good, GOOD_TICKS), (bad, BAD_TICKS))
    ]
    old = [key for each in keys for key in each]
    if old:
        Job.objects.filter(pk__in=old).delete()
    return len(old)
