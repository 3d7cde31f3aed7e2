"""Getting one object."""

from typing import Any

from netbox_hedgehog.cluster.http.decoding import decode
from netbox_hedgehog.cluster.http.transport import Transport
from netbox_hedgehog.cluster.verbs.api_resource import ApiResource

__all__ = ("get",)


def get(transport: Transport, resource: ApiResource, namespace: str | None, name: str) -> dict[str, Any]:
    """The object ``name`` as the server has it; raises ClusterError (``not_found`` where there is none)."""
    path = resource.path(namespace, name)
    return decode(transport, path, transport.get(path), dict[str, Any])
