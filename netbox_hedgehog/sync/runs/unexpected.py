"""What an exception that nobody expected means: whose it is, and what to do. For runs, tests and watches."""

import errno

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError
from rq.timeouts import BaseTimeoutException

from netbox_hedgehog.cluster import ClusterError, unexpected
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.runs.transitions import Failure

__all__ = ("failure_of",)

_OF_THE_HOST = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EROFS, errno.EAGAIN}
_HOST = "See that the host of NetBox's worker has memory, disk space, threads and open files to spare, then try again."
_CONFIGURATION = "Correct NetBox's configuration (configuration.py), and restart its workers."
_QUEUE = "See whether the API server is slow; NetBox's setting RQ_DEFAULT_TIMEOUT is what a job may take."


def failure_of(error: BaseException) -> Failure:
    """``error`` as a code, its own words and the next step. A defect of ours is only what can be nothing else."""
    if isinstance(error, ClusterError):
        return Failure(error.code.value, error.message, error.hint)
    code, hint = _meaning(error)
    return Failure(code, unexpected(error).message, hint)


def _meaning(error: BaseException) -> tuple[RunCode, str]:
    if isinstance(error, DatabaseError | InterfaceError):
        return RunCode.DATABASE, RunCode.DATABASE.hint
    if isinstance(error, BaseTimeoutException):
        return RunCode.DEADLINE, _QUEUE
    if isinstance(error, ImproperlyConfigured):
        return RunCode.INTERNAL, _CONFIGURATION
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _OF_THE_HOST):
        return RunCode.INTERNAL, _HOST
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return RunCode.INTERNAL, _HOST
    return RunCode.INTERNAL, RunCode.INTERNAL.hint
