"""What a server may do to the HTTP of a watch's answer: each ends that stream in time, within bounds, and is named."""

import dataclasses
import time
import tracemalloc
from contextlib import suppress

import pytest

from netbox_hedgehog.cluster import (
    ClientCertificate,
    Cluster,
    ClusterError,
    ErrorCode,
    Target,
    TokenFile,
    parse_networks,
)
from netbox_hedgehog.cluster.http import stream, transport
from netbox_hedgehog.cluster.verbs import watch_events
from tests.pure.cluster.api import GROUP, Api
from tests.pure.cluster.certificates import server_context
from tests.pure.cluster.proxies import proxy
from tests.pure.cluster.servers import Reply, Server, raw, status
from tests.pure.cluster.test_watch import END, HEAD, VPCS, chunk, event

PATH = f"/apis/{GROUP}/v1beta1/vpcs"
OK, LINE = b"HTTP/1.1 200 OK\r\n", event("ADDED", "8")
BROKEN = "the answer breaks the rules of HTTP: "


def outcome(*pieces: bytes, repeat: bytes = b"", stay: float = 0.0, silence: float = 5.0, **options):
    """The versions that came by a watch, and the error that ended it; REPEAT is sent again and again after PIECES."""

    def talk(connection):
        connection.recv(65536)
        for piece in pieces:
            connection.sendall(piece)
        until = time.monotonic() + 20
        while repeat and time.monotonic() < until:
            connection.sendall(repeat)
        time.sleep(stay)

    found = []
    with raw(talk) as port, Cluster(Target(f"http://127.0.0.1:{port}"), 1.0, **options) as cluster:
        try:
            with cluster.watch(VPCS, None, "7", silence=silence) as watch:
                for each in watch:
                    found.append(each.resource_version)  # noqa: PERF401  what came before the error counts
        except ClusterError as error:
            return found, error
    return found, None


