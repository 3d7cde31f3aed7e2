"""The HTTP connections to a target, through its proxy where it has one."""

from typing import Any, NamedTuple

import urllib3

from netbox_hedgehog.cluster.auth.allowed_networks import limit_pools
from netbox_hedgehog.cluster.auth.target import Target
from netbox_hedgehog.cluster.auth.tls import context_for, proxy_context_for
from netbox_hedgehog.cluster.http.stream import STREAM_POOLS
from netbox_hedgehog.version import __version__

__all__ = ("Pools", "all_pools_for", "pools_for")


class Pools(NamedTuple):
    """The connections for answers that are read whole, and those for streams, which share settings and TLS context."""

    whole: urllib3.PoolManager
    streams: urllib3.PoolManager

    def clear(self) -> None:
        """Close those that nobody uses."""
        self.whole.clear()
        self.streams.clear()


def pools_for(target: Target, connect_timeout: float, read_timeout: float) -> urllib3.PoolManager:
    """Connections that are kept alive and never retry.

    Args:
        target: Where to connect.
        connect_timeout: Seconds to establish a connection.
        read_timeout: Seconds between two pieces of an answer.
    """
    return all_pools_for(target, connect_timeout, read_timeout).whole


def all_pools_for(target: Target, connect_timeout: float, read_timeout: float) -> Pools:
    """The connections of ``pools_for``, and such as answer with a StreamResponse."""
    options = _options(target, connect_timeout, read_timeout)
    made = Pools(_manager(target, options), _manager(target, options))
    made.streams.pool_classes_by_scheme = STREAM_POOLS
    if target.allowed:
        for pools in made:
            limit_pools(pools, target.allowed)
    return made


def _options(target: Target, connect_timeout: float, read_timeout: float) -> dict[str, Any]:
    encoding = "gzip" if target.compression else "identity"
    headers = urllib3.HTTPHeaderDict({"User-Agent": f"netbox-hedgehog/{__version__}", "Accept-Encoding": encoding})
    if target.impersonate:
        target.impersonate.add_to(headers)
    options: dict[str, Any] = {
        "maxsize": 4,
        "timeout": urllib3.Timeout(connect=connect_timeout, read=read_timeout),
        "retries": False,
        "headers": headers,
    }
    if target.encrypted:
        options["ssl_context"] = context_for(target)
        if target.tls_server_name:
            options["server_hostname"] = target.tls_server_name
    if target.proxy and target.proxy.scheme == "https":
        options["proxy_ssl_context"] = proxy_context_for(target)
    return options


def _manager(target: Target, options: dict[str, Any]) -> urllib3.PoolManager:
    proxy = target.proxy
    if not proxy:
        return urllib3.PoolManager(**options)
    login = {"Proxy-Authorization": proxy.authorization} if proxy.authorization else {}
    return urllib3.ProxyManager(proxy.url, proxy_headers=login, **options)
