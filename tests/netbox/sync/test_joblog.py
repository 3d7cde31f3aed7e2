"""What the plugin's jobs log is kept by NetBox, whatever is in it."""

from uuid import uuid4

import pytest
from core.models import Job

from netbox_hedgehog.jobs.logged_job import LoggedJob

pytestmark = pytest.mark.django_db


class Talkative(LoggedJob):
    class Meta:
        name = "talkative"

    def run(self, *args, **kwargs):
        self.logger.info("%s of %s", "one", 3)
        self.logger.warning("%s", "a NUL \0, half a \ud800 pair")
        self.logger.error("x" * 100_000)


def test_a_job_keeps_what_was_logged_and_ends():
    job = Job.objects.create(name="talkative", job_id=uuid4())
    Talkative.handle(job)
    job.refresh_from_db()
    assert job.status == "completed"
    first, second, third = [entry["message"] for entry in job.log_entries]
    assert first == "one of 3"
    assert second == "a NUL \N{REPLACEMENT CHARACTER}, half a \N{REPLACEMENT CHARACTER} pair"
    assert len(third) == 10_000
