"""Where a cluster is, and with which credential to connect."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from netbox_hedgehog.cluster.auth.allowed_networks import Network
from netbox_hedgehog.cluster.auth.credentials import Credential
from netbox_hedgehog.cluster.auth.impersonation import Impersonation
from netbox_hedgehog.cluster.auth.proxy_url import proxy_of
from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.host import ascii_host, in_url, is_loopback
from netbox_hedgehog.cluster.proxy import Proxy

__all__ = ("Target",)

_ADDRESS_HINT = "Enter it as https://HOST:PORT, as the `server` of a kubeconfig has it."
_HTTPS_HINT = "Use the API server's https:// address."


@dataclass(frozen=True)
class Target:
    """A cluster's address and credential.

    Attributes:
        server: The address; it is normalised.
        ca_pem: The CA of the server's certificate; None for those of the operating system.
        credential: None to send none.
        tls_server_name: The name that the server's certificate must be for, if it is not the address's host.
        verify: False to skip the check of the server's certificate: then anyone in between can read and change
            everything.
        namespace: The namespace that the kubeconfig or the service account names.
        proxy_url: The proxy in front of the server.
        compression: Whether answers may be compressed: that helps on a slow network, and costs both sides otherwise.
        allowed: The networks that may be connected to; none for all. A proxy must be in them too, and what the proxy
            connects to is its own affair.
        impersonate: The user that the server is asked to treat requests as.

    Raises:
        ClusterError: The address cannot be parsed, or is not encrypted although it is not this host itself.
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
    impersonate: Impersonation | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "server", _address(self.server))
        if not self.encrypted:
            self._stay_on_this_host()
        if self.tls_server_name:
            object.__setattr__(self, "tls_server_name", _server_name(self.tls_server_name))
        if self.proxy_url:
            proxy_of(self.proxy_url)  # says now, rather than at the first request, what is wrong with it

    def _stay_on_this_host(self) -> None:
        """Refuse an unencrypted address elsewhere: anyone on the way could read the credential."""
        if is_loopback(self.host) and not self.proxy_url:
            return
        through = " through a proxy" if self.proxy_url else ""
        message = (
            f"{self.server}{through} is not encrypted: "
            "the credential and every answer could be read and changed on the way."
        )
        raise ClusterError(ErrorCode.CREDENTIAL_INVALID, message, hint=_HTTPS_HINT)

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
    def proxy(self) -> Proxy | None:
        return proxy_of(self.proxy_url) if self.proxy_url else None

    @property
    def facts(self) -> dict[str, object]:
        """What an error's hint may name."""
        return {"host": self.host, "port": self.port, "url": self.server}

    def __repr__(self) -> str:
        proxy = str(self.proxy) if self.proxy else None
        return f"Target(server={self.server!r}, credential={self.credential!r}, verify={self.verify}, proxy={proxy})"


def _address(server: str) -> str:
    """Normalise an address: scheme, host in ASCII, no user, no query, no slash at the end."""
    server = server.strip()
    if "://" not in server:
        server = f"https://{server}"
    try:
        parts = urlsplit(server)
        port, host = parts.port, ascii_host(parts.hostname or "")
    except ValueError as error:
        raise _no_address(str(error)) from None
    if parts.scheme not in ("https", "http") or not host:
        raise _no_address("The address of the API server has no scheme https, or no host.")
    if port == 0:
        raise _no_address("Port out of range 1-65535")
    if parts.username is not None or parts.query or parts.fragment:
        raise _no_address("The address of the API server has a user, a query or a fragment in it.")
    if any(character.isspace() or not character.isprintable() for character in server):
        raise _no_address("The address of the API server has blanks in it.")
    return _with_host(parts, host).rstrip("/")


def _with_host(parts: SplitResult, host: str) -> str:
    if parts.netloc.isascii():
        return parts.geturl()
    return parts._replace(netloc=in_url(host) + (f":{parts.port}" if parts.port else "")).geturl()


def _server_name(name: str) -> str:
    try:
        return _checked(ascii_host(name))
    except ValueError as error:
        message = f"tls-server-name: {error}"
        raise ClusterError(
            ErrorCode.KUBECONFIG_INVALID, message, hint="Use a name that the certificate lists."
        ) from None


def _checked(name: str) -> str:
    if name.startswith(".") or not name.isprintable() or " " in name:
        raise ValueError("this is not a host name")
    return name


def _no_address(message: str) -> ClusterError:
    return ClusterError(ErrorCode.NAME_NOT_RESOLVED, message, hint=_ADDRESS_HINT)
