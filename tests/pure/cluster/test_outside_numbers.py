"""Numbers that a server says, and that are none: what is asked goes on, or fails as what it is."""

import pytest

from netbox_hedgehog.cluster import Cluster, ClusterError, ErrorCode, Target
from tests.pure.cluster.api import GROUP, Api, vpc
from tests.pure.cluster.servers import Reply, Server
from tests.pure.cluster.test_watch import HEAD, VPCS, Streaming, event

LIST = f"/apis/{GROUP}/v1beta1/vpcs"
NONSENSE = ["²", "-1", "+5", "1_0", "٣", "0x10", "nan", "1e3", "9" * 30, "9" * 5000, "5, 6", ""]


@pytest.mark.parametrize("length", NONSENSE)
def test_a_watch_with_a_nonsensical_length_ends_as_a_watch(length):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: " + length.encode("latin-1", "replace") + b"\r\n\r\n"

    class Plain(Streaming):
        def talk(self, connection):
            connection.recv(65536)
            connection.sendall(head + event("ADDED", "8"))

    found, error = _outcome(Plain())
    assert found in (["8"], []) if error is None else error in (ErrorCode.ANSWER_CUT, ErrorCode.CONNECTION_LOST)


def _outcome(server):
    """The versions that a watch brought, and the code that it ended with."""
    try:
        return [each.resource_version for each in server.watch(list)], None
    except ClusterError as error:
        return [], error.code


@pytest.mark.parametrize("size", [b"-5", b"+5", b"0x5", b"1_0", b"\xb2", b" ", b"f" * 21, b"g"])
def test_a_chunk_of_a_nonsensical_size_is_an_answer_that_was_cut(size):
    head = HEAD + size + b"\r\n" + event("ADDED", "8") + b"\r\n"
    with pytest.raises(ClusterError) as caught:
        Streaming(head=head, end=b"").watch(list)
    assert caught.value.code in (ErrorCode.ANSWER_CUT, ErrorCode.CONNECTION_LOST)


@pytest.mark.parametrize("told", [-1, 0, 2**70, 10**30, 1e400, "5", None, True, [], {}, 0.5])
def test_a_list_goes_on_whatever_is_told_of_what_remains(told):
    body = {"kind": "VPCList", "metadata": {"resourceVersion": "1", "remainingItemCount": told}, "items": [vpc("a")]}
    text = Reply(
        body=str(body).replace("'", '"').replace("None", "null").replace("True", "true").replace("inf", "1e400")
    )
    with Server(Api(paths={LIST: text})) as server, Cluster(Target(server.url)) as cluster:
        (page,) = cluster.list(VPCS)
    assert (len(page.items), page.remaining) == (1, None)


@pytest.mark.parametrize("code", [0, -1, 200, 10**30, "x", None])
def test_an_error_in_a_watch_with_a_nonsensical_code_is_an_error(code):
    told = "null" if code is None else f'"{code}"' if isinstance(code, str) else code
    line = f'{{"type":"ERROR","object":{{"kind":"Status","message":"no","code":{told}}}}}\n'.encode()
    with pytest.raises(ClusterError) as caught:
        Streaming(line).watch(list)
    assert caught.value.code in (ErrorCode.SERVER_ERROR, ErrorCode.BAD_ANSWER)


DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000


@pytest.mark.parametrize("path", ["/apis", LIST, "/version"])
def test_an_answer_nested_without_end_is_a_bad_answer(path):
    body = b'{"kind":"VPCList","metadata":' + DEEP + b',"items":[]}'
    with Server(Api(paths={path: Reply(body=body)})) as server, Cluster(Target(server.url)) as cluster:
        ask = {"/apis": cluster.discover, LIST: lambda: list(cluster.list(VPCS)), "/version": cluster.version}[path]
        with pytest.raises(ClusterError) as caught:
            ask()
    assert caught.value.code in (ErrorCode.BAD_ANSWER, ErrorCode.NOT_KUBERNETES)


@pytest.mark.parametrize("status", [200, 403])
def test_a_refusal_or_an_event_nested_without_end_is_a_cluster_error(status):
    if status == 200:
        with pytest.raises(ClusterError) as caught:
            Streaming(b'{"type":"ADDED","object":' + DEEP + b"}\n").watch(list)
    else:
        reply = Reply(403, b'{"kind":"Status","details":' + DEEP + b"}")
        with (
            Server(lambda _: reply) as server,
            Cluster(Target(server.url)) as cluster,
            pytest.raises(ClusterError) as caught,
        ):
            cluster.version()
    assert caught.value.code in (ErrorCode.BAD_ANSWER, ErrorCode.NOT_KUBERNETES)