@pytest.mark.parametrize(
    ("head", "rule"),
    [
        (OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "conflicting Content-Length headers"),
        (OK + b"Content-Length: -1\r\n\r\n", "bad Content-Length"),
        (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", "Only Transfer-Encoding: chunked is supported"),
        (OK + b"Transfer-Encoding: gzip\r\n\r\n", "Only Transfer-Encoding: chunked is supported"),
        (OK + b"no header\r\n\r\n", "illegal header line"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", "Received server"),
        (b"HTTP/1.1 OK\r\n\r\n", "illegal status line"),
    ],
    ids=["two lengths", "negative length", "packed", "of an unknown transfer", "no header", "upgrade", "no status"],
)
def test_a_head_that_breaks_the_rules_is_told_by_its_rule(head, rule):
    found, error = outcome(head + LINE)
    assert (found, error.code) == ([], ErrorCode.ANSWER_CUT)
    assert error.message.startswith(BROKEN + rule)


@pytest.mark.parametrize("size", [b"-1", b"-ff", b"x", b"0x", b"1 2", b"", b"f" * 21])
def test_a_chunk_whose_size_is_none_is_told_and_what_came_before_it_counts(size):
    found, error = outcome(HEAD + chunk(LINE), size + b"\r\n" + LINE)
    assert (found, error.code, error.message) == (["8"], ErrorCode.ANSWER_CUT, BROKEN + "illegal chunk header")


def test_a_chunk_that_is_longer_than_it_says_is_told():
    found, error = outcome(HEAD + b"%x\r\n" % len(LINE) + LINE + b"more\r\n")
    assert (found, error.message) == (["8"], BROKEN + "malformed chunk footer")


@pytest.mark.parametrize(
    ("begin", "repeat"),
    [
        (OK, b"X-More: more\r\n" * 100),
        (OK + b"X-Long: ", b"x" * 4096),
        (HEAD, b"1" * 4096),
        (HEAD + b"1;", b"name=value;" * 400),
        (HEAD + b"0\r\n", b"X-Trailer: more\r\n" * 100),
    ],
    ids=["headers", "one header", "a chunk's size", "a chunk's extension", "trailers"],
)
def test_a_head_or_a_line_that_never_ends_is_given_up_on_within_bounds(begin, repeat):
    tracemalloc.start()
    try:
        found, error = outcome(begin, repeat=repeat)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (found, error.code) == ([], ErrorCode.ANSWER_CUT)
    assert error.message == BROKEN + "a head or a line that never ends"
    assert peak < 4 * 1024 * 1024


def test_interim_answers_without_end_are_given_up_on_in_time(monkeypatch):
    monkeypatch.setattr(stream, "WHOLE_HEAD", 1)
    begun = time.monotonic()
    _, error = outcome(repeat=b"HTTP/1.1 100 Continue\r\n\r\n", read_timeout=0.5)
    assert error.code == ErrorCode.TIMED_OUT
    assert time.monotonic() - begun < 3


def test_an_interim_answer_is_no_answer():
    assert outcome(b"HTTP/1.1 103 Early Hints\r\n\r\n", HEAD + chunk(LINE) + END) == (["8"], None)


def test_a_head_that_trickles_in_is_given_up_on_in_time(monkeypatch):
    monkeypatch.setattr(stream, "WHOLE_HEAD", 1)

    def talk(connection):
        with suppress(OSError):
            for byte in OK + b"X-Slow: " + b"x" * 1000:
                connection.sendall(bytes([byte]))
                time.sleep(0.02)

    with (
        raw(talk) as port,
        Cluster(Target(f"http://127.0.0.1:{port}"), 1.0, read_timeout=0.3) as cluster,
        pytest.raises(ClusterError) as caught,
    ):
        cluster.watch(VPCS, None, "7")
    assert caught.value.code == ErrorCode.TIMED_OUT


def test_a_head_that_never_comes_is_given_up_on_in_time():
    _, error = outcome(stay=3, read_timeout=0.3)
    assert (error.code, error.message) == (ErrorCode.TIMED_OUT, "connected, but no answer in time")


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ((), ErrorCode.CONNECTION_LOST),
        ((b"220 mail.example.com ESMTP\r\n",), ErrorCode.NOT_KUBERNETES),
        ((OK + b"X-Ha",), ErrorCode.ANSWER_CUT),
        ((HEAD, b"1"), ErrorCode.ANSWER_CUT),
        ((HEAD, b"%x\r\n" % len(LINE), LINE[:-9]), ErrorCode.ANSWER_CUT),
        ((OK + b"Content-Length: %d\r\n\r\n" % len(LINE), LINE[:-9]), ErrorCode.ANSWER_CUT),
        ((OK + b"\r\n", LINE[:-9]), ErrorCode.ANSWER_CUT),
    ],
    ids=["at once", "no HTTP", "in the head", "in a size", "in a chunk", "within its length", "in a line"],
)
def test_an_answer_that_ends_early_is_told(pieces, code):
    found, error = outcome(*pieces)
    assert (found, error.code) == ([], code)


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + chunk(LINE) + END,
        HEAD + b"%x;name=value\r\n" % len(LINE) + LINE + b"\r\n0\r\nX-Trailer: 1\r\n\r\n",
        OK + b"Content-Length: %d\r\n\r\n" % len(LINE) + LINE,
        OK + b"\r\n" + LINE,
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n" + LINE,
        # RFC 9112, 6.3: of both, the transfer encoding counts, as for Go's and Python's own clients.
        OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(LINE) + END,
        HEAD.replace(b"\r\n", b"\n") + chunk(LINE) + END,
    ],
    ids=["chunked", "extension and trailer", "of a length", "until the end", "HTTP/1.0", "both lengths", "bare LF"],
)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_an_answer_is_put_together_however_it_is_cut(answer, size):
    assert outcome(*[answer[at : at + size] for at in range(0, len(answer), size)]) == (["8"], None)


@pytest.mark.parametrize("more", [HEAD + chunk(event("ADDED", "9")) + END, b"rubbish", b"1\r\nb\r\n"])
def test_nothing_after_the_end_of_the_answer_is_taken(more):
    assert outcome(HEAD + chunk(LINE) + END + more) == (["8"], None)


