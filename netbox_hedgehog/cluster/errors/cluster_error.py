"""The one exception that talking to a cluster raises."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.errors.hints import hint_for
from netbox_hedgehog.cluster.errors.printable import printable

__all__ = ("Cause", "ClusterError", "unexpected")


class Cause(NamedTuple):
    """One field's fault in a refusal, as the server tells it."""

    field: str
    reason: str
    message: str


class ClusterError(Exception):
    """Something a cluster, or the way to it, refused or failed at.

    ``code`` is stable; ``message`` is in the words of whoever said it (the server, the operating system, the TLS
    library); ``hint`` is the next step. ``status`` is the HTTP status where there was one, ``retry_after`` the seconds
    that the server asked to wait, ``causes`` its faults field by field.
    ``facts`` (host, port, verb, resource, namespace, user, webhook ...) are what hint and callers may name.
    No part of it ever holds a secret. Message and hint can be stored: what text may not hold is replaced in them.
    """

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        *,
        hint: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
        causes: Sequence[Cause] = (),
        facts: Mapping[str, object] | None = None,
    ) -> None:
        message = printable(message)
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = printable(hint_for(code, facts or {}) if hint is None else hint)
        self.status = status
        self.retry_after = retry_after
        self.causes = tuple(Cause(*map(printable, cause)) for cause in causes)
        self.facts = dict(facts or {})

    @property
    def transient(self) -> bool:
        """Whether it is worth trying again with nothing changed."""
        return self.code.transient

    def __reduce__(self) -> tuple[type["ClusterError"], tuple[ErrorCode, str], dict[str, object]]:
        return ClusterError, (self.code, self.message), self.__dict__

    def __repr__(self) -> str:
        return f"ClusterError({self.code.value}: {self.message})"


def unexpected(error: BaseException) -> ClusterError:
    """What is told of an exception that nobody foresaw, whatever its type.

    Args:
        error: What was raised. A ClusterError is returned as it is.

    Returns:
        An error with the code ``internal``, whose message names the exception's type and text. The traceback is for
        the log of whoever caught it.
    """
    if isinstance(error, ClusterError):
        return error
    try:
        text = str(error)
    except Exception as broken:  # noqa: BLE001  an exception whose own text cannot be made is told by its type
        text = f"(no text: {type(broken).__name__})"
    name = type(error).__name__
    return ClusterError(ErrorCode.INTERNAL, f"{name}: {text}" if text else name)
