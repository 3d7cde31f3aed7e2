"""Name resolution with a time-out, which the operating system's own has not."""

import queue
import socket
import threading
from collections.abc import Sequence

from netbox_hedgehog.cluster.codes import ErrorCode
from netbox_hedgehog.cluster.errors import ClusterError
from netbox_hedgehog.cluster.failures import failure
from netbox_hedgehog.cluster.reach import Network, check_addresses

__all__ = ("resolve",)


def resolve(host: str, port: int, timeout: float, allowed: Sequence[Network] = ()) -> list[str]:
    """The addresses of HOST; raises ClusterError.

    ``name_not_resolved`` when there are none within TIMEOUT seconds, ``address_not_allowed`` when one of them lies
    outside the networks of ALLOWED (none: all are).
    """
    answers: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            answers.put(error)
        else:
            answers.put(list(dict.fromkeys(str(address[0]) for *_, address in found)))

    threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        message = f"no answer from the name servers within {timeout:g} s"
        raise ClusterError(ErrorCode.NAME_NOT_RESOLVED, message, facts={"host": host, "port": port}) from None
    if isinstance(answer, list):
        check_addresses(answer, allowed, host, port)
        return answer
    raise failure(answer, host, port) from None
