"""What NetBox keeps of a job's log.

``core.dataclasses.JobLogEntry.from_logrecord`` stores ``record.msg`` as it is and drops the arguments, so that a log of
``info("%s of %s", 1, 3)`` says "%s of %s". No issue upstream is known. Remove when it calls ``record.getMessage()``.
"""

import logging

from netbox_hedgehog.cluster.errors.printable import printable

__all__ = ("RenderedMessages",)


class RenderedMessages(logging.Filter):
    """Puts a record's arguments into its message, and takes out what PostgreSQL refuses in a text.

    NUL or half a surrogate pair in one message would lose the whole job's end.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = printable(record.getMessage()), ()
        return True
