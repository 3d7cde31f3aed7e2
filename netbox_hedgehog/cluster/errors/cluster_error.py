"""The one exception that the requests to a cluster raise."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.errors.hints import hint_for
from netbox_hedgehog.cluster.errors.printable import printable

__all__ = ("Cause", "ClusterError", "unexpected")


class Cause(NamedTuple):
    """One field's error in a refusal, as the server names it."""

    field: str
    reason: str
    message: str


class ClusterError(Exception):
    """A request to a cluster failed, or was refused. No part of the error holds a secret.

    Message and hint can be stored: characters that PostgreSQL cannot hold are replaced.

    Attributes:
        code: Stable, see ``ErrorCode``.
        message: The words of the server, the operating system or the TLS library.
        hint: What to do next.
        status: The HTTP status, if there was an answer.
        retry_after: Seconds that the server asked to wait.
        causes: The errors of single fields.
        facts: What hints and callers may name: host, port, verb, resource, namespace, user, webhook.
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
        """Whether the same request may succeed later although nothing was changed."""
        return self.code.transient

    def __reduce__(self) -> tuple[type["ClusterError"], tuple[ErrorCode, str], dict[str, object]]:
        return ClusterError, (self.code, self.message), self.__dict__

    def __repr__(self) -> str:
        return f"ClusterError({self.code.value}: {self.message})"


def unexpected(error: BaseException) -> ClusterError:
    """Wrap an exception that no code foresaw, of any type.

    Args:
        error: What was raised; a ClusterError is returned as it is.

    Returns:
        An error with the code ``internal``; its message has the exception's type and text. The caller logs the
        traceback.
    """
    if isinstance(error, ClusterError):
        return error
    try:
        text = str(error)
    except Exception as broken:  # noqa: BLE001  an exception whose own text cannot be made is told by its type
        text = f"(no text: {type(broken).__name__})"
    name = type(error).__name__
    return ClusterError(ErrorCode.INTERNAL, f"{name}: {text}" if text else name)
