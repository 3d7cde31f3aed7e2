"""Following a kind's changes, for as long as a stream lasts."""

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from urllib3.exceptions import HTTPError

from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.errors.network_errors import failure
from netbox_hedgehog.cluster.http.transport import Transport
from netbox_hedgehog.cluster.verbs.api_resource import ApiResource
from netbox_hedgehog.cluster.verbs.watch_events import Event, Events, EventType

__all__ = ("SILENCE", "Event", "EventType", "Watch")

SILENCE = 90.0  # seconds; API servers send a bookmark a minute where nothing happens


class Watch:
    """An open watch. Iterate it in a thread that may block, or call ``receive`` when ``fileno`` is readable.

    Both end when the server ends the stream. ``close`` may be called from any thread and ends an iteration. A line that
    was cut off is dropped: a watch from the last event's version receives it again.

    Args:
        transport: The connection.
        resource: The kind.
        namespace: None for all.
        resource_version: The version after which changes are sent.
        seconds: How long the server is asked to keep the stream open.
        silence: Seconds without a byte after which an iteration ends in ``timed_out``.

    Attributes:
        ended: Whether the stream is over.

    Raises:
        ClusterError: ``expired`` if the server has forgotten the version: only a new list helps. After any other error
            a new watch can go on from the version of the last event.
    """

    def __init__(
        self,
        transport: Transport,
        resource: ApiResource,
        namespace: str | None,
        resource_version: str,
        seconds: int,
        silence: float,
    ) -> None:
        path = resource.path(namespace)
        query = {
            "watch": "true",
            "resourceVersion": resource_version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(seconds),
        }
        self.silence, self.ended = silence, False
        self._target = transport.target
        self._closed = False
        self._events = Events(transport.target, path)
        self._answer = transport.stream(path, query)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        self._answer.close()

    def close(self) -> None:
        """End the stream; its reader sees it end. From any thread."""
        self._closed = True
        self._answer.hang_up()

    def fileno(self) -> int:
        return self._answer.fileno()

    @property
    def more(self) -> bool:
        """Whether ``receive`` has something that no ``select`` tells of."""
        return self._answer.more

    def receive(self) -> Iterator[Event]:
        """The events that are there; sets ``ended`` at the stream's end."""
        for piece in self._pieces():
            yield from self._events.feed(piece)
        if self._answer.ended:
            self.ended = True
            if not self._closed:
                self._events.end()

    def _pieces(self) -> Iterator[bytes]:
        try:
            yield from self._answer.receive()
        except (HTTPError, OSError, ValueError) as error:
            if not self._closed:
                raise self._failure(error) from None
            self.ended = True

    def _failure(self, error: Exception) -> ClusterError:
        return failure(error, self._target.host, self._target.port, self._target.proxy)

    def silent(self) -> ClusterError:
        """What it means that nothing has come for ``silence`` seconds."""
        message = f"connected, but nothing came for {self.silence:g} s"
        return ClusterError(ErrorCode.TIMED_OUT, message, facts=self._target.facts)

    def __iter__(self) -> Iterator[Event]:
        while not self.ended:
            if not self._answer.wait(self.silence):
                raise self.silent()
            yield from self.receive()
