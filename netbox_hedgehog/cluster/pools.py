"""The HTTP connections to a target, through its proxy where it has one."""

from typing import Any
from urllib.parse import unquote

import urllib3

from netbox_hedgehog.cluster.reach import limit_pools
from netbox_hedgehog.cluster.target import Target
from netbox_hedgehog.cluster.tls import context_for
from netbox_hedgehog.version import __version__

__all__ = ("pools_for",)


def pools_for(target: Target, connect_timeout: float, read_timeout: float) -> urllib3.PoolManager:
    """Connections that are kept alive and never try anything twice; time-outs in seconds."""
    encoding = "gzip" if target.compression else "identity"
    options: dict[str, Any] = {
        "maxsize": 4,
        "timeout": urllib3.Timeout(connect=connect_timeout, read=read_timeout),
        "retries": False,
        "headers": {"User-Agent": f"netbox-hedgehog/{__version__}", "Accept-Encoding": encoding},
    }
    if target.encrypted:
        options["ssl_context"] = context_for(target)
        if target.tls_server_name:
            options["server_hostname"] = target.tls_server_name
    if proxy := target.proxy:
        login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}" if proxy.username else None
        made: urllib3.PoolManager = urllib3.ProxyManager(
            f"{proxy.scheme}://{proxy.netloc.rpartition('@')[2]}",
            proxy_headers=urllib3.make_headers(proxy_basic_auth=login),
            **options,
        )
    else:
        made = urllib3.PoolManager(**options)
    if target.allowed:
        limit_pools(made, target.allowed)
    return made
