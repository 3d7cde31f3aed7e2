"""What is told of an exception that nobody foresaw: of a run and of a watch in the same words."""

from django.db import DatabaseError, InterfaceError

from netbox_hedgehog.cluster import ClusterError, unexpected
from netbox_hedgehog.sync.transitions import Failure

__all__ = ("failure_of",)

DATABASE_HINT = "See that NetBox's database is up and has space; the next sync starts from what is stored."


def failure_of(error: BaseException) -> Failure:
    """Code, message and hint for ERROR, whatever its type; its traceback is for the log of whoever caught it."""
    told = unexpected(error)
    if isinstance(error, DatabaseError | InterfaceError) and not isinstance(error, ClusterError):
        return Failure("database", told.message.strip(), DATABASE_HINT)
    return Failure(told.code.value, told.message, told.hint)
