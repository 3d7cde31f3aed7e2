"""The client of one cluster."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from netbox_hedgehog.cluster.auth.target import Target
from netbox_hedgehog.cluster.http.transport import Transport
from netbox_hedgehog.cluster.verbs.api_resource import ApiResource
from netbox_hedgehog.cluster.verbs.authorizing import may_i
from netbox_hedgehog.cluster.verbs.discovering import Discovery, discover
from netbox_hedgehog.cluster.verbs.getting import get
from netbox_hedgehog.cluster.verbs.listing import Page, pages
from netbox_hedgehog.cluster.verbs.server_version import Version, version
from netbox_hedgehog.cluster.verbs.watching import SILENCE, Watch

__all__ = ("Cluster",)


class Cluster:
    """A client of one API server. Nothing is sent before the first request.

    Every method raises ClusterError and nothing else. All requests of this process to the same server share one rate
    limit.

    Args:
        target: Where to connect, and with which credential.
        connect_timeout: Seconds to establish a connection.
        read_timeout: Seconds between two pieces of an answer.
        requests_per_second: The rate limit over time; 0 for none.
    """

    def __init__(
        self,
        target: Target,
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        requests_per_second: float = 0.0,
    ) -> None:
        self.target = target
        self._transport = Transport(target, connect_timeout, read_timeout, requests_per_second)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def version(self) -> Version:
        """The server's version."""
        return version(self._transport)

    def discover(self) -> Discovery:
        """Discover the Hedgehog kinds that are served.

        Returns:
            The kinds, which may be none, and the API groups that could not be read.
        """
        return discover(self._transport)

    def list(
        self, resource: ApiResource, namespace: str | None = None, limit: int = 500, name: str = "", **more: Any
    ) -> Iterator[Page]:
        """List a kind page by page; see ``listing.pages``.

        Args:
            resource: The kind.
            namespace: None for all.
            limit: Objects a page.
            name: To list the object of that name only.
            **more: Further arguments of ``listing.pages``.
        """
        return pages(self._transport, resource, namespace, limit, name, **more)

    def watch(
        self,
        resource: ApiResource,
        namespace: str | None,
        resource_version: str,
        seconds: int = 300,
        silence: float = SILENCE,
    ) -> Watch:
        """Watch the changes of a kind; see ``watching.Watch``.

        Args:
            resource: The kind.
            namespace: None for all.
            resource_version: The version after which to begin: that of a list, or of the last event.
            seconds: How long the server keeps the stream open.
            silence: Seconds without a byte after which the stream counts as broken.
        """
        return Watch(self._transport, resource, namespace, resource_version, seconds, silence)

    def get(self, resource: ApiResource, namespace: str | None, name: str) -> dict[str, Any]:
        """Get one object.

        Returns:
            The object as the server has it.
        """
        return get(self._transport, resource, namespace, name)

    def may_i(self, verb: str, resource: ApiResource, namespace: str | None = None) -> bool:
        """Ask the server whether the credential may do something.

        Args:
            verb: As in RBAC: list, watch, create.
            resource: The kind.
            namespace: None for all.
        """
        return may_i(self._transport, verb, resource, namespace)
