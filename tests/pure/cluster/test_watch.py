"""What a client makes of a stream, whatever the server does with it."""

import json
import threading
import time

import pytest

from netbox_hedgehog.cluster import ApiResource, Cluster, ClusterError, ErrorCode, EventType, Target, Token
from tests.pure.cluster.servers import raw

VPCS = ApiResource("vpc.githedgehog.com", "v1beta1", "VPC", "vpcs", verbs=("list", "watch"))
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


def event(kind, version, name="vpc-1"):
    metadata = {"name": name, "namespace": "default", "resourceVersion": version}
    return json.dumps({"type": kind, "object": {"metadata": metadata, "spec": {}}}).encode() + b"\n"


def chunk(data):
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


class Streaming:
    """A server that answers a watch with PIECES, one chunk each, and waits SECONDS before it goes away."""

    def __init__(self, *pieces, end=END, seconds=0.0, head=HEAD):
        self.pieces, self.end, self.seconds, self.head = pieces, end, seconds, head
        self.asked = []

    def talk(self, connection):
        self.asked.append(connection.recv(65536).decode())
        connection.sendall(self.head)
        for piece in self.pieces:
            connection.sendall(chunk(piece))
            time.sleep(0.01)
        time.sleep(self.seconds)
        connection.sendall(self.end)

    def watch(self, read, version="7", **options):
        with (
            raw(self.talk) as port,
            Cluster(Target(f"http://127.0.0.1:{port}", credential=Token("s3cret"))) as cluster,
            cluster.watch(VPCS, None, version, **options) as watch,
        ):
            return read(watch)


def test_each_line_is_an_event_with_its_object_as_it_was_sent():
    line = event("ADDED", "8")
    (found,) = Streaming(line).watch(list)
    assert found[:4] == (EventType.ADDED, "8", "default", "vpc-1")
    assert found.raw == json.dumps(json.loads(line)["object"]).encode()


def test_the_request_asks_for_bookmarks_from_the_version_on_and_for_no_packing():
    server = Streaming()
    server.watch(list, version="4711", seconds=240)
    asked = server.asked[0]
    for part in ("watch=true", "resourceVersion=4711", "allowWatchBookmarks=true", "timeoutSeconds=240"):
        assert part in asked.partition(" HTTP")[0]
    assert "accept-encoding: identity" in asked.lower()


def test_lines_come_whole_however_the_network_cuts_them():
    lines = event("ADDED", "8") + event("MODIFIED", "9") + event("DELETED", "10")
    pieces = [lines[index : index + 7] for index in range(0, len(lines), 7)]
    found = Streaming(*pieces).watch(list)
    assert [(each.type.value, each.resource_version) for each in found] == [
        ("ADDED", "8"),
        ("MODIFIED", "9"),
        ("DELETED", "10"),
    ]


def test_an_event_is_there_before_the_next_one_comes():
    server = Streaming(event("ADDED", "8"), seconds=2)
    begun = time.monotonic()
    assert server.watch(lambda watch: next(iter(watch))).resource_version == "8"
    assert time.monotonic() - begun < 1


def test_fault_5_a_bookmark_has_a_version_and_no_object():
    (found,) = Streaming(event("BOOKMARK", "99", name="")).watch(list)
    assert (found.type, found.resource_version, found.raw) == (EventType.BOOKMARK, "99", b"")


@pytest.mark.parametrize(
    ("code", "reason", "expected"),
    [
        (410, "Expired", ErrorCode.EXPIRED),
        (500, "InternalError", ErrorCode.SERVER_ERROR),
        (429, "x", ErrorCode.OVERLOADED),
    ],
)
def test_fault_3_an_error_event_is_an_error_and_no_object(code, reason, expected):
    status = {"kind": "Status", "code": code, "reason": reason, "message": "too old resource version: 7 (9)"}
    line = json.dumps({"type": "ERROR", "object": status}).encode() + b"\n"
    found = []
    with pytest.raises(ClusterError) as caught:
        Streaming(event("ADDED", "8"), line).watch(found.extend)
    assert (caught.value.code, caught.value.message) == (expected, "too old resource version: 7 (9)")
    assert caught.value.status == code


