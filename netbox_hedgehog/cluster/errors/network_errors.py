"""From what the network and TLS raise to what went wrong."""

import errno
import http.client
import re
import socket
import ssl
from collections.abc import Iterator

import h11
from urllib3 import exceptions

from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.errors.hints import proxy_hint_for
from netbox_hedgehog.cluster.host import in_url
from netbox_hedgehog.cluster.proxy import Proxy

__all__ = ("failure", "name_failure")

_UNREACHABLE = {
    errno.EHOSTUNREACH,
    errno.ENETUNREACH,
    errno.EHOSTDOWN,
    errno.ENETDOWN,
    errno.EADDRNOTAVAIL,
    errno.EACCES,
}

# X509_V_ERR_* of OpenSSL, as ssl.SSLCertVerificationError.verify_code has them.
_OUT_OF_DATE = {9, 10}
_WRONG_NAME = {62, 63, 64}
_UNKNOWN_ISSUER = {2, 7, 18, 19, 20, 21, 24}  # 7: signed by another CA of the same name, as after a reinstall

_NOT_TLS = {
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "RECORD_LAYER_FAILURE",
    "UNKNOWN_PROTOCOL",
    "PACKET_LENGTH_TOO_LONG",
}
_WANTS_CERTIFICATE = {"TLSV13_ALERT_CERTIFICATE_REQUIRED", "TLSV1_ALERT_UNKNOWN_CA", "SSLV3_ALERT_BAD_CERTIFICATE"}

_PLAIN_HINT = (
    "Port {port} of {host} does not speak TLS. Check the port (Kubernetes usually has 6443), "
    "and that no proxy stands in between; `curl -v http://{netloc}/` shows what answers there."
)


def failure(
    error: BaseException, host: str, port: int, proxy: Proxy | None = None, *, at_proxy: bool = False
) -> ClusterError:
    """What ``error``, raised while speaking to ``host``, means; ``error`` is of urllib3, ssl or the operating system.

    With a ``proxy`` in between, what it is that refuses is told of it: before it has made a tunnel (``at_proxy``: known
    to be so).
    """
    chain = list(_chain(error))
    code, message = next((found for find in _FIND for each in chain if (found := find(each))), _unknown(chain))
    if proxy and (at_proxy or any(_of_the_proxy(each, proxy) for each in chain)):
        return _told_of(proxy, code, message)
    facts = {"host": host, "port": port}
    if code is None:
        hint = _PLAIN_HINT.format(host=host, port=port, netloc=f"{in_url(host)}:{port}")
        return ClusterError(ErrorCode.TLS_FAILED, message, hint=hint, facts=facts)
    return ClusterError(code, message, facts=facts)


def name_failure(error: OSError | ValueError, host: str, port: int, proxy: Proxy | None = None) -> ClusterError:
    """Why the name ``host`` has no address."""
    message = getattr(error, "strerror", None) or str(error)
    if isinstance(error, ValueError):
        message = f"not a host name: {error}"
    if proxy:
        return _told_of(proxy, ErrorCode.NAME_NOT_RESOLVED, message)
    return ClusterError(ErrorCode.NAME_NOT_RESOLVED, message, facts={"host": host, "port": port})


def _unknown(chain: list[BaseException]) -> "Found":
    return ErrorCode.CONNECTION_LOST, str(chain[-1]) or type(chain[-1]).__name__


def _of_the_proxy(error: BaseException, proxy: Proxy) -> bool:
    if isinstance(error, exceptions.ProxyError) or _tunnel(error):
        return True
    # A time-out while the tunnel was asked for is told with the proxy's address.
    return isinstance(error, exceptions.ReadTimeoutError) and str(error.url).rstrip("/") == proxy.url


def _told_of(proxy: Proxy, code: ErrorCode | None, message: str) -> ClusterError:
    """``code`` and ``message``, said of ``proxy``. What is wrong with its login or its certificate has a code of its
    own.
    """
    if code is None or code in _TLS or "407" in message:
        code = ErrorCode.PROXY_FAILED
    message = message if message.startswith("the proxy") else f"the proxy {proxy}: {message}"
    return ClusterError(code, message, hint=proxy_hint_for(message, proxy.facts), facts=proxy.facts)


_TLS = {
    ErrorCode.TLS_UNKNOWN_CA,
    ErrorCode.TLS_WRONG_HOST,
    ErrorCode.TLS_EXPIRED,
    ErrorCode.TLS_FAILED,
    ErrorCode.UNAUTHORIZED,  # it wants a client certificate
}


