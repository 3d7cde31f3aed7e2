"""Name resolution with a time-out, which the operating system's own has not."""

import queue
import socket
import threading
from collections.abc import Sequence

from netbox_hedgehog.cluster.auth.allowed_networks import Network, check_addresses
from netbox_hedgehog.cluster.errors.network_errors import name_failure
from netbox_hedgehog.cluster.proxy import Proxy

__all__ = ("resolve",)


def resolve(
    host: str, port: int, timeout: float, allowed: Sequence[Network] = (), proxy: Proxy | None = None
) -> list[str]:
    """Ask the name servers for a host's addresses, in a thread, since the system's resolver has no time-out.

    Args:
        host: A name or an address.
        port: For the error.
        timeout: Seconds to wait.
        allowed: Networks that may be reached; empty for all.
        proxy: The proxy, where ``host`` is its name: the error then says so.

    Returns:
        IP addresses, each once, in the resolver's order.

    Raises:
        ClusterError: ``name_not_resolved`` if there is no answer in time, or none at all; ``address_not_allowed`` if
            one of the addresses lies outside ``allowed``.
    """
    answers: queue.SimpleQueue[list[str] | OSError | ValueError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, ValueError) as error:  # ValueError: what no host can be called
            answers.put(error)
        else:
            answers.put(list(dict.fromkeys(str(address[0]) for *_, address in found)))

    threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        late = TimeoutError(f"no answer from the name servers within {timeout:g} s")
        raise name_failure(late, host, port, proxy) from None
    if isinstance(answer, list):
        check_addresses(answer, allowed, host, port)
        return answer
    raise name_failure(answer, host, port, proxy) from None