def test_fault_4_a_line_that_is_cut_is_dropped_and_told():
    found = []

    def read(watch):
        for each in watch:
            found.append(each)  # noqa: PERF402  extend would lose what came before the error

    with pytest.raises(ClusterError) as caught:
        Streaming(event("ADDED", "8"), event("ADDED", "9")[:-20]).watch(read)
    assert caught.value.code == ErrorCode.ANSWER_CUT
    assert [each.resource_version for each in found] == ["8"]


def test_a_connection_that_breaks_is_an_error_that_passes():
    with pytest.raises(ClusterError) as caught:
        Streaming(event("ADDED", "8"), end=b"").watch(list)
    assert caught.value.transient


def test_fault_6_a_silent_stream_times_out():
    begun = time.monotonic()
    with pytest.raises(ClusterError) as caught:
        Streaming(event("ADDED", "8"), seconds=3).watch(list, silence=0.3)
    assert caught.value.code == ErrorCode.TIMED_OUT
    assert time.monotonic() - begun < 2


def test_close_from_another_thread_ends_an_iteration_that_waits():
    def read(watch):
        threading.Timer(0.2, watch.close).start()
        begun = time.monotonic()
        return list(watch), time.monotonic() - begun

    found, seconds = Streaming(event("ADDED", "8"), seconds=3).watch(read)
    assert len(found) == 1
    assert seconds < 1.5


@pytest.mark.parametrize(
    "line",
    [b"<html>\n", b'{"type": "ADDED"}\n', b'{"type": "WORSE", "object": {"metadata": {"resourceVersion": "1"}}}\n'],
)
def test_what_is_no_event_is_a_bad_answer(line):
    with pytest.raises(ClusterError) as caught:
        Streaming(line).watch(list)
    assert caught.value.code == ErrorCode.BAD_ANSWER


def test_an_event_without_a_version_is_a_bad_answer():
    with pytest.raises(ClusterError) as caught:
        Streaming(event("ADDED", "")).watch(list)
    assert caught.value.code == ErrorCode.BAD_ANSWER


def test_a_refusal_is_told_before_the_iteration_begins():
    body = json.dumps({"kind": "Status", "code": 403, "reason": "Forbidden", "message": "no"}).encode()
    head = b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    with pytest.raises(ClusterError) as caught:
        Streaming(head=head + body, end=b"").watch(list)
    assert caught.value.code == ErrorCode.FORBIDDEN


@pytest.mark.parametrize(
    "spec",
    [b'{"a": ' * 1500 + b"1" + b"}" * 1500, b"[" * 100_000 + b"]" * 100_000, b"NaN", b'"\\ud800"', b"{1: 2}"],
    ids=["1,500 levels", "100,000 levels", "NaN", "half of a surrogate pair", "no JSON"],
)
def test_an_object_that_no_parser_takes_is_an_event_and_the_stream_goes_on(spec):
    line = b'{"type": "MODIFIED", "object": {"spec": %s, "metadata": {"name": "vpc-1", "uid": "u", %s}}}\n'
    line %= spec, b'"namespace": "default", "resourceVersion": "9"'
    found = Streaming(event("ADDED", "8"), line, event("ADDED", "10")).watch(list)
    assert [each[:4] for each in found] == [
        (EventType.ADDED, "8", "default", "vpc-1"),
        (EventType.MODIFIED, "9", "default", "vpc-1"),
        (EventType.ADDED, "10", "default", "vpc-1"),
    ]
    assert spec in found[1].raw


def test_a_line_that_names_no_version_ends_the_stream_however_deep_it_is():
    deep = b'{"type": "ADDED", "object": {"metadata": ' + b'{"a": ' * 5000 + b"1" + b"}" * 5000 + b"}}\n"
    with pytest.raises(ClusterError) as error:
        Streaming(deep).watch(list)
    assert error.value.code == ErrorCode.BAD_ANSWER