# A code and a message. Without a code: what answers does not speak TLS at all.
Found = tuple[ErrorCode | None, str]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """``error`` and what it came from: urllib3 keeps that as cause, as context, or among its arguments."""
    seen: set[int] = set()
    todo = [error]
    while todo:
        each = todo.pop(0)
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        todo += [argument for argument in each.args if isinstance(argument, BaseException)]
        todo += [each.__cause__, getattr(each, "original_error", None)]


def _certificate(error: BaseException) -> Found | None:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return None
    message = f"certificate verify failed: {error.verify_message or error.reason}"
    if error.verify_code in _OUT_OF_DATE:
        return ErrorCode.TLS_EXPIRED, message
    if error.verify_code in _WRONG_NAME:
        return ErrorCode.TLS_WRONG_HOST, message
    return (ErrorCode.TLS_UNKNOWN_CA if error.verify_code in _UNKNOWN_ISSUER else ErrorCode.TLS_FAILED), message


def _tls(error: BaseException) -> Found | None:
    if not isinstance(error, ssl.SSLError) or isinstance(error, TimeoutError):
        return None
    reason = error.reason or ""
    if reason in _NOT_TLS:
        return None, f"not TLS: {_words(reason, error)}"
    if reason in _WANTS_CERTIFICATE:
        return ErrorCode.UNAUTHORIZED, f"the server does not take the client certificate: {_words(reason, error)}"
    return ErrorCode.TLS_FAILED, _words(reason, error)


def _words(reason: str, error: ssl.SSLError) -> str:
    return reason.replace("_", " ").lower() or str(error.strerror or error)


def _proxy(error: BaseException) -> Found | None:
    """A proxy that answers, but makes no tunnel."""
    return (ErrorCode.NO_ROUTE, f"the proxy: {error}") if _tunnel(error) else None


def _tunnel(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno is None and str(error).startswith("Tunnel connection failed")


def _system(error: BaseException) -> Found | None:
    if isinstance(error, socket.gaierror):
        return ErrorCode.NAME_NOT_RESOLVED, error.strerror or str(error)
    if isinstance(error, UnicodeError):
        return ErrorCode.NAME_NOT_RESOLVED, f"not a host name: {error}"
    if isinstance(error, ConnectionRefusedError):
        return ErrorCode.CONNECTION_REFUSED, error.strerror or str(error)
    if isinstance(error, OSError) and error.errno in _UNREACHABLE:
        return ErrorCode.NO_ROUTE, error.strerror or str(error)
    if isinstance(error, http.client.RemoteDisconnected):
        return ErrorCode.CONNECTION_LOST, str(error)
    if isinstance(error, ConnectionError):
        return ErrorCode.CONNECTION_LOST, error.strerror or str(error)
    return None


def _time(error: BaseException) -> Found | None:
    if isinstance(error, exceptions.ConnectTimeoutError):
        return ErrorCode.TIMED_OUT, "no connection in time"
    if isinstance(error, exceptions.ReadTimeoutError):
        return ErrorCode.TIMED_OUT, "connected, but no answer in time"
    if isinstance(error, TimeoutError):
        return ErrorCode.TIMED_OUT, error.strerror or str(error) or "timed out"
    return None


def _answer(error: BaseException) -> Found | None:
    if isinstance(error, exceptions.IncompleteRead):
        return ErrorCode.ANSWER_CUT, f"the answer ended early: {_counts(error)}"
    if isinstance(error, exceptions.InvalidChunkLength | exceptions.DecodeError | http.client.IncompleteRead):
        return ErrorCode.ANSWER_CUT, "the answer ended early"
    if isinstance(error, h11.RemoteProtocolError):
        return ErrorCode.ANSWER_CUT, f"the answer breaks the rules of HTTP: {_rule(error)}"
    if isinstance(error, http.client.BadStatusLine | http.client.LineTooLong | exceptions.HTTPWarning):
        return ErrorCode.NOT_KUBERNETES, "what answers does not speak HTTP"
    if isinstance(error, exceptions.LocationValueError | http.client.InvalidURL):
        return ErrorCode.NAME_NOT_RESOLVED, str(error)
    return None


_QUOTED = re.compile(r""": (?:bytearray\()?b['"]""")  # where h11 begins to quote


def _rule(error: h11.RemoteProtocolError) -> str:
    """Which rule; without what h11 quotes of the answer, which may be long, and be the token that was sent."""
    return "a head or a line that never ends" if error.error_status_hint == 431 else _QUOTED.split(str(error))[0]


def _counts(error: exceptions.IncompleteRead) -> str:
    return f"{error.partial} bytes read, {error.expected} more expected"


_FIND = (_certificate, _tls, _proxy, _system, _time, _answer)
