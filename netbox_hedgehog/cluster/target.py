"""Where a cluster is and as whom to speak to it."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from netbox_hedgehog.cluster.codes import ErrorCode
from netbox_hedgehog.cluster.credentials import Credential
from netbox_hedgehog.cluster.errors import ClusterError
from netbox_hedgehog.cluster.reach import Network

__all__ = ("Target",)

_ADDRESS_HINT = "Enter it as https://HOST:PORT, as the `server` of a kubeconfig has it."


@dataclass(frozen=True)
class Target:
    """A cluster's address, the CA that vouches for it (None: those of the system) and the credential (None: nobody).

    ``verify`` False means that the server's certificate is not checked at all: anyone in between can read and change
    everything. ``compression``: whether answers may come packed, which helps where the way is slow and costs both sides
    where it is not. ``allowed``: the networks that may be connected to (none: all); a proxy has to lie in them too, and
    what it reaches is its own affair.

    Raises ClusterError for an address that is none, and where a credential would travel unencrypted.
    """

    server: str
    ca_pem: str | None = None
    credential: Credential | None = None
    tls_server_name: str | None = None
    verify: bool = True
    namespace: str | None = None
    proxy_url: str | None = None
    compression: bool = True
    allowed: tuple[Network, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "server", _address(self.server))
        parts = urlsplit(self.server)
        if parts.scheme == "http" and self.credential is not None and not _is_loopback(parts.hostname or ""):
            raise ClusterError(
                ErrorCode.CREDENTIAL_INVALID,
                f"{self.server} is not encrypted: the credential could be read on the way.",
                hint="Use the API server's https:// address.",
            )
        if self.proxy_url:
            object.__setattr__(self, "proxy_url", _proxy(self.proxy_url))

    @property
    def host(self) -> str:
        return urlsplit(self.server).hostname or ""

    @property
    def port(self) -> int:
        parts = urlsplit(self.server)
        return parts.port or (80 if parts.scheme == "http" else 443)

    @property
    def encrypted(self) -> bool:
        return self.server.startswith("https://")

    @property
    def proxy(self) -> SplitResult | None:
        return urlsplit(self.proxy_url) if self.proxy_url else None

    @property
    def facts(self) -> dict[str, object]:
        """What an error's hint may say of it."""
        return {"host": self.host, "port": self.port, "url": self.server}

    def __repr__(self) -> str:
        proxy = f"{self.proxy.hostname}:{self.proxy.port}" if self.proxy else None
        return f"Target(server={self.server!r}, credential={self.credential!r}, verify={self.verify}, proxy={proxy})"


def _address(server: str) -> str:
    """SERVER, normalised: a scheme, a host, no user, no query and no slash at the end."""
    server = server.strip()
    if "://" not in server:
        server = f"https://{server}"
    try:
        parts = urlsplit(server)
        port = parts.port
    except ValueError as error:
        raise _no_address(str(error)) from None
    if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
        raise _no_address("The address of the API server has no scheme https, or no host.")
    if parts.username is not None or parts.query or parts.fragment:
        raise _no_address("The address of the API server has a user, a query or a fragment in it.")
    if any(character.isspace() or not character.isprintable() for character in server):
        raise _no_address("The address of the API server has blanks in it.")
    return server.rstrip("/")


def _proxy(url: str) -> str:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  reading it is what checks it
    except ValueError as error:
        raise ClusterError(ErrorCode.KUBECONFIG_INVALID, f"proxy-url: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ClusterError(
            ErrorCode.KUBECONFIG_INVALID,
            f"proxy-url: a proxy of type {parts.scheme or 'unknown'} is not supported.",
            hint="Use an HTTP proxy (http://HOST:PORT), or a host from which the API server can be reached directly.",
        )
    return url


def _no_address(message: str) -> ClusterError:
    return ClusterError(ErrorCode.NAME_NOT_RESOLVED, message, hint=_ADDRESS_HINT)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
