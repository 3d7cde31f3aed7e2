"""The plugin's whole OpenAPI schema, asked by schemathesis: no 500 of ours, and answers are what the schema says.

Deterministic; SCHEMATHESIS_EXAMPLES=N asks N times as much of each operation, in another order each time.
"""

import os
from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.transport import Response

from netbox_hedgehog.models import ResourceChange, RunIssue
from tests.builders import KINDS, fabric, run, thing
from tests.netbox.api.given import admin, plural

pytestmark = pytest.mark.django_db

QUERIES = 15  # parameters of a list that are tried, of its hundreds: of every sort, from one kind to the next others
MORE = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "0"))
EACH = settings(
    max_examples=MORE or 2,
    derandomize=not MORE,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def operations(django_db_setup, django_db_blocker):
    """Every operation of the plugin's schema, by first part of its path."""
    patterns = [path("api/plugins/hedgehog/", include("netbox_hedgehog.api.urls"))]
    with django_db_blocker.unblock():
        document = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)
    for number, item in enumerate(document["paths"].values()):
        for each in item.values():
            each["parameters"] = _some(each.get("parameters", []), number)
    found: dict[str, list[Any]] = {}
    for each in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = each.ok()
        found.setdefault(operation.path.split("/")[4], []).append(operation)
    return found


def _some(parameters: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    queries = [each for each in parameters if each["in"] == "query"]
    others = [each for each in parameters if each["in"] != "query"]
    step = 1 if MORE else max(1, len(queries) // QUERIES)
    return others + queries[number % step :: step]


def test_every_endpoint_is_asked(operations):
    assert operations.keys() == {"fabrics", "runs", "resources", *map(plural, KINDS)}


@pytest.mark.parametrize("endpoint", ["fabrics", "runs", "resources", *map(plural, KINDS)])
def test_nothing_that_the_schema_allows_is_a_500_or_answered_otherwise(operations, endpoint):
    lab = fabric("lab")
    done = run(lab, state="partial")
    ResourceChange.objects.create(
        run=done, fabric=done.fabric, kind="VPC", namespace="default", name="one", action="updated"
    )
    RunIssue.objects.create(run=done, kind="VPC", namespace="default", name="one", code="invalid")
    keys = {"fabrics": lab.pk, "runs": done.pk, **{plural(model): thing(model, lab).pk for model in KINDS}}
    caller = admin()
    caller.raise_request_exception = False
    statuses = [status for each in operations[endpoint] for status in ask(caller, each, keys.get(endpoint))]
    assert {status // 100 for status in statuses} >= {2}


def ask(caller, operation, key) -> list[int]:
    """The statuses of the answers to some requests of OPERATION; half of them are about the object KEY."""
    statuses = []

    @EACH
    @given(operation.as_strategy(), st.booleans())
    def once(case, there):
        if there and case.path_parameters:
            case.path_parameters["id"] = key
        point = transaction.savepoint_create()
        try:
            statuses.append(answer(caller, case))
        finally:
            transaction.savepoint_rollback(point)

    once()
    return statuses


def answer(caller, case) -> int:
    asked = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    media_type = asked.headers.get("Content-Type", "")
    headers = {name: text for name, text in asked.headers.items() if name.lower().startswith("if-")}
    got = caller.generic(asked.method, asked.path_url, asked.body or b"", content_type=media_type, headers=headers)
    assert got.status_code < 500, (asked.method, asked.url, asked.body, got.content[:500])
    if got.status_code < 300 and not _of_netbox(asked):
        content = {name.lower(): [text] for name, text in got.headers.items()}
        case.operation.validate_response(Response(got.status_code, content, got.content, asked, 0.0, verify=True))
    return got.status_code


def _of_netbox(asked: requests.PreparedRequest) -> bool:
    """Whether NetBox answers otherwise than its own schemas say: lists for lists, and no count from a ``start`` on."""
    return (asked.body or b"").startswith(b"[") or "start=" in asked.path_url
