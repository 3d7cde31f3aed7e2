"""What the plugin's jobs have in common: a log that NetBox can keep."""

from netbox.jobs import JobRunner

from netbox_hedgehog.netbox_internals.job_log import RenderedMessages

__all__ = ("LoggedJob",)

RENDERED = RenderedMessages()  # one for all: a logger takes the same filter once


class LoggedJob(JobRunner):
    """A job whose log has the words that were logged."""

    def __init__(self, job):
        super().__init__(job)
        self.logger.addFilter(RENDERED)
