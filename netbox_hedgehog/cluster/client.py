"""One cluster, and everything that can be asked of it."""

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
    """A client of ``target``'s API server. Time-outs are in seconds: for connecting, and between two pieces of an
    answer.

    All that this process sends to one server keeps to ``requests_per_second``; 0 is no limit.

    Nothing is sent before the first question. Every method raises ClusterError and nothing else.
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
        """The Hedgehog kinds that are served; none is not an error here."""
        return discover(self._transport)

    def list(
        self, resource: ApiResource, namespace: str | None = None, limit: int = 500, name: str = "", **more: Any
    ) -> Iterator[Page]:
        """The pages of ``resource`` in ``namespace`` (None: in all), up to ``limit`` objects each; for ``more`` see
        ``list.pages``.
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
        """The changes of ``resource`` in ``namespace`` (None: in all) after ``resource_version``, for ``seconds``; see
        ``watch``.
        """
        return Watch(self._transport, resource, namespace, resource_version, seconds, silence)

    def get(self, resource: ApiResource, namespace: str | None, name: str) -> dict[str, Any]:
        """The object ``name``."""
        return get(self._transport, resource, namespace, name)

    def may_i(self, verb: str, resource: ApiResource, namespace: str | None = None) -> bool:
        """Whether the credential may ``verb`` the ``resource`` in ``namespace`` (None: in all)."""
        return may_i(self._transport, verb, resource, namespace)
