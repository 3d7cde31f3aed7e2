"""The one timer of the plugin: a NetBox system job, once a minute."""

from netbox.jobs import JobRunner, system_job

from netbox_hedgehog.models import RunStateChoices, SyncRun
from netbox_hedgehog.sync.dispatch import dispatch
from netbox_hedgehog.sync.sweep import sweep

__all__ = ("HedgehogSweep",)


@system_job(interval=1)
class HedgehogSweep(JobRunner):
    """Marks runs lost whose worker died, and gives queued runs that have no job a new one."""

    class Meta:
        name = "Hedgehog sweep"

    def run(self, *args, **kwargs):
        for run_id in sweep():
            self.logger.warning("Run #%s is lost: its worker stopped reporting.", run_id)
        for fabric_id in SyncRun.objects.filter(state=RunStateChoices.QUEUED).values_list("fabric_id", flat=True):
            dispatch(fabric_id)
