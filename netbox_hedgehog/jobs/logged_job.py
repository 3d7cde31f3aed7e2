"""What the plugin's jobs have in common: a log that NetBox can keep."""

import logging

from netbox.jobs import JobRunner

from netbox_hedgehog.cluster.errors.printable import printable

__all__ = ("LoggedJob",)


class _Rendered(logging.Filter):
    """Puts a record's arguments into its message: NetBox keeps the message as it is, and drops the arguments.

    (``core.dataclasses.JobLogEntry.from_logrecord`` of NetBox 4.7 reads ``record.msg``.) What PostgreSQL refuses in a
    text, NUL and lone surrogates, would lose the whole job's end.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = printable(record.getMessage()), ()
        return True


RENDERED = _Rendered()


class LoggedJob(JobRunner):
    """A job whose log has the words that were logged."""

    def __init__(self, job):
        super().__init__(job)
        self.logger.addFilter(RENDERED)
