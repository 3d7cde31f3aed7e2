"""What an HTTP answer that is no success means."""

import json
import lzma
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.cluster.errors.status_errors import refusal
from tests.pure.cluster.servers import status
from tests.shared import shared

FACTS = {"host": "fabric.example.com", "port": 6443, "url": "https://fabric.example.com:6443", "path": "/apis"}
RBAC = (
    'vpcs.vpc.githedgehog.com is forbidden: User "reader" cannot list resource "vpcs" in API group '
    '"vpc.githedgehog.com" in the namespace "default"'
)
WEBHOOK = 'admission webhook "vvpc.kb.io" denied the request: failed to validate vpc: at least one subnet is required'
POLICY = (
    "vpcs.vpc.githedgehog.com \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no"
)
CALLING = 'Internal error occurred: failed calling webhook "vvpc.kb.io": Post "https://w": context deadline exceeded'


def of(reply, headers=None):
    return refusal(reply.status, {"content-type": reply.type} | (headers or {}), reply.content, FACTS)


def plain(code, text, form="text/plain", headers=None):
    return refusal(code, {"content-type": form} | (headers or {}), text.encode(), FACTS)


@pytest.mark.parametrize(
    ("code", "reason", "message", "expected"),
    [
        (401, "Unauthorized", "Unauthorized", ErrorCode.UNAUTHORIZED),
        (403, "Forbidden", RBAC, ErrorCode.FORBIDDEN),
        (403, "Forbidden", WEBHOOK, ErrorCode.WEBHOOK_REFUSED),
        (400, "BadRequest", WEBHOOK, ErrorCode.WEBHOOK_REFUSED),
        (422, "Invalid", POLICY, ErrorCode.WEBHOOK_REFUSED),
        (404, "NotFound", 'vpcs.vpc.githedgehog.com "a" not found', ErrorCode.NOT_FOUND),
        (409, "Conflict", "the object has been modified", ErrorCode.CONFLICT),
        (409, "AlreadyExists", 'vpcs.vpc.githedgehog.com "a" already exists', ErrorCode.CONFLICT),
        (410, "Expired", "The provided continue parameter is too old", ErrorCode.EXPIRED),
        (410, "Gone", "too old resource version", ErrorCode.EXPIRED),
        (400, "BadRequest", "bad", ErrorCode.INVALID),
        (405, "MethodNotAllowed", "no", ErrorCode.INVALID),
        (422, "Invalid", "spec.vlan: Invalid value", ErrorCode.INVALID),
        (429, "TooManyRequests", "wait", ErrorCode.OVERLOADED),
        (503, "ServiceUnavailable", "starting", ErrorCode.OVERLOADED),
        (504, "Timeout", "Too large resource version", ErrorCode.OVERLOADED),
        (500, "ServerTimeout", "later", ErrorCode.OVERLOADED),
        (500, "InternalError", CALLING, ErrorCode.SERVER_ERROR),
        (500, "", "resourceVersion should not be set on objects to be created", ErrorCode.SERVER_ERROR),
    ],
)
def test_refusals_of_kubernetes(code, reason, message, expected):
    error = of(status(code, reason, message))
    assert (error.code, error.message, error.status) == (expected, message, code)


def test_who_may_not_do_what_is_told():
    error = of(status(403, "Forbidden", RBAC, group="vpc.githedgehog.com", kind="vpcs"))
    assert error.facts["user"] == "reader"
    assert (error.facts["verb"], error.facts["namespace"]) == ("list", "default")
    assert "may list vpcs.vpc.githedgehog.com" in error.hint
    assert "--as reader" in error.hint


def test_a_path_that_may_not_be_read_is_told():
    error = of(status(403, "Forbidden", 'forbidden: User "system:anonymous" cannot get path "/apis"'))
    assert error.code == ErrorCode.FORBIDDEN
    assert error.facts["resource"] == "/apis"
    assert "No credential" in error.hint


def test_the_webhook_is_named():
    assert of(status(403, "Forbidden", WEBHOOK)).facts["webhook"] == "vvpc.kb.io"


def test_causes_are_kept_field_by_field():
    causes = [{"field": "spec.vlan", "reason": "FieldValueInvalid", "message": "too large"}, {"field": "spec.x"}]
    error = of(status(422, "Invalid", "invalid", kind="VPC", group="vpc.githedgehog.com", causes=causes))
    assert error.causes == (("spec.vlan", "FieldValueInvalid", "too large"), ("spec.x", "", ""))
    assert "kubectl explain VPC.vpc.githedgehog.com" in error.hint


