"""The NetBox jobs: thin, so that everything they do can be done (and tested) without a queue."""

import os
import socket

from core.exceptions import JobFailed
from netbox.jobs import JobRunner
from rq import get_current_job

from netbox_hedgehog.models import ConnectionTest, RunStateChoices
from netbox_hedgehog.sync.connection import run_test
from netbox_hedgehog.sync.engine import execute

__all__ = ("ConnectionTestJob", "SyncJob")


def _worker() -> str:
    job = get_current_job()
    return (job.worker_name if job else None) or f"{socket.gethostname()}.{os.getpid()}"


class SyncJob(JobRunner):
    """Executes one sync run."""

    class Meta:
        name = "Hedgehog sync"

    def run(self, run_id, **kwargs):
        self.logger.info("Run #%s of %s", run_id, self.job.object)
        state = execute(run_id, _worker(), self.logger)
        if state in (RunStateChoices.FAILED, RunStateChoices.LOST):
            raise JobFailed


class ConnectionTestJob(JobRunner):
    """Tries the connection to a fabric, step by step."""

    class Meta:
        name = "Hedgehog connection test"

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
