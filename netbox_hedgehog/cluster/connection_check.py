"""The connection test: step by step from the name of the server to the right to list each kind."""

import socket
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from netbox_hedgehog.cluster.auth.allowed_networks import check_addresses
from netbox_hedgehog.cluster.auth.target import Target
from netbox_hedgehog.cluster.auth.tls import context_for
from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.errors.network_errors import failure
from netbox_hedgehog.cluster.errors.printable import printable
from netbox_hedgehog.cluster.http.resolve import resolve
from netbox_hedgehog.cluster.http.transport import Transport
from netbox_hedgehog.cluster.proxy import Proxy
from netbox_hedgehog.cluster.verbs.api_resource import ApiResource
from netbox_hedgehog.cluster.verbs.authorizing import who_am_i
from netbox_hedgehog.cluster.verbs.discovering import Discovery, discover
from netbox_hedgehog.cluster.verbs.listing import pages
from netbox_hedgehog.cluster.verbs.server_version import version

__all__ = ("Check", "Step", "check")


class Step(NamedTuple):
    """One step of a connection test.

    Attributes:
        name: resolve, connect, proxy, tls, authenticate, version, discover or list.
        ok: Whether it succeeded.
        detail: What was found, or the error in the words of the server, the TLS library or the operating system.
        seconds: How long it took.
    """

    name: str
    ok: bool
    detail: str
    seconds: float


class Check(NamedTuple):
    """The result of a connection test.

    Attributes:
        steps: The steps up to and including the first that failed.
        error: The error of that step; None if all succeeded.
    """

    steps: tuple[Step, ...]
    error: ClusterError | None

    @property
    def ok(self) -> bool:
        return self.error is None


def check(
    target: Target,
    namespaces: Sequence[str] = (),
    *,
    connect_timeout: float = 5.0,
    read_timeout: float = 30.0,
    steps: list[Step] | None = None,
) -> Check:
    """Test the connection to a cluster, and the right to list all kinds. Stops at the first step that fails.

    Through a proxy, ``resolve`` and ``connect`` are about the proxy, TLS is part of ``authenticate``, and a refusal by
    the proxy is a step of its own.

    Args:
        target: The cluster.
        namespaces: The namespaces to list; none for all.
        connect_timeout: Seconds.
        read_timeout: Seconds.
        steps: A list that each step is appended to as it ends, for callers that are interrupted.

    Returns:
        The steps and the first error; no ClusterError is raised.
    """
    test = _Test(target, tuple(namespaces), connect_timeout, read_timeout, [] if steps is None else steps)
    try:
        test.run()
    except ClusterError as error:
        return Check(tuple(test.steps), error)
    return Check(tuple(test.steps), None)


