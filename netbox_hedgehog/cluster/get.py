"""Getting one object."""

from typing import Any

from netbox_hedgehog.cluster.answers import decode
from netbox_hedgehog.cluster.resource import Resource
from netbox_hedgehog.cluster.transport import Transport

__all__ = ("get",)


def get(transport: Transport, resource: Resource, namespace: str | None, name: str) -> dict[str, Any]:
    """The object NAME as the server has it; raises ClusterError (``not_found`` where there is none)."""
    path = resource.path(namespace, name)
    return decode(transport, path, transport.get(path), dict[str, Any])
