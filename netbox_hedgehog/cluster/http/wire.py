"""The connection of an open answer, read as far as it goes without waiting: one thread can read thousands."""

import os
import select
import socket
import ssl
from typing import Any

import urllib3

from netbox_hedgehog.cluster.http.framing import Framing

__all__ = ("Wire",)

PIECE = 64 * 1024  # bytes
AT_ONCE = 256 * 1024  # bytes that one call of ``read`` takes at the most, so that other connections have their turn
_LATER = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Wire:
    """Takes over the connection of ANSWER, whose body has not been read yet.

    ``more``: something is there that ``select`` does not tell of, since it has come off the socket already. ``ended``:
    the body is complete. What goes wrong is an OSError or an HTTPException of the standard library.
    """

    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self._answer = answer
        self._framing = Framing(answer.headers)
        # http.client's reader of the connection; neither it nor urllib3 has a public way to what it has read ahead.
        reader: Any = answer._fp.fp  # type: ignore[attr-defined]
        self._socket: Any = reader.raw._sock if reader else None
        self._early = self._read_ahead(reader) if reader else b""
        self.more = bool(self._early)
        self.ended = reader is None or self._framing.done

    def fileno(self) -> int:
        if self._socket is None:
            raise ValueError("the connection has ended")
        return int(self._socket.fileno())

    def read(self) -> bytes:
        """What has come of the body, b"" where nothing has."""
        data, self._early = self._early or self._received(), b""
        body = self._framing.feed(data)
        self.ended = self._framing.done
        return body

    def wait(self, seconds: float) -> bool:
        """Whether something came within SECONDS."""
        if self.more:
            return True
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        return bool(poll.poll(1000 * seconds))

    def hang_up(self) -> None:
        """End the connection; whoever waits for it wakes up. From any thread."""
        try:
            # A twin, since the state of TLS is the reading thread's alone.
            with socket.socket(fileno=os.dup(self.fileno())) as twin:
                twin.shutdown(socket.SHUT_RDWR)
        except (OSError, ValueError):  # it has ended already
            pass

    def close(self) -> None:
        self._answer.close()

    def _received(self) -> bytes:
        pieces: list[bytes] = []
        size = 0
        self.more = False
        while size < AT_ONCE:
            try:
                piece = self._socket.recv(PIECE)
            except _LATER:
                return b"".join(pieces)
            if not piece:
                if not pieces:
                    self._framing.ended()
                break  # what came before the end first
            pieces.append(piece)
            size += len(piece)
        self.more = bool(pieces)
        return b"".join(pieces)

    def _read_ahead(self, reader: Any) -> bytes:
        self._socket.settimeout(0)
        try:
            return bytes(reader.peek())
        except _LATER:
            return b""
