"""Discovering, listing and getting over HTTPS, and answers that are not what they should be."""

import gzip
import json
from itertools import islice
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

import netbox_hedgehog
from netbox_hedgehog.cluster import ApiResource, Cluster, ClusterError, ErrorCode
from tests.pure.cluster.api import GROUP, NOT_FOUND, Api, aggregated, group, served, vpc
from tests.pure.cluster.conftest import TOKEN
from tests.pure.cluster.servers import Reply, status

VPCS = ApiResource(GROUP, "v1beta1", "VPC", "vpcs", True, ("get", "list", "watch"))
LIST = f"/apis/{GROUP}/v1beta1/vpcs"


@pytest.fixture
def cluster_of(https, target_of):
    opened = []

    def make(answer, **of_target):
        server = https(answer)
        opened.append(Cluster(target_of(server, **of_target), connect_timeout=2, read_timeout=2))
        opened[-1].server = server
        return opened[-1]

    yield make
    for cluster in opened:
        cluster.close()


def names(pages):
    return [[msgspec.json.decode(item)["metadata"]["name"] for item in page.items] for page in pages]


def caught(cluster, do=lambda cluster: list(cluster.list(VPCS))):
    with pytest.raises(ClusterError) as error:
        do(cluster)
    return error.value


def test_a_list_comes_in_pages(cluster_of):
    cluster = cluster_of(Api(["a", "b", "c", "d", "e"]))
    pages = list(cluster.list(VPCS, limit=2))
    assert names(pages) == [["a", "b"], ["c", "d"], ["e"]]
    assert [page.remaining for page in pages] == [3, 1, None]
    assert {page.resource_version for page in pages} == {"100"}
    assert [parse_qs(urlsplit(seen.path).query)["limit"] for seen in cluster.server.seen] == [["2"]] * 3


def test_an_item_is_the_objects_own_json(cluster_of):
    page = next(cluster_of(Api(["a"])).list(VPCS))
    assert bytes(page.items[0]) == json.dumps(vpc("a")).encode()


def test_an_empty_list_is_one_empty_page(cluster_of):
    assert names(cluster_of(Api([])).list(VPCS)) == [[]]


def test_a_list_of_one_namespace(cluster_of):
    path = f"/apis/{GROUP}/v1beta1/namespaces/fab/vpcs"
    cluster = cluster_of(Api(paths={path: Reply(body={"kind": "VPCList", "metadata": {}, "items": []})}))
    assert names(cluster.list(VPCS, namespace="fab")) == [[]]


def test_what_a_request_says_of_itself(cluster_of):
    cluster = cluster_of(Api(token=TOKEN))
    cluster.version()
    headers = cluster.server.seen[0].headers
    assert headers["User-Agent"] == f"netbox-hedgehog/{netbox_hedgehog.__version__}"
    assert headers["Accept"] == "application/json"
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_no_packed_answer_is_asked_for_where_the_target_wants_none(cluster_of):
    cluster = cluster_of(Api(), compression=False)
    cluster.version()
    assert cluster.server.seen[0].headers["Accept-Encoding"] == "identity"


def test_packed_answers_are_unpacked(cluster_of):
    body = gzip.compress(Api(["a"]).listed({}).content)
    cluster = cluster_of(Api(paths={LIST: Reply(body=body, headers={"Content-Encoding": "gzip"})}))
    assert names(cluster.list(VPCS)) == [["a"]]


WHOLE = Api().listed({}).content
PACKED = gzip.compress(WHOLE)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=WHOLE, cut=20),
        Reply(body=WHOLE, cut=len(WHOLE)),
        Reply(body=WHOLE[:-20]),
        Reply(body=b""),
        Reply(body=WHOLE[:-20], headers={"Content-Length": None, "Connection": "close"}),
        Reply(body=b"7\r\n{\"kind\"\r\n", headers={"Content-Length": None, "Transfer-Encoding": "chunked"}, cut=2),
        Reply(body=PACKED, headers={"Content-Encoding": "gzip"}, cut=20),
        Reply(body=PACKED[:-20], headers={"Content-Encoding": "gzip"}),
        Reply(body=PACKED[:-20], headers={"Content-Encoding": "gzip", "Content-Length": None, "Connection": "close"}),
        Reply(body=b"not packed at all", headers={"Content-Encoding": "gzip"}),
    ],
)  # fmt: skip
def test_answers_that_break_off(cluster_of, reply):
    assert caught(cluster_of(Api(paths={LIST: reply}))).code == ErrorCode.ANSWER_CUT


