"""Requests that nobody can answer: refused with a reason, on every endpoint, and never by a 500."""

import json
from contextlib import contextmanager

import pytest
from django.db import transaction

from netbox_hedgehog.models import VPC, HeldObject, Hold, ResourceChange, RunIssue
from tests.builders import KINDS, fabric, run, thing
from tests.netbox.api.given import BASE, admin, plural

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    return fabric("lab")


@pytest.fixture
def done(lab):
    """A run with one row of each sort."""
    hold = Hold.objects.create(fabric=lab, digest="d", count=1, created=lab.created)
    made = run(lab, state="partial", held=hold)
    key = {"kind": "VPC", "namespace": "default", "name": "one"}
    HeldObject.objects.create(hold=hold, object_id=1, code="shrink_guard", **key)
    ResourceChange.objects.create(run=made, fabric=made.fabric, action="updated", **key)
    RunIssue.objects.create(run=made, code="invalid", **key)
    return made


@contextmanager
def undone():
    """What happens inside leaves nothing behind, not even a broken transaction."""
    point = transaction.savepoint_create()
    yield
    transaction.savepoint_rollback(point)


def ask(caller, method, path, content=None, content_type="application/json"):
    """The answer to one request; an exception that comes through is a 500 to whoever asks."""
    with undone():
        caller.raise_request_exception = False
        return caller.generic(method, f"{BASE}/{path}", content or "", content_type=content_type)


@pytest.mark.parametrize("rows", ["held", "changes", "issues"])
def test_rows_of_a_run_can_be_cut_to_fields(done, rows):
    root, url = admin(), f"{BASE}/runs/{done.pk}/{rows}/"

    def first(**asked):
        return root.get(url, asked).json()["results"][0].keys()

    assert first(fields="id,name") == {"id", "name"}
    assert first(omit="id,kind") == first() - {"id", "kind"}
    assert {"id", "kind", "namespace", "name"} <= first(brief="1") < first()


NO_KEYS = ("x", "-1", "1.5", "%00", "1%00", "%C2%B2", "%D9%A3", "None", "1%0A", "9" * 30)
OF_ONE = [
    ("GET", "fabrics/{}/"),
    ("POST", "fabrics/{}/sync/"),
    ("GET", "fabrics/{}/test-connection/"),
    ("POST", "fabrics/{}/test-connection/"),
    ("GET", "runs/{}/"),
    ("GET", "runs/{}/held/"),
    ("GET", "runs/{}/changes/"),
    ("GET", "runs/{}/issues/"),
    ("POST", "runs/{}/cancel/"),
    ("POST", "runs/{}/override/"),
    ("PATCH", "vpcs/{}/"),
    ("POST", "vpcs/{}/sync/"),
    ("POST", "other-resources/{}/sync/"),
]


@pytest.mark.parametrize(("method", "path"), OF_ONE, ids=str)
def test_a_key_that_is_no_number_is_not_found(method, path):
    root = admin()
    answers = {key: ask(root, method, path.format(key), "{}").status_code for key in NO_KEYS}
    assert answers == dict.fromkeys(NO_KEYS, 404)


LISTS = ("fabrics/", "runs/", "resources/", "vpcs/", "other-resources/", "runs/{run}/changes/", "runs/{run}/issues/")
QUERIES = (
    "name__regex=[",
    "name__iregex=(",
    "api_url__regex=*",
    "uid__regex=[:",
    "code__regex=[",
    "worker__regex=[",
    "created__gt=9999-12-31T23:59:59-23:59",
    "seen_at__lt=0001-01-01T00:00:00%2B14:00",
    "export=%00",
    "filter=%00",
    "q=%00",
    "q=" + "9" * 5000,
    "q=%23" + "9" * 30,
    "id=" + "9" * 30,
    "fabric_id=" + "9" * 30,
    "ordering=nope",
    "ordering=%00",
    "limit=-1",
    "limit=" + "9" * 30,
    "offset=" + "9" * 30,
    "start=x",
    "label=%00",
    "state=%00",
    "format=x",
)


