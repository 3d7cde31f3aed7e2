"""Gets one object."""

from typing import Any

from netbox_hedgehog.cluster.http.decoding import decode
from netbox_hedgehog.cluster.http.transport import Transport
from netbox_hedgehog.cluster.verbs.api_resource import ApiResource

__all__ = ("get",)


def get(transport: Transport, resource: ApiResource, namespace: str | None, name: str) -> dict[str, Any]:
    """Get an object as the server has it.

    Raises:
        ClusterError: With the code not_found if there is none.
    """
    path = resource.path(namespace, name)
    return decode(transport, path, transport.get(path), dict[str, Any])
