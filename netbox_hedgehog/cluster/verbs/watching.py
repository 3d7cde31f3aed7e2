"""Following a kind's changes, for as long as a stream lasts."""

from collections.abc import Iterator
from http.client import HTTPException
from types import TracebackType
from typing import Self

from urllib3.exceptions import HTTPError

from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.errors.network_errors import failure
from netbox_hedgehog.cluster.http.transport import Transport
from netbox_hedgehog.cluster.http.wire import Wire
from netbox_hedgehog.cluster.verbs.api_resource import ApiResource
from netbox_hedgehog.cluster.verbs.watch_events import Event, Events, EventType

__all__ = ("SILENCE", "Event", "EventType", "Watch")

SILENCE = 90.0  # seconds; API servers send a bookmark a minute where nothing happens


class Watch:
    """An open watch. Iterate it, in a thread that may wait, or ``receive`` what is there when ``fileno`` is readable.

    Both end when the server ends the stream, and raise ClusterError else. ``expired``: the server has forgotten the
    version to go on from, only a new list helps. Every other error leaves the version of the last event good to go on
    from. A line that was cut is dropped: it comes again. ``close`` may be called from any thread and ends an iteration.
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
        answer = transport.stream(path, query)
        try:
            self._wire = Wire(answer)
        except BaseException as error:
            answer.close()
            if isinstance(error, HTTPException | HTTPError | OSError | ValueError):
                raise self._failure(error) from None
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        self._wire.close()

    def close(self) -> None:
        """End the stream; who reads it sees it end."""
        self._closed = True
        self._wire.hang_up()

    def fileno(self) -> int:
        return self._wire.fileno()

    @property
    def more(self) -> bool:
        """Whether ``receive`` has something that no ``select`` tells of."""
        return self._wire.more

    def receive(self) -> Iterator[Event]:
        """The events that are there; sets ``ended`` at the stream's end."""
        try:
            data = self._wire.read()
        except (HTTPException, HTTPError, OSError, ValueError) as error:
            if self._closed:
                self.ended = True
                return
            raise self._failure(error) from None
        yield from self._events.feed(data)
        if self._wire.ended:
            self.ended = True
            if not self._closed:
                self._events.end()

    def _failure(self, error: Exception) -> ClusterError:
        return failure(error, self._target.host, self._target.port, self._target.proxy)

    def silent(self) -> ClusterError:
        """What it means that nothing has come for ``silence`` seconds."""
        message = f"connected, but nothing came for {self.silence:g} s"
        return ClusterError(ErrorCode.TIMED_OUT, message, facts=self._target.facts)

    def __iter__(self) -> Iterator[Event]:
        while not self.ended:
            if not self._wire.wait(self.silence):
                raise self.silent()
            yield from self.receive()
