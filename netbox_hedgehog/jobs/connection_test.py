"""The job of a connection test."""

from core.exceptions import JobFailed

from netbox_hedgehog.jobs.logged_job import LoggedJob
from netbox_hedgehog.models import ConnectionTest
from netbox_hedgehog.sync.connection_test import run_test
from netbox_hedgehog.sync.queue.runners import TEST_JOB, register_runner

__all__ = ("FabricConnectionTestJob",)


@register_runner
class FabricConnectionTestJob(LoggedJob):
    """Tries the connection to a fabric, step by step."""

    class Meta:
        name = TEST_JOB

    def run(self, test_id, **kwargs):
        test = ConnectionTest.objects.select_related("fabric").filter(pk=test_id).first()
        if test is None:
            self.logger.warning("The test is gone; its fabric may have been deleted.")
            return
        run_test(test)
        for step in test.steps:
            self.logger.info("%s: %s %s", step["name"], "ok" if step["ok"] else "failed", step["detail"])
        if not test.ok:
            self.logger.error("%s: %s %s", test.error_code, test.error_message, test.error_hint)
            raise JobFailed
