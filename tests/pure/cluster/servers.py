"""Small servers on loopback that behave as badly as a test wants."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Seen:
    """A request as the server got it. CLIENT: the common name in the certificate that the client showed, if any."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    pairs: list[tuple[str, str]] = field(default_factory=list)
    client: str | None = None


@dataclass
class Reply:
    """What to answer. With CUT, that many bytes of the body are left out though Content-Length counts them."""

    status: int = 200
    body: bytes | str | dict | list = b""
    headers: dict[str, str] = field(default_factory=dict)
    type: str = "application/json"
    cut: int = 0

    @property
    def content(self) -> bytes:
        if isinstance(self.body, dict | list):
            return json.dumps(self.body).encode()
        return self.body.encode() if isinstance(self.body, str) else self.body


Answering = Callable[[Seen], Reply]


def status(code: int, reason: str, message: str, **details) -> Reply:
    """A refusal as an API server words it."""
    body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    return Reply(code, body | {"message": message, "reason": reason, "details": details, "code": code})


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Clients that go away in mid-handshake are what these tests are about."""


class Server:
    """An HTTP server in a thread; keeps what it was asked in ``seen``."""

    def __init__(self, answer: Answering, context: ssl.SSLContext | None = None) -> None:
        self.seen: list[Seen] = []
        self._http = _Quiet(("127.0.0.1", 0), _handler(self, answer))
        if context:
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._http.server_address[1]
        self._scheme = "https" if context else "http"

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    def __enter__(self):
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()


def _handler(server: Server, answer: Answering):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            pairs = self.headers.items()
            seen = Seen(self.command, self.path, dict(pairs), body, pairs, _common_name(self.connection))
            server.seen.append(seen)
            reply = answer(seen)
            content = reply.content
            self.send_response(reply.status)
            for name, value in {
                "Content-Type": reply.type,
                "Content-Length": str(len(content)),
                **reply.headers,
            }.items():
                if value is not None:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content[: len(content) - reply.cut])
            if reply.cut:
                self.close_connection = True

        do_POST = do_GET  # noqa: N815  the name is http.server's

        def log_message(self, *_):
            pass

    return Handler


def _common_name(connection) -> str | None:
    shown = (connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None) or {}
    return next((value for part in shown.get("subject", ()) for name, value in part if name == "commonName"), None)


@contextmanager
def raw(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port on which TALK gets each connection; for servers that do not speak HTTP, or nothing at all."""
    listening = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    def handle(connection):
        with connection, suppress(OSError):
            talk(connection)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


def closed_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]
