"""HTTP to one API server. Whatever goes wrong comes out as a ClusterError."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import unquote, urlencode

import urllib3
from urllib3.exceptions import HTTPError

from netbox_hedgehog.cluster.auth.target import Target
from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.errors.network_errors import failure
from netbox_hedgehog.cluster.errors.status_errors import refusal
from netbox_hedgehog.cluster.http.pools import Pools, all_pools_for
from netbox_hedgehog.cluster.http.rate_limit import pace_of
from netbox_hedgehog.cluster.http.resolve import resolve
from netbox_hedgehog.cluster.http.stream import StreamResponse

__all__ = ("JSON", "Answer", "Transport")

JSON = "application/json"
LARGEST_ANSWER = 512 * 1024 * 1024  # bytes; a page of 500 of the largest objects that Kubernetes keeps has fewer
CHUNK = 256 * 1024  # bytes
WHOLE_ANSWER = 4  # an answer may trickle in for this many times the read time-out
IDLE = 1.0  # seconds after which a kept-alive connection may have been closed by the other side


class Answer(NamedTuple):
    """A success: the headers (any case) and the body, unpacked."""

    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests to one API server; threads may share it.

    Args:
        target: Where to connect, and with which credential.
        connect_timeout: Seconds to resolve the name, and again to establish a connection.
        read_timeout: Seconds between two pieces of an answer.
        requests_per_second: What all requests of this process to the server keep to; 0 for no limit.
    """

    def __init__(
        self, target: Target, connect_timeout: float, read_timeout: float, requests_per_second: float = 0.0
    ) -> None:
        self.target = target
        self._pace = pace_of(target.server, requests_per_second)
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._pools: Pools | None = None
        self._last_answer = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        if self._pools:
            self._pools.clear()
        self._pools = None

    def get(self, path: str, query: Mapping[str, str] | None = None, accept: str = JSON) -> Answer:
        """Send a GET and read the whole answer.

        Args:
            path: Absolute and percent-encoded, below the server's address.
            query: Its parameters, not encoded.
            accept: The Accept header.

        Raises:
            ClusterError: Anything but a success.
        """
        return self._request("GET", path, query, accept, None)

    def post(self, path: str, body: bytes) -> Answer:
        """Send a POST with a JSON body; never repeated. See ``get``."""
        return self._request("POST", path, None, JSON, body)

    def _request(
        self, method: str, path: str, query: Mapping[str, str] | None, accept: str, body: bytes | None
    ) -> Answer:
        """Send it. This is the one place where something is sent again, at most once for each of two reasons.

        A credential that was renewed since it was read is tried after a 401, which did nothing on the server; and
        a GET is repeated whose kept-alive connection turned out to have been closed while it was idle.
        """
        url = f"{self.target.server}{path}" + (f"?{urlencode(query)}" if query else "")
        idle = bool(self._last_answer) and time.monotonic() - self._last_answer > IDLE
        renewed = False
        while True:
            token = self._token()
            try:
                answer = self._send(method, url, path, accept, body)
            except ClusterError as error:
                if error.code == ErrorCode.CONNECTION_LOST and method == "GET" and idle:
                    idle = False
                elif error.status == 401 and not renewed and self._renew(token):
                    renewed = True
                else:
                    raise
            else:
                self._last_answer = time.monotonic()
                return answer

    def stream(self, path: str, query: Mapping[str, str]) -> StreamResponse:
        """Send a GET and return the open answer, to be read as it comes; see ``get``.

        The caller closes it. It has a connection of its own, and no compression is asked for.
        """
        url = f"{self.target.server}{path}?{urlencode(query)}"
        token = self._token()
        try:
            return self._open_stream(url, path)
        except ClusterError as error:
            if error.status != 401 or not self._renew(token):
                raise
            return self._open_stream(url, path)

    def _open_stream(self, url: str, path: str) -> StreamResponse:
        if self._pools:
            self._resolve()  # with a time-out, which urllib3 has not, when it makes the new connection
        answer = self._open("GET", url, path, {"Accept-Encoding": "identity"}, None, streaming=True)
        assert isinstance(answer, StreamResponse)  # noqa: S101  what these pools' connections answer with
        return answer

    def _renew(self, refused: str | None) -> bool:
        """Whether there is a newer credential than the one that was refused.

        Args:
            refused: Its token; None if it has none.
        """
        credential = self.target.credential
        if credential is None:
            return False
        if credential.token() == refused and not credential.refresh():  # else another thread has renewed it
            return False
        self.close()  # the next connection shows the new certificate, if that is what was renewed
        return True

    def _send(self, method: str, url: str, path: str, accept: str, body: bytes | None) -> Answer:
        headers = {"Accept": accept} | ({} if body is None else {"Content-Type": JSON})
        response = self._open(method, url, path, headers, body)
        try:
            return Answer(response.headers, self._read(response))
        except (HTTPError, OSError, ValueError) as error:
            raise self._hidden(
                failure(error, self.target.host, self.target.port, self.target.proxy), self._token()
            ) from None

    def _open(
        self,
        method: str,
        url: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        streaming: bool = False,
    ) -> urllib3.BaseHTTPResponse:
        """The answer to a request that succeeded, its body not read yet."""
        if self._pace:
            self._pace.wait()
        token = self._token()
        pools = self._connected().streams if streaming else self._connected().whole
        every = urllib3.HTTPHeaderDict(pools.headers)
        for name, value in headers.items():
            every[name] = value
        if token:
            every["Authorization"] = f"Bearer {token}"
        try:
            response = pools.request(
                method,
                url,
                headers=every,
                body=body,
                preload_content=False,
                redirect=False,
                retries=False,
            )
            if 200 <= response.status < 300:
                return response
            content = self._read(response)
        except (HTTPError, OSError, ValueError) as error:
            raise self._hidden(failure(error, self.target.host, self.target.port, self.target.proxy), token) from None
        facts = {**self.target.facts, "path": unquote(path)}
        raise self._hidden(refusal(response.status, response.headers, content, facts), token)

    def _token(self) -> str | None:
        return self.target.credential.token() if self.target.credential else None

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        """The whole body; the connection goes back to the pool only after that, else it is closed."""
        until = time.monotonic() + WHOLE_ANSWER * self._read_timeout
        pieces, size = [], 0
        try:
            while piece := response.read1(CHUNK, decode_content=True):
                pieces.append(piece)
                size += len(piece)
                if size > LARGEST_ANSWER:
                    raise self._error(ErrorCode.BAD_ANSWER, f"the answer is larger than {LARGEST_ANSWER:,} bytes")
                if time.monotonic() > until:
                    raise self._error(
                        ErrorCode.TIMED_OUT, f"the answer was not whole after {WHOLE_ANSWER * self._read_timeout:g} s"
                    )
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return b"".join(pieces)

    def _error(self, code: ErrorCode, message: str) -> ClusterError:
        return ClusterError(code, message, facts=self.target.facts)

    @staticmethod
    def _hidden(error: ClusterError, token: str | None) -> ClusterError:
        """The error without the token, should the server have repeated it."""
        if token and token in error.message:
            error.message = error.message.replace(token, "[token]")
            error.args = (error.message,)
        return error

    def _connected(self) -> Pools:
        if self._pools is None:
            self._resolve()
            self._pools = all_pools_for(self.target, self._connect_timeout, self._read_timeout)
        return self._pools

    def _resolve(self) -> None:
        """Ask for the address of whom connections are made to; raises ClusterError where it may not be reached."""
        proxy = self.target.proxy
        first = proxy or self.target
        resolve(first.host, first.port, self._connect_timeout, self.target.allowed, proxy)