def test_a_list_that_breaks_off_on_its_second_page_is_no_list(cluster_of):
    def second_cut(seen):
        query = parse_qs(urlsplit(seen.path).query)
        reply = Api().listed(query)
        reply.cut = 10 if "continue" in query else 0
        return reply

    cluster = cluster_of(Api(paths={LIST: second_cut}))
    pages = cluster.list(VPCS, limit=2)
    assert len(next(pages).items) == 2
    assert caught(cluster, lambda _: next(pages)).code == ErrorCode.ANSWER_CUT


def test_a_continue_token_that_expired(cluster_of):
    def expiring(seen):
        query = parse_qs(urlsplit(seen.path).query)
        return status(410, "Expired", "too old") if "continue" in query else Api().listed(query)

    error = caught(cluster_of(Api(paths={LIST: expiring})), lambda cluster: list(cluster.list(VPCS, limit=1)))
    assert error.code == ErrorCode.EXPIRED
    assert error.transient


def test_a_server_that_pages_in_a_circle(cluster_of):
    circle = Reply(body={"kind": "VPCList", "metadata": {"continue": "x"}, "items": []})
    pages = cluster_of(Api(paths={LIST: circle})).list(VPCS)
    assert caught(pages, lambda pages: list(islice(pages, 5))).code == ErrorCode.BAD_ANSWER


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "VPC", "metadata": {}, "items": []},
        {"kind": "VPCList", "metadata": {}, "items": None},
        {"kind": "VPCList", "metadata": {}},
        {"kind": "VPCList", "metadata": {}, "items": {}},
        {"items": []},
        [],
    ],
)
def test_json_that_is_not_a_list(cluster_of, body):
    assert caught(cluster_of(Api(paths={LIST: Reply(body=body)}))).code == ErrorCode.BAD_ANSWER


HTML = Reply(body="<html><title>Log in</title></html>", type="text/html")


@pytest.mark.parametrize("path", ["/version", "/apis", LIST])
def test_a_server_that_answers_html(cluster_of, path):
    calls = {"/version": Cluster.version, "/apis": Cluster.discover, LIST: lambda cluster: list(cluster.list(VPCS))}
    error = caught(cluster_of(Api(paths={path: HTML})), calls[path])
    assert error.code == ErrorCode.NOT_KUBERNETES
    assert "Log in" in error.message


@pytest.mark.parametrize("body", [{"status": "ok"}, {"gitVersion": 5}, [], {"kind": "Thing"}])
def test_another_service_that_speaks_json(cluster_of, body):
    for path, do in (("/version", Cluster.version), ("/apis", Cluster.discover)):
        assert caught(cluster_of(Api(paths={path: Reply(body=body)})), do).code == ErrorCode.NOT_KUBERNETES


def test_redirects_are_not_followed(cluster_of):
    sent_on = Reply(302, headers={"Location": "https://127.0.0.1/login"})
    cluster = cluster_of(Api(paths={"/version": sent_on}))
    assert caught(cluster, Cluster.version).code == ErrorCode.NOT_KUBERNETES
    assert len(cluster.server.seen) == 1


def test_nothing_is_tried_twice(cluster_of):
    cluster = cluster_of(Api(paths={"/version": status(503, "ServiceUnavailable", "starting")}))
    assert caught(cluster, Cluster.version).code == ErrorCode.OVERLOADED
    assert len(cluster.server.seen) == 1


def test_a_get_is_repeated_once_when_its_idle_connection_had_been_closed(cluster_of, monkeypatch):
    cluster = cluster_of(Api())
    cluster.version()
    transport = cluster._transport
    failed = []
    send = transport._send

    def lost_once(*arguments):
        if not failed:
            failed.append(True)
            raise ClusterError(ErrorCode.CONNECTION_LOST, "gone")
        return send(*arguments)

    monkeypatch.setattr(transport, "_send", lost_once)
    assert caught(cluster, Cluster.version).code == ErrorCode.CONNECTION_LOST  # was not idle: it broke just now
    failed.clear()
    transport._last_answer -= 60
    assert cluster.version().minor == "36"
    failed.clear()
    transport._last_answer -= 60
    assert caught(cluster, lambda it: it.may_i("list", VPCS)).code == ErrorCode.CONNECTION_LOST  # a POST never is


def test_an_answer_too_large_is_not_taken(cluster_of, monkeypatch):
    monkeypatch.setattr("netbox_hedgehog.cluster.http.transport.LARGEST_ANSWER", 10)
    assert caught(cluster_of(Api()), Cluster.version).code == ErrorCode.BAD_ANSWER


def test_a_token_that_the_server_repeats_is_not_shown(cluster_of):
    cluster = cluster_of(Api(paths={"/version": status(400, "BadRequest", f"odd header: Bearer {TOKEN}")}))
    error = caught(cluster, Cluster.version)
    assert TOKEN not in f"{error} {error!r} {error.message} {error.hint} {error.args}"