@pytest.mark.parametrize(
    ("header", "details", "seconds"),
    [
        ("7", {}, 7.0),
        (None, {"retryAfterSeconds": 3}, 3.0),
        ("7", {"retryAfterSeconds": 3}, 7.0),
        ("soon", {}, None),
        (None, {}, None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", {}, 0.0),
    ],
)
def test_how_long_to_wait(header, details, seconds):
    headers = {"retry-after": header} if header else {}
    assert of(status(429, "TooManyRequests", "wait", **details), headers).retry_after == seconds


@pytest.mark.parametrize(
    ("header", "details", "seconds"),
    [
        ("²", {}, None),
        ("٣", {}, None),
        ("-5", {}, None),
        ("+5", {}, None),
        ("1_0", {}, None),
        ("1.5", {}, None),
        ("nan", {}, None),
        ("9" * 400, {}, None),
        ("9" * 30, {}, 86_400.0),
        ("Wed, 21 Oct 99999999999999999999 07:28:00 GMT", {}, None),
        ("Wed, 21 Oct 2015 07:28:00 -0000", {}, None),
        ("Wed, 21 Oct 9999 07:28:00 GMT", {}, 86_400.0),
        (None, {"retryAfterSeconds": -3}, None),
        (None, {"retryAfterSeconds": 1e300}, 86_400.0),
        ("²", {"retryAfterSeconds": 3}, 3.0),
    ],
)
def test_how_long_to_wait_where_the_server_talks_nonsense(header, details, seconds):
    headers = {"retry-after": header} if header else {}
    assert of(status(429, "TooManyRequests", "wait", **details), headers).retry_after == seconds


@pytest.mark.parametrize("details", ["soon", {"retryAfterSeconds": "soon"}, {"causes": 7}, [], {"name": 5}])
def test_a_status_with_odd_details_is_one_without(details):
    body = json.dumps({"kind": "Status", "reason": "Forbidden", "message": RBAC, "details": details}).encode()
    error = refusal(403, {"content-type": "application/json"}, body, FACTS)
    assert (error.code, error.facts["user"], error.causes) == (ErrorCode.FORBIDDEN, "reader", ())


def test_how_long_to_wait_as_a_date():
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 25 < plain(503, "", headers={"retry-after": date}).retry_after <= 30


@pytest.mark.parametrize(
    ("code", "text", "form", "expected"),
    [
        (404, "404 page not found\n", "text/plain; charset=utf-8", ErrorCode.NOT_FOUND),
        (404, "<html><title>404 Not Found</title></html>", "text/html", ErrorCode.NOT_KUBERNETES),
        (404, '{"error":"no route"}', "application/json", ErrorCode.NOT_KUBERNETES),
        (403, "<html>blocked</html>", "text/html", ErrorCode.NOT_KUBERNETES),
        (401, "<html>log in</html>", "text/html", ErrorCode.NOT_KUBERNETES),
        (401, '{"type":"error","message":"must authenticate"}', "application/json", ErrorCode.UNAUTHORIZED),
        (302, "", "text/html", ErrorCode.NOT_KUBERNETES),
        (502, "<html>Bad Gateway</html>", "text/html", ErrorCode.SERVER_ERROR),
        (503, "<html>Service Unavailable</html>", "text/html", ErrorCode.OVERLOADED),
        (504, "", "text/html", ErrorCode.OVERLOADED),
        (429, "slow down", "text/plain", ErrorCode.OVERLOADED),
        (500, "boom", "text/plain", ErrorCode.SERVER_ERROR),
        (400, "Client sent an HTTP request to an HTTPS server.\n", "text/plain", ErrorCode.TLS_FAILED),
        (400, "\xff", "", ErrorCode.NOT_KUBERNETES),
    ],
)
def test_refusals_of_others(code, text, form, expected):
    assert plain(code, text, form).code == expected


def test_a_page_is_quoted_by_its_title():
    page = "<html><head><style>b{}</style><title>Welcome to\n nginx!</title></head><body>" + "x" * 9999
    assert plain(404, page, "text/html; charset=utf-8").message == "HTTP status 404, text/html: Welcome to nginx!"
    assert plain(404, "<p>just <b>text</b></p>", "text/html").message.endswith(": just text")
    assert len(plain(400, "y" * 9999).message) < 400


def test_where_one_is_sent_is_told_without_its_query():
    error = plain(302, "", "text/html", {"location": "https://login.example.com/?token=s3cret"})
    assert error.message == "HTTP status 302, sent on to https://login.example.com/"


@pytest.mark.parametrize("name", ["medium", "gateway"])
def test_every_recorded_refusal_of_a_webhook_is_one(name):
    text = lzma.decompress(shared("recordings", "verdicts", f"{name}.jsonl.xz").read_bytes()).decode()
    verdicts = [json.loads(line) for line in text.splitlines()]
    expected = {400: ErrorCode.INVALID, 404: ErrorCode.NOT_FOUND, 409: ErrorCode.CONFLICT, 422: ErrorCode.INVALID}
    codes = set()
    for verdict in (verdict for verdict in verdicts if verdict["status"] >= 400):
        details = {"causes": verdict.get("causes") or []}
        error = of(status(verdict["status"], verdict.get("reason") or "", verdict["message"], **details))
        if "admission webhook" in verdict["message"]:
            assert error.code == ErrorCode.WEBHOOK_REFUSED
        elif verdict["status"] in expected:
            assert error.code == expected[verdict["status"]]
        assert len(error.causes) == len(verdict.get("causes") or [])
        codes.add(error.code)
    assert ErrorCode.WEBHOOK_REFUSED in codes
    assert ErrorCode.FORBIDDEN not in codes  # all were sent by an administrator