class _Test:
    def __init__(
        self,
        target: Target,
        namespaces: tuple[str, ...],
        connect_timeout: float,
        read_timeout: float,
        steps: list[Step],
    ) -> None:
        self.target = target
        self.namespaces = namespaces or (None,)
        self.connect_timeout = connect_timeout
        self.read_timeout = read_timeout
        self.steps = steps

    def run(self) -> None:
        """Go through the steps.

        Raises:
            ClusterError: A step failed; it is recorded in ``steps``.
        """
        proxy = self.target.proxy
        first = proxy or self.target
        allowed = self.target.allowed
        self._step("resolve", lambda: ", ".join(resolve(first.host, first.port, self.connect_timeout, allowed, proxy)))
        self._step("connect", lambda: self._connect(first.host, first.port, proxy))
        if not self.target.encrypted:
            self._step("tls", lambda: "NOT encrypted: plain HTTP, which is taken for this host itself alone")
        elif not proxy:
            self._step("tls", self._tls)
        with Transport(self.target, self.connect_timeout, self.read_timeout) as transport:
            self._answers(transport)
            found: list[Discovery] = []
            self._step("discover", lambda: self._discover(transport, found))
            self._step("list", lambda: self._list(transport, found[0].resources))

    def _step(self, name: str, do: Callable[[], str]) -> None:
        begun = time.monotonic()
        try:
            detail = do()
        except Exception as error:
            said = error.message if isinstance(error, ClusterError) else type(error).__name__
            self.steps.append(Step(name, False, said, time.monotonic() - begun))
            raise
        self.steps.append(Step(name, True, printable(detail), time.monotonic() - begun))

    def _connect(self, host: str, port: int, proxy: Proxy | None) -> str:
        try:
            with self._socket(host, port) as connection:
                peer = connection.getpeername()
        except (OSError, ValueError) as error:
            raise failure(error, host, port, proxy, at_proxy=proxy is not None) from None
        return f"{peer[0]} port {peer[1]}"

    def _socket(self, host: str, port: int) -> socket.socket:
        """Connect to a host, and check that the address that was reached is allowed.

        Raises:
            OSError: There is no connection.
            ClusterError: With the code address_not_allowed.
        """
        connection = socket.create_connection((host, port), timeout=self.connect_timeout)
        try:
            check_addresses([str(connection.getpeername()[0])], self.target.allowed, host, port)
        except BaseException:
            connection.close()
            raise
        return connection

    def _tls(self) -> str:
        host, port = self.target.host, self.target.port
        context = context_for(self.target)
        try:
            with (
                self._socket(host, port) as connection,
                context.wrap_socket(connection, server_hostname=self.target.tls_server_name or host) as secure,
            ):
                certificate = secure.getpeercert() or {}
                protocol = secure.version()
        except (OSError, ValueError) as error:  # ssl's errors are among them
            raise failure(error, host, port) from None
        if not self.target.verify:
            return f"{protocol}, certificate NOT checked: anyone in between can read and change everything"
        return f"{protocol}, certificate good until {certificate.get('notAfter', 'an unknown time')}"

    def _answers(self, transport: Transport) -> None:
        """Test with one request, for the version, both whether the credential is accepted and what the server is."""
        begun = time.monotonic()
        try:
            served = str(version(transport))
        except ClusterError as error:
            if error.code != ErrorCode.FORBIDDEN:
                self.steps.append(Step(_where(error), False, error.message, time.monotonic() - begun))
                raise
            served = "not told to this credential"  # it is a Kubernetes that knows us, which is what was asked
        seconds = time.monotonic() - begun
        self._step("authenticate", lambda: who_am_i(transport) or "accepted")
        self.steps.append(Step("version", True, printable(served), seconds))

    def _discover(self, transport: Transport, found: list[Discovery]) -> str:
        discovery = discover(transport)
        found.append(discovery)
        if not discovery.resources:
            if discovery.problems:
                raise discovery.problems[0].error
            message = "The API server serves no kinds of *.githedgehog.com."
            raise ClusterError(ErrorCode.NO_HEDGEHOG_CRDS, message, facts=self.target.facts)
        groups = {resource.group for resource in discovery.resources}
        missing = "".join(f"; {problem.group}: {problem.error.message}" for problem in discovery.problems)
        return f"{len(discovery.resources)} kinds in {len(groups)} groups{missing}"

    def _list(self, transport: Transport, resources: Sequence[ApiResource]) -> str:
        listable = [resource for resource in resources if "list" in resource.verbs]
        refused: list[tuple[ApiResource, ClusterError]] = []
        for resource in listable:
            for namespace in self.namespaces:
                try:
                    next(pages(transport, resource, namespace, 1))
                except ClusterError as error:
                    if error.code not in (ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND):
                        raise
                    refused.append((resource, error))
                    break
        if refused:
            raise self._refused(refused, len(listable))
        return f"all {len(listable)} kinds may be listed"

    def _refused(self, refused: Sequence[tuple[ApiResource, ClusterError]], of: int) -> ClusterError:
        first = refused[0][1]
        names = ", ".join(resource.name for resource, _ in refused)
        message = f"{first.message} ({len(refused)} of {of} kinds cannot be listed: {names})"
        return ClusterError(first.code, message, hint=first.hint, status=first.status, facts=first.facts)


_OF_THE_CREDENTIAL = {
    ErrorCode.UNAUTHORIZED,
    ErrorCode.CREDENTIAL_INVALID,
    ErrorCode.CREDENTIAL_EXEC_REFUSED,
}


def _where(error: ClusterError) -> str:
    """The step at which the first request failed."""
    if error.message.startswith("the proxy"):
        return "proxy"
    return "authenticate" if error.code in _OF_THE_CREDENTIAL else "version"