@pytest.mark.parametrize("path", LISTS)
def test_no_query_of_a_list_is_a_500(done, path):
    root = admin()
    answers = {query: ask(root, "GET", f"{path.format(run=done.pk)}?{query}").status_code for query in QUERIES}
    assert answers
    assert {query: status for query, status in answers.items() if status >= 500} == {}


def test_a_pattern_that_is_none_is_refused_in_the_words_of_the_database():
    answer = ask(admin(), "GET", "fabrics/?name__regex=[")
    assert answer.status_code == 400
    assert "brackets [] not balanced" in answer.json()["detail"]


NUL, HALF = json.dumps({"name": "a\0"}), '{"name": "\\ud800"}'
BODIES = {
    "list": "[]",
    "list of numbers": "[1]",
    "text": '"x"',
    "number": "1",
    "true": "true",
    "null": "null",
    "nothing": "",
    "cut": "{",
    "bytes": b"\xff\xfe",
    "NaN": '{"name": NaN}',
    "deep": "[" * 100_000,
    "deep and closed": '{"name": ' + "[" * 500 + "]" * 500 + "}",
    "digits": '{"name": ' + "9" * 5000 + "}",
    "NUL": NUL,
    "NUL in a key": '{"a\\u0000": 1}',
    "half a character": HALF,
    "objects for texts": '{"name": {}, "kind": [], "reason": {}, "hard": {}}',
    "long": json.dumps({"kind": "x" * 5000, "name": "x" * 5000}),
    "related": '{"site": {"id": "x"}, "tenant": {"name": "\\u0001"}, "tags": [{"id": []}]}',
    "pattern": '{"site": {"name__regex": "["}}',
    "too large": json.dumps({"kubeconfig": "x" * 3_000_000}),
}
TAKERS = (
    ("POST", "fabrics/"),
    ("PATCH", "fabrics/"),
    ("DELETE", "fabrics/"),
    ("PATCH", "fabrics/{lab}/"),
    ("PUT", "fabrics/{lab}/"),
    ("POST", "fabrics/{lab}/sync/"),
    ("POST", "fabrics/{lab}/test-connection/"),
    ("POST", "runs/{run}/override/"),
    ("POST", "runs/{run}/cancel/"),
    ("PATCH", "vpcs/{vpc}/"),
    ("POST", "vpcs/{vpc}/sync/"),
)


@pytest.mark.parametrize(("method", "path"), TAKERS, ids=str)
def test_no_body_is_a_500(lab, done, method, path):
    root = admin()
    path = path.format(lab=lab.pk, run=done.pk, vpc=thing(VPC, lab).pk)
    answers = {name: ask(root, method, path, body).status_code for name, body in BODIES.items()}
    for media_type in ("text/plain", "application/yaml", "multipart/form-data", "multipart/form-data; boundary=x", ""):
        answers[media_type] = ask(root, method, path, "--x", media_type).status_code
    assert {name: status for name, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize(("body", "words"), [(NUL, "NUL"), (HALF, "surrogate"), (BODIES["deep and closed"], "levels")])
def test_what_cannot_be_stored_is_told(body, words):
    answer = ask(admin(), "POST", "fabrics/", body)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_a_body_that_is_too_large_is_told_with_the_setting():
    answer = ask(admin(), "POST", "fabrics/", BODIES["too large"])
    assert (answer.status_code, "DATA_UPLOAD_MAX_MEMORY_SIZE" in answer.json()["detail"]) == (413, True)


def test_every_kind_is_guarded_alike(lab):
    root, answers = admin(), {}
    for model in KINDS:
        path = plural(model)
        answers[path] = (
            ask(root, "POST", f"{path}/x/sync/").status_code,
            ask(root, "GET", f"{path}/?name__regex=[").status_code,
            ask(root, "PATCH", f"{path}/{thing(model, lab).pk}/", NUL).status_code,
        )
    assert answers == dict.fromkeys(answers, (404, 400, 400))
    assert len(answers) == len(KINDS)
