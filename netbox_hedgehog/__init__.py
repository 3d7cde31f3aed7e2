"""A NetBox plugin that keeps NetBox, Git and the Kubernetes API of a Hedgehog Open Network Fabric in agreement.

The package itself imports no Django, so that ``kinds``, ``manifests`` and ``cluster`` work (and are tested) without
NetBox. NetBox asks for ``config``, which is loaded on demand.
"""

from typing import Any

from netbox_hedgehog.version import __version__

__all__ = ("HedgehogConfig", "__version__", "config")


def __getattr__(name: str) -> Any:
    if name in ("config", "HedgehogConfig"):
        from netbox_hedgehog.plugin import HedgehogConfig

        return HedgehogConfig
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
