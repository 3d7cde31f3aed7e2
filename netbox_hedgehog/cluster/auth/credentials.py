"""The credentials of requests to a cluster. None shows its secret when it is printed."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode

__all__ = ("ClientCertificate", "Combined", "Credential", "Token", "TokenFile")

_BEARER = re.compile(r"[\x21-\x7e]+")
_LARGEST_TOKEN = 64 * 1024  # bytes; servers refuse headers long before


class Credential(Protocol):
    """What the transport asks of a credential."""

    def token(self) -> str | None:
        """The bearer token to send; None if there is none.

        Raises:
            ClusterError: It cannot be read or fetched.
        """

    def certificate(self) -> "ClientCertificate | None":
        """The client certificate for the TLS handshake; None if there is none."""

    def refresh(self) -> bool:
        """Called after a 401, once a request.

        Returns:
            Whether another attempt may have a newer token.
        """


@dataclass(frozen=True)
class Token:
    """A bearer token."""

    value: str = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _token(self.value, "The token"))

    def token(self) -> str:
        return self.value

    def certificate(self) -> None:
        return None

    def refresh(self) -> bool:
        return False


@dataclass
class TokenFile:
    """A file with a bearer token that another program renews; it is read again after a 401.

    Attributes:
        path: The file.
        fallback: The token to send while the file cannot be read and no earlier token is known.
    """

    path: Path
    fallback: str | None = field(default=None, repr=False)
    _value: str | None = field(default=None, init=False, repr=False, compare=False)

    def token(self) -> str:
        if self._value is None:
            self._value = self._read()
        return self._value

    def certificate(self) -> None:
        return None

    def refresh(self) -> bool:
        old, self._value = self._value, None
        self.fallback = old or self.fallback
        return self.token() != old

    def _read(self) -> str:
        try:
            return _token(self._text(), f"The token in {self.path}")
        except ClusterError:
            if self.fallback is None:
                raise
            return self.fallback

    def _text(self) -> str:
        try:
            with self.path.open(encoding="ascii", errors="replace") as file:
                return file.read(_LARGEST_TOKEN)
        except (OSError, ValueError) as error:  # ValueError: no file can have that name
            raise ClusterError(
                ErrorCode.CREDENTIAL_INVALID,
                f"{self.path}: {getattr(error, 'strerror', None) or error}",
                hint=f"Make sure that the user of NetBox's worker can read {self.path}.",
            ) from None


@dataclass(frozen=True)
class ClientCertificate:
    """A client certificate (with its chain, if any) and its private key, both in PEM form."""

    cert_pem: str = field(repr=False)
    key_pem: str = field(repr=False)

    def token(self) -> None:
        return None

    def certificate(self) -> "ClientCertificate":
        return self

    def refresh(self) -> bool:
        return False


@dataclass(frozen=True)
class Combined:
    """A bearer token and a client certificate, both sent: a gateway may want one and the API server the other."""

    bearer: Token | TokenFile
    client: ClientCertificate = field(repr=False)

    def token(self) -> str:
        return self.bearer.token()

    def certificate(self) -> ClientCertificate:
        return self.client

    def refresh(self) -> bool:
        return self.bearer.refresh()


def _token(text: str, what: str) -> str:
    """Check a token; the error says what is wrong with it and never what it is."""
    value = text.strip()
    if not value:
        raise ClusterError(ErrorCode.CREDENTIAL_INVALID, f"{what} is empty.")
    if not _BEARER.fullmatch(value):
        raise ClusterError(
            ErrorCode.CREDENTIAL_INVALID, f"{what} has blanks, line breaks or other odd characters in it."
        )
    return value