def test_an_answer_without_a_body_ends_at_once():
    assert outcome(b"HTTP/1.1 204 No Content\r\n\r\n", stay=3) == ([], None)


def test_a_stream_of_the_smallest_chunks_does_not_keep_others_waiting():
    """Parsing a chunk costs the same however small it is, and one thread reads for everybody."""
    with (
        raw(
            lambda one: one.recv(65536) and one.sendall(HEAD + b"1\r\n \r\n" * 100_000 + b"2\r\n\n\n\r\n" + END)
        ) as port,
        Cluster(Target(f"http://127.0.0.1:{port}")) as cluster,
        cluster.watch(VPCS, None, "7") as watch,
    ):
        longest = 0
        while not watch.ended:
            assert watch._answer.wait(5)
            longest = max(longest, sum(1 for _ in watch._answer.receive()))
            watch.ended = watch._answer.ended
    assert 100 < longest <= stream.AT_ONCE // stream.CHUNK


def test_what_has_been_received_is_read_whole_though_nothing_comes_after_it():
    """More chunks than are parsed at once, and a socket that tells of nothing more."""
    versions = [str(number) for number in range(1000, 3000)]
    found, error = outcome(HEAD + b"".join(chunk(event("ADDED", each)) for each in versions), stay=3, silence=0.5)
    assert (found, error.code) == (versions, ErrorCode.TIMED_OUT)


def test_a_line_that_never_ends_is_given_up_on(monkeypatch):
    monkeypatch.setattr(watch_events, "LONGEST_LINE", 100_000)
    found, error = outcome(HEAD + chunk(LINE), repeat=chunk(b"x" * 50_000))
    assert (found, error.code) == (["8"], ErrorCode.BAD_ANSWER)
    assert "longer than 100,000 bytes" in error.message


def test_what_is_quoted_of_an_answer_is_not_the_token(target_of):
    def talk(connection):
        asked = connection.recv(65536)
        connection.sendall(HEAD + asked.partition(b"Bearer ")[2].partition(b"\r")[0] + b"\r\n")

    with raw(talk) as port, Server(Api()) as server:
        target = dataclasses.replace(target_of(server), server=f"http://127.0.0.1:{port}")
        with Cluster(target) as cluster, cluster.watch(VPCS, None, "7") as watch, pytest.raises(ClusterError) as caught:
            list(watch)
    assert "illegal chunk header" in caught.value.message
    assert target.credential.token() not in caught.value.message


