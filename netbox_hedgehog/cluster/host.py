"""Host names as they go over the wire."""

import ipaddress

import idna

__all__ = ("ascii_host", "in_url", "is_loopback")

_LONGEST_LABEL = 63  # characters, of DNS


def ascii_host(name: str) -> str:
    """Encode a host name as DNS and TLS have it (``xn--...``).

    Raises:
        ValueError: It is no host name.
    """
    if name.isascii():
        if any(len(label) > _LONGEST_LABEL for label in name.split(".")):
            raise ValueError(f"a part of the host's name is longer than {_LONGEST_LABEL} characters")
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except UnicodeError as error:  # idna's own errors are among them
        raise ValueError(f"not a host name: {error}") from None


def in_url(host: str) -> str:
    """Write a host as in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
