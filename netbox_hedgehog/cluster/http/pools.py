"""The HTTP connections to a target, through its proxy where it has one."""

from typing import Any

import urllib3

from netbox_hedgehog.cluster.auth.allowed_networks import limit_pools
from netbox_hedgehog.cluster.auth.target import Target
from netbox_hedgehog.cluster.auth.tls import context_for, proxy_context_for
from netbox_hedgehog.version import __version__

__all__ = ("pools_for",)


def pools_for(target: Target, connect_timeout: float, read_timeout: float) -> urllib3.PoolManager:
    """Connections that are kept alive and never try anything twice; time-outs in seconds."""
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
    if proxy := target.proxy:
        if proxy.scheme == "https":
            options["proxy_ssl_context"] = proxy_context_for(target)
        login = {"Proxy-Authorization": proxy.authorization} if proxy.authorization else {}
        made: urllib3.PoolManager = urllib3.ProxyManager(proxy.url, proxy_headers=login, **options)
    else:
        made = urllib3.PoolManager(**options)
    if target.allowed:
        limit_pools(made, target.allowed)
    return made
