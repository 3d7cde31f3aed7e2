"""Parses the ``proxy-url`` of a kubeconfig."""

import base64
import re
from urllib.parse import unquote_to_bytes, urlsplit

from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.host import ascii_host
from netbox_hedgehog.cluster.proxy import Proxy

__all__ = ("proxy_of",)

# What may stand before the @: kubectl refuses everything else, too.
_LOGIN = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*")


def proxy_of(url: str) -> Proxy:
    """Parse the address of a proxy.

    Raises:
        ClusterError: With the code kubeconfig_invalid; the message never shows the login.
    """
    try:
        parts = urlsplit(url)
        host, port = ascii_host(parts.hostname or ""), parts.port
    except ValueError as error:
        raise _invalid(f"proxy-url: {error}" if "@" not in url else "proxy-url: this is not an address.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise _invalid(f"proxy-url: a proxy of type {parts.scheme or 'unknown'} is not supported.")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise _invalid("proxy-url: there are blanks in it.")
    login, at, _ = parts.netloc.rpartition("@")
    if not _LOGIN.fullmatch(login):
        raise _invalid(
            "proxy-url: user name or password have characters that must be percent-encoded.",
            "Write each byte of its UTF-8 as %XX: ö is %C3%B6.",
        )
    return Proxy(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), _basic(login) if at else None)


def _basic(login: str) -> str:
    """Encode a login as Go does: percent-decoded to bytes, so that UTF-8 arrives as UTF-8."""
    user, _, password = login.partition(":")
    return "Basic " + base64.b64encode(unquote_to_bytes(user) + b":" + unquote_to_bytes(password)).decode("ascii")


def _invalid(message: str, hint: str = "") -> ClusterError:
    usual = "Use an HTTP proxy, such as http://proxy.example:3128, or a host that reaches the API server directly."
    return ClusterError(ErrorCode.KUBECONFIG_INVALID, message, hint=hint or usual)
