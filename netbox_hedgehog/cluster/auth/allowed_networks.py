"""The networks that may be connected to. Editors of a fabric name a server; an administrator sets the limits.

Checked twice: the addresses that a name resolves to before anything is sent, and the address that a connection reached
before its first request, since a name can resolve to something else a moment later.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from urllib3 import PoolManager
from urllib3.connection import HTTPConnection

from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode

__all__ = ("Network", "check_addresses", "limit_pools", "parse_networks")

type Network = IPv4Network | IPv6Network


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """The networks that ``texts`` write (``10.0.0.0/8``, ``2001:db8::/32``, single addresses).

    Raises:
        ValueError: a text is no network; the message names it.
    """
    return tuple(ip_network(text) for text in texts)


def check_addresses(addresses: Iterable[str], allowed: Sequence[Network], host: str, port: int) -> None:
    """Let pass what lies in the networks of ``allowed``; none given: everything.

    Args:
        addresses: IP addresses, as the resolver or a socket gives them.
        allowed: networks that may be reached.
        host: the name that they stand for, for the error.
        port: its port, for the error.

    Raises:
        ClusterError: ``address_not_allowed``, where one of the addresses lies outside.
    """
    outside = [each for each in addresses if allowed and not any(_plain(each) in network for network in allowed)]
    if outside:
        raise ClusterError(
            ErrorCode.ADDRESS_NOT_ALLOWED,
            f"{host} is at {', '.join(outside)}, which NetBox may not connect to.",
            facts={"host": host, "port": port},
        )


def limit_pools(pools: PoolManager, allowed: Sequence[Network]) -> None:
    """Make every connection of a pool check which address it has reached before it is used."""

    def limited(connection_class: Any) -> Any:
        def connect(connection: HTTPConnection) -> None:
            connection_class.connect(connection)
            try:
                # TLS in the TLS of an https:// proxy has no address of its own.
                reached: Any = getattr(connection.sock, "socket", connection.sock)
                check_addresses([reached.getpeername()[0]], allowed, connection.host, connection.port or 0)
            except ClusterError:
                connection.close()
                raise

        return type(connection_class.__name__, (connection_class,), {"connect": connect})

    classes: dict[str, Any] = pools.pool_classes_by_scheme
    pools.pool_classes_by_scheme = {
        scheme: type(pool_class.__name__, (pool_class,), {"ConnectionCls": limited(pool_class.ConnectionCls)})
        for scheme, pool_class in classes.items()
    }


def _plain(address: str) -> Any:
    """``address`` without its zone; an IPv4 address that is written as IPv6 is that IPv4 address."""
    found = ip_address(address.partition("%")[0])
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
