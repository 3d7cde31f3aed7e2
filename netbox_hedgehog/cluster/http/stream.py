"""An answer that is read as it comes, without waiting: one thread can read thousands of them.

urllib3 opens the connection (proxy, TLS, time-outs) and sends the request; from the answer's first byte on, h11 parses
what comes. http.client's reader, which urllib3 uses else, cannot be asked for what is there without waiting for more.
"""

import os
import select
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected

import h11
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPHeaderDict, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ProtocolError

__all__ = ("STREAM_POOLS", "StreamResponse")

PIECE = 64 * 1024  # bytes
AT_ONCE = 256 * 1024  # bytes that one call of ``receive`` takes at the most, so that other streams have their turn
CHUNK = 256  # bytes that a chunk counts for beside its own, since parsing one takes as long as parsing these
LONGEST_HEAD = 64 * 1024  # bytes of an answer's head, and of the line that begins a chunk
WHOLE_HEAD = 4  # the head may trickle in for this many times the read time-out
_LATER = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class StreamResponse(BaseHTTPResponse):
    """The open answer on a connection.

    Args:
        connection: its request has been sent. Making the answer waits for its head, up to the connection's time-out
            for each piece.

    Attributes:
        more: whether something may be there that ``select`` does not tell of, since it is off the socket already.
        ended: whether the body is complete.

    Raises:
        OSError: the connection failed. So do ``receive`` and ``read1``.
        urllib3.exceptions.ProtocolError: what came is no HTTP, or not all of it; the second argument says why.
    """

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection_of = connection
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)
        # h11 has to know what was asked to tell where the answer ends; it is not sent once more.
        self._parser.send(h11.Request(method="GET", target="/", headers=[("Host", "")]))
        self._parser.send(h11.EndOfMessage())
        self._begin = b""  # of the answer
        self.more, self.ended = True, False
        head = self._head(connection)
        super().__init__(
            headers=HTTPHeaderDict((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers),
            status=head.status_code,
            version=10 if head.http_version == b"1.0" else 11,
            version_string=f"HTTP/{head.http_version.decode('latin-1')}",
            reason=head.reason.decode("latin-1"),
            decode_content=False,
            request_url=None,
        )
        self.length_remaining = None
        if 200 <= self.status < 300:
            self._socket.settimeout(0)

    def fileno(self) -> int:
        return self._socket.fileno()

    def receive(self) -> Iterator[bytes]:
        """What has come of a success's body, in pieces; sets ``more`` and ``ended``."""
        left = AT_ONCE
        while left > 0:
            event = self._next()
            if isinstance(event, h11.Data):
                left -= CHUNK
                yield event.data
            elif isinstance(event, h11.EndOfMessage):
                self.ended = True
                break
            else:
                try:
                    piece = self._socket.recv(PIECE)
                except _LATER:
                    self.more = False
                    return
                left -= len(piece)
                self._parser.receive_data(piece)  # b"": the connection has ended
        self.more = not self.ended

    def read1(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        """The next piece of a refusal's body, b"" at its end; waits for it, for the read time-out at the most."""
        return next(self.receive(), b"")

    def wait(self, seconds: float) -> bool:
        """Whether something came within so many seconds."""
        if self.more:
            return True
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        return bool(poll.poll(1000 * seconds))

    def hang_up(self) -> None:
        """End the connection; whoever waits for it wakes up. From any thread."""
        # A twin, since the state of TLS is the reading thread's alone. Errors: it has ended already.
        with suppress(OSError, ValueError), socket.socket(fileno=os.dup(self.fileno())) as twin:
            twin.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._connection_of.close()

    def release_conn(self) -> None:
        """A stream's connection serves for nothing else afterwards."""
        self.close()

    @property
    def _socket(self) -> socket.socket:
        if self._connection_of.sock is None:
            raise ValueError("the connection has ended")
        return self._connection_of.sock

    def _head(self, connection: HTTPConnection) -> h11.Response:
        self._socket.settimeout(connection.timeout)
        until = time.monotonic() + WHOLE_HEAD * (connection.timeout or float("inf"))
        while time.monotonic() < until:
            event = self._next()
            if isinstance(event, h11.Response):
                return event
            if event is h11.NEED_DATA:
                piece = self._socket.recv(PIECE)
                self._begin = self._begin or piece[:5]
                if not self._begin:
                    raise RemoteDisconnected("Remote end closed connection without response")
                self._parser.receive_data(piece)
        raise TimeoutError("the head of the answer was not whole in time")

    def _next(self) -> object:
        try:
            return self._parser.next_event()
        except h11.RemoteProtocolError as error:
            cause: Exception = error
            if not b"HTTP/".startswith(self._begin):
                cause = BadStatusLine("")
            elif self._parser.trailing_data[1]:  # what is wrong is that the connection has ended
                cause = IncompleteRead(b"")
            raise ProtocolError("this is no HTTP answer", cause) from error


class _PlainStream(HTTPConnection):
    def getresponse(self) -> StreamResponse:  # type: ignore[override]  # as urllib3's own HTTP/2 connection does
        return StreamResponse(self)


class _EncryptedStream(HTTPSConnection):
    def getresponse(self) -> StreamResponse:  # type: ignore[override]
        return StreamResponse(self)


class _PlainStreams(HTTPConnectionPool):
    ConnectionCls = _PlainStream


class _EncryptedStreams(HTTPSConnectionPool):
    ConnectionCls = _EncryptedStream


STREAM_POOLS = {"http": _PlainStreams, "https": _EncryptedStreams}  # for a PoolManager's ``pool_classes_by_scheme``
