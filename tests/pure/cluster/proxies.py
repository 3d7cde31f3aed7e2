"""A forward proxy that makes tunnels, over HTTP or HTTPS, and may want a login."""

import select
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.pure.cluster.servers import raw

__all__ = ("Proxied", "proxy")


@dataclass
class Proxied:
    """Where it listens, and the requests for tunnels that came."""

    port: int = 0
    asked: list[str] = field(default_factory=list)

    def logins(self) -> list[str]:
        """Each Proxy-Authorization that was sent."""
        lines = [line for request in self.asked for line in request.split("\r\n")]
        return [line.partition(": ")[2] for line in lines if line.lower().startswith("proxy-authorization:")]


@contextmanager
def proxy(context: ssl.SSLContext | None = None, answer: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> Iterator[Proxied]:
    """A proxy that shows what CONTEXT has and gives ANSWER to each request for a tunnel; a 200 makes the tunnel."""
    made = Proxied()

    def talk(connection: socket.socket) -> None:
        if not context:
            return serve(connection)
        with context.wrap_socket(connection, server_side=True) as secure:
            return serve(secure)

    def serve(connection: socket.socket) -> None:
        request = _head(connection)
        made.asked.append(request)
        connection.sendall(answer)
        if b" 200 " not in answer:
            return
        host, _, port = request.split()[1].rpartition(":")
        with socket.create_connection((host, int(port))) as onward:
            _pump(connection, onward)

    with raw(talk) as made.port:
        yield made


def _head(connection: socket.socket) -> str:
    data = b""
    while b"\r\n\r\n" not in data and (piece := connection.recv(4096)):
        data += piece
    return data.decode("latin-1")


def _pump(one: socket.socket, other: socket.socket) -> None:
    while True:
        waiting = [one] if getattr(one, "pending", int)() else select.select([one, other], [], [], 5)[0]
        if not waiting:
            return
        for source in waiting:
            data = source.recv(65536)
            if not data:
                return
            (other if source is one else one).sendall(data)