def test_discovery_finds_the_hedgehog_kinds_only(cluster_of):
    cluster = cluster_of(Api())
    assert cluster.discover() == ((VPCS,), ())
    assert len(cluster.server.seen) == 1


def test_discovery_of_kinds_that_nobody_knows(cluster_of):
    future = group("future.githedgehog.com", served("rockets", "Rocket"), version="v9")
    found = cluster_of(Api(paths={"/apis": aggregated(future)})).discover()
    assert [(one.group, one.version, one.kind, one.plural) for one in found.resources] == [
        ("future.githedgehog.com", "v9", "Rocket", "rockets")
    ]


def test_discovery_takes_each_kind_in_the_first_version_that_has_it(cluster_of):
    two = group(GROUP, served("vpcs", "VPC"), version="v1")
    two["versions"] += group(GROUP, served("vpcs", "VPC"), served("externals", "External"), version="v1beta1")[
        "versions"
    ]
    found = cluster_of(Api(paths={"/apis": aggregated(two)})).discover()
    assert [(one.plural, one.version) for one in found.resources] == [("vpcs", "v1"), ("externals", "v1beta1")]


def test_discovery_with_no_hedgehog_kinds_is_empty(cluster_of):
    assert cluster_of(Api(paths={"/apis": aggregated()})).discover() == ((), ())


def test_a_group_that_is_stale_is_a_problem_of_its_own(cluster_of):
    stale = group("wiring.githedgehog.com", freshness="Stale")
    found = cluster_of(Api(paths={"/apis": aggregated(stale, group(GROUP, served("vpcs", "VPC")))})).discover()
    assert found.resources == (VPCS,)
    assert [(problem.group, problem.error.code) for problem in found.problems] == [
        ("wiring.githedgehog.com", ErrorCode.OVERLOADED)
    ]