REFUSALS = {
    "401": status(401, "Unauthorized", "Unauthorized"),
    "403": status(403, "Forbidden", 'vpcs is forbidden: User "a" cannot watch resource "vpcs" in API group "g"'),
    "404": Reply(404, "404 page not found", type="text/plain"),
    "410": status(410, "Expired", "too old resource version: 7 (9)"),
    "429": dataclasses.replace(status(429, "TooManyRequests", "slow down"), headers={"Retry-After": "7"}),
    "500": status(500, "InternalError", "etcd"),
    "302": Reply(302, "", headers={"Location": "https://login.example/?secret"}),
    "407": Reply(407, "log in", type="text/plain"),
    "HTML": Reply(403, "<html><title>Log in</title></html>", type="text/html"),
    "large": Reply(503, "x" * 300_000, type="text/plain"),
    "cut": Reply(403, "x" * 1000, type="text/plain", cut=500),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_watch_is_refused_in_the_words_in_which_a_list_is(https, target_of, name):
    with Cluster(target_of(https(Api(paths={PATH: REFUSALS[name]}))), 1.0, 2.0) as cluster:
        with pytest.raises(ClusterError) as of_list:
            next(cluster.list(VPCS))
        with pytest.raises(ClusterError) as of_watch:
            cluster.watch(VPCS, None, "7")
    listed, watched = ({**vars(caught.value), "args": ()} for caught in (of_list, of_watch))
    if name == "cut":  # one counts what is missing
        assert (listed.pop("message"), watched.pop("message")) == (
            "the answer ended early: 500 bytes read, 500 more expected",
            "the answer ended early",
        )
    assert watched == listed


def test_a_watch_that_is_refused_a_token_is_tried_once_with_a_newer_one(https, target_of, tmp_path):
    file = tmp_path / "token"
    file.write_text("old")
    server = https(Api(token="new", paths={PATH: Reply(body=LINE)}))
    with Cluster(target_of(server, credential=TokenFile(file)), 1.0) as cluster:
        for _ in range(2):
            with pytest.raises(ClusterError) as caught:
                cluster.watch(VPCS, None, "7")
            assert caught.value.code == ErrorCode.UNAUTHORIZED
        file.write_text("new")
        with cluster.watch(VPCS, None, "7") as watch:
            assert [each.resource_version for each in watch] == ["8"]
    assert [seen.headers["Authorization"] for seen in server.seen] == ["Bearer old"] * 3 + ["Bearer new"]


def test_a_watch_sends_what_a_list_sends(https, target_of, authority):
    server = https(Api(paths={PATH: Reply(body=LINE)}), clients=authority)
    target = target_of(server, credential=ClientCertificate(*authority.issue("netbox")))
    with Cluster(target) as cluster, cluster.watch(VPCS, None, "7") as watch:
        assert [each.resource_version for each in watch] == ["8"]
    assert server.seen[-1].client == "netbox"
    assert server.seen[-1].headers["Accept-Encoding"] == "identity"
    assert server.seen[-1].headers["User-Agent"].startswith("netbox-hedgehog/")


def test_a_watch_reaches_no_address_outside_however_its_name_changes(https, target_of, monkeypatch):
    monkeypatch.setattr(transport, "resolve", lambda *_: ["10.20.0.1"])
    server = https(Api(paths={PATH: Reply(body=LINE)}))
    with (
        Cluster(target_of(server, allowed=parse_networks(["10.20.0.0/16"]))) as cluster,
        pytest.raises(ClusterError) as caught,
    ):
        cluster.watch(VPCS, None, "7")
    assert (caught.value.code, server.seen) == (ErrorCode.ADDRESS_NOT_ALLOWED, [])


def test_each_watch_asks_for_the_address_anew_in_time(https, target_of, monkeypatch):
    asked = []
    whole = transport.resolve
    monkeypatch.setattr(transport, "resolve", lambda *about: asked.append(about) or whole(*about))
    with Cluster(target_of(https(Api(paths={PATH: Reply(body=LINE)}))), 1.5) as cluster:
        for _ in range(3):
            with cluster.watch(VPCS, None, "7") as watch:
                assert [each.resource_version for each in watch] == ["8"]
    assert [about[2] for about in asked] == [1.5] * 3


def test_a_proxy_that_makes_no_tunnel_for_a_watch_is_told(https, target_of):
    with proxy(answer=b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as between:
        target = target_of(https(Api()), proxy_url=f"http://127.0.0.1:{between.port}")
        with Cluster(target, 1.0, 1.0) as cluster, pytest.raises(ClusterError) as caught:
            cluster.watch(VPCS, None, "7")
    assert (caught.value.code, "the proxy" in caught.value.message) == (ErrorCode.NO_ROUTE, True)


@pytest.mark.parametrize("secure", [False, True], ids=["http proxy", "https proxy"])
def test_a_burst_comes_whole_through_tls_and_a_proxy(https, target_of, authority, tmp_path, secure):
    """More than one read takes, in records of TLS that ``select`` no longer tells of."""
    lines = b"".join(event("MODIFIED", str(number)) for number in range(10, 5010))
    (tmp_path / "proxy").mkdir()
    context = server_context(authority.issue(), tmp_path / "proxy") if secure else None
    with proxy(context) as between:
        url = f"http{'s' * secure}://127.0.0.1:{between.port}"
        target = target_of(https(Api(paths={PATH: Reply(body=lines)})), proxy_url=url)
        with Cluster(target, 2.0) as cluster, cluster.watch(VPCS, None, "7", silence=2.0) as watch:
            assert [int(each.resource_version) for each in watch] == list(range(10, 5010))
    assert len(between.asked) == 1
