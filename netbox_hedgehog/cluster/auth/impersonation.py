"""Impersonation: the user that the API server is asked to treat requests as."""

import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode

__all__ = ("Impersonation",)

# What HTTP does not let into a header's value; everything else goes as UTF-8, as client-go sends it.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_UNESCAPED = "!#$&'*+-.^_`|~"  # beside letters and digits; client-go escapes a name's other bytes


class _Headers(Protocol):
    def add(self, name: str, value: str) -> None: ...


@dataclass(frozen=True)
class Impersonation:
    """A kubeconfig's ``as``, ``as-uid``, ``as-groups`` and ``as-user-extra``.

    Raises:
        ClusterError: A value has a character that no HTTP header can carry.
    """

    user: str
    uid: str | None = None
    groups: tuple[str, ...] = ()
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __post_init__(self) -> None:
        values = [self.user, self.uid or "", *self.groups]
        for name, more in self.extra:
            values += [name, *more]
        if any(map(_FORBIDDEN.search, values)):
            message = "The user, uid, groups or extra to impersonate have a line break or another control character."
            raise ClusterError(ErrorCode.KUBECONFIG_INVALID, message)

    def add_to(self, headers: _Headers) -> None:
        """Add the Impersonate headers, one for each value."""
        headers.add("Impersonate-User", _utf8(self.user))
        if self.uid:
            headers.add("Impersonate-Uid", _utf8(self.uid))
        for group in self.groups:
            headers.add("Impersonate-Group", _utf8(group))
        for name, values in self.extra:
            for value in values:
                headers.add(f"Impersonate-Extra-{quote(name, safe=_UNESCAPED)}", _utf8(value))


def _utf8(value: str) -> str:
    """Encode a value so that http.client, which writes headers in Latin-1, sends UTF-8, as client-go does."""
    return value.encode("utf-8").decode("latin-1")