def plain_groups(*names):
    versions = [{"groupVersion": f"{GROUP}/v1beta1", "version": "v1beta1"}, {"version": "v1"}]
    groups = [{"name": name, "versions": versions, "preferredVersion": {"version": "v1"}} for name in names]
    return Reply(body={"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})


def plain_kinds(*plurals):
    resources = [
        {"name": name, "kind": name.title(), "namespaced": True, "verbs": ["list"]}
        for plural in plurals
        for name in (plural, f"{plural}/status")
    ]
    return Reply(body={"kind": "APIResourceList", "resources": resources})


def test_discovery_where_there_is_no_aggregated_one(cluster_of):
    paths = {
        "/apis": plain_groups("apps", GROUP),
        f"/apis/{GROUP}/v1": plain_kinds("vpcs"),
        f"/apis/{GROUP}/v1beta1": plain_kinds("vpcs", "externals"),
    }
    found = cluster_of(Api(paths=paths)).discover()
    assert [(one.plural, one.version) for one in found.resources] == [("vpcs", "v1"), ("externals", "v1beta1")]
    assert found.problems == ()


@pytest.mark.parametrize("kind", ["aggregated", "plain"])
@pytest.mark.parametrize(
    ("singular", "short", "full_names", "short_names"),
    [
        ("vpc", ["v", "vp"], ("vpcs", "vpc"), ("v", "vp")),
        ("", None, ("vpcs",), ()),
        (7, "text", ("vpcs",), ()),
        ("V\0", ["UPPER", "a" * 64, 3, None, "ok", *("x" * 9,) * 99], ("vpcs",), ("ok", *("xxxxxxxxx",) * 11)),
    ],
)
def test_names_of_a_kind_are_taken_as_kubernetes_allows_them(
    cluster_of, kind, singular, short, full_names, short_names
):
    if kind == "aggregated":
        one = {**served("vpcs", "VPC"), "singularResource": singular, "shortNames": short}
        paths = {"/apis": aggregated(group(GROUP, one))}
    else:
        one = {"name": "vpcs", "kind": "VPC", "namespaced": True, "verbs": [], "singularName": singular}
        listed = Reply(body={"kind": "APIResourceList", "resources": [{**one, "shortNames": short}]})
        paths = {"/apis": plain_groups(GROUP), f"/apis/{GROUP}/v1": listed, f"/apis/{GROUP}/v1beta1": listed}
    (found,) = cluster_of(Api(paths=paths)).discover().resources
    assert (found.full_names, found.short_names) == (full_names, short_names)


@pytest.mark.parametrize("trouble", [status(403, "Forbidden", "no"), NOT_FOUND, status(503, "ServiceUnavailable", "")])
def test_trouble_with_one_group_leaves_the_others(cluster_of, trouble):
    bad = "wiring.githedgehog.com"
    paths = {"/apis": plain_groups(bad, GROUP), f"/apis/{GROUP}/v1": plain_kinds("vpcs")}
    paths |= {
        f"/apis/{GROUP}/v1beta1": plain_kinds("vpcs"),
        f"/apis/{bad}/v1": trouble,
        f"/apis/{bad}/v1beta1": trouble,
    }
    found = cluster_of(Api(paths=paths)).discover()
    assert [one.plural for one in found.resources] == ["vpcs"]
    assert {problem.group for problem in found.problems} == {bad}


def test_trouble_with_the_credential_ends_discovery(cluster_of):
    paths = {"/apis": plain_groups(GROUP), f"/apis/{GROUP}/v1": status(401, "Unauthorized", "Unauthorized")}
    assert caught(cluster_of(Api(paths=paths)), Cluster.discover).code == ErrorCode.UNAUTHORIZED


def test_get_gives_the_object(cluster_of):
    paths = {f"/apis/{GROUP}/v1beta1/namespaces/default/vpcs/a": Reply(body=vpc("a"))}
    cluster = cluster_of(Api(paths=paths))
    assert cluster.get(VPCS, "default", "a") == vpc("a")
    assert caught(cluster, lambda it: it.get(VPCS, "default", "b")).code == ErrorCode.NOT_FOUND


def test_names_cannot_leave_their_place_in_the_path():
    assert VPCS.path("../kube-system", "a/b?c") == (f"/apis/{GROUP}/v1beta1/namespaces/..%2Fkube-system/vpcs/a%2Fb%3Fc")


@pytest.mark.parametrize("allowed", [True, False])
def test_may_i(cluster_of, allowed):
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    cluster = cluster_of(Api(paths={path: Reply(201, {"status": {"allowed": allowed}})}))
    assert cluster.may_i("list", VPCS, "default") is allowed
    seen = cluster.server.seen[0]
    assert seen.method == "POST"
    assert json.loads(seen.body)["spec"]["resourceAttributes"] == {
        "verb": "list", "group": GROUP, "resource": "vpcs", "namespace": "default",
    }  # fmt: skip


ODD = {
    "1,500 levels": b'{"a": ' * 1500 + b"1" + b"}" * 1500,
    "NaN": b"NaN",
    "half of a surrogate pair": b'"\\ud800"',
    "no number": b"0123",
}


def listing(*items: bytes, metadata: bytes = b'{"resourceVersion": "100"}', end: bytes = b"]}") -> Reply:
    return Reply(body=b'{"kind": "VPCList", "metadata": ' + metadata + b', "items": [' + b", ".join(items) + end)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_one_item_that_no_parser_takes_leaves_the_others_of_its_page(cluster_of, odd):
    bad = b'{"metadata": {"name": "odd"}, "spec": ' + odd + b"}"
    good = [json.dumps(vpc(name)).encode() for name in ("a", "b")]
    (page,) = cluster_of(Api(paths={LIST: listing(good[0], bad, good[1])})).list(VPCS)
    assert [bytes(item).strip() for item in page.items] == [good[0], bad, good[1]]
    assert page.resource_version == "100"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (listing(b'{"spec": NaN}', end=b""), ErrorCode.ANSWER_CUT),
        (listing(b'{"spec": NaN}, {"spec": {', end=b""), ErrorCode.ANSWER_CUT),
        (listing(b'{"spec": NaN}', metadata=b"NaN"), ErrorCode.ANSWER_CUT),
        (listing(metadata=b"[" * 3000 + b"]" * 3000), ErrorCode.BAD_ANSWER),
        (listing(metadata=b'{"resourceVersion": "%s"}' % (b"9" * 65)), ErrorCode.BAD_ANSWER),
        (listing(metadata=b'{"resourceVersion": "\\u0000"}'), ErrorCode.BAD_ANSWER),
    ],
)
def test_page_that_is_cut_or_odd_beside_its_items_is_not_used(cluster_of, reply, code):
    assert caught(cluster_of(Api(paths={LIST: reply}))).code == code


@pytest.mark.parametrize("path", ["/apis", "/version"])
def test_answer_that_is_nested_too_deep_is_an_error(cluster_of, path):
    cluster = cluster_of(Api(paths={path: Reply(body=b'{"items": ' + b"[" * 5000 + b"]" * 5000 + b"}")}))
    error = caught(cluster, lambda cluster: cluster.discover() if path == "/apis" else cluster.version())
    assert error.code == ErrorCode.NOT_KUBERNETES
    assert "too deep" in error.message


def test_refusal_that_is_nested_too_deep_is_told_as_what_it_is(cluster_of):
    deep = b'{"kind": "Status", "details": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    assert caught(cluster_of(Api(paths={LIST: Reply(403, deep)}))).status == 403
