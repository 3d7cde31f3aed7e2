"""GraphQL: every model can be asked for, by whoever may see it, without any credential."""

import json
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from netbox.graphql.schema import schema

from netbox_hedgehog.filtersets import computed_columns
from netbox_hedgehog.models import VPC, Connection, Fabric, OtherResource, ResourceChange, RunIssue, Switch, SyncRun
from netbox_hedgehog.sync.health.conditions import evaluate
from tests.builders import KINDS, SECRET, fabric, grant, run, thing, user
from tests.netbox.api.given import BASE, admin, client, encoded
from tests.netbox.sync.aged import watched

pytestmark = pytest.mark.django_db

MODEL = pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)


def name_of(model):
    return f"hedgehog_{model.kind_entry.singular if model.kind_entry else 'other_resource'}"


def ask(caller, query):
    answer = caller.post("/graphql/", {"query": query}, format="json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def data(caller, query):
    answer = ask(caller, query)
    assert "errors" not in answer, answer
    return answer["data"]


@MODEL
def test_a_kind_is_listed_with_its_columns_and_found_by_id(model):
    one = thing(model, fabric(), live={"a": [1]}, labels={"l": "1"}, generation=2**40)
    columns = " ".join(computed_columns(model))
    fields = f"id name namespace kind api_group state drift live status labels generation fabric {{ name }} {columns}"
    root, name = admin(), name_of(model)
    (listed,) = data(root, f"{{ {name}_list {{ {fields} }} }}")[f"{name}_list"]
    assert (listed["name"], listed["kind"], listed["api_group"], listed["state"]) == (
        "one",
        one.kind,
        one.api_group,
        "present",
    )
    assert (listed["live"], listed["generation"], listed["fabric"]["name"]) == ({"a": [1]}, 2**40, "fabric-a")
    assert data(root, f"{{ {name}(id: {one.pk}) {{ {fields} }} }}")[name] == listed


@MODEL
def test_permissions_decide_kind_by_kind_and_object_by_object(model):
    mine, other = thing(model, fabric("mine")), thing(model, fabric("other"))
    ann, name = user(), name_of(model)
    query = f"{{ {name}_list {{ id }} }}"
    assert data(client(ann), query)[f"{name}_list"] == []
    grant(ann, ["view"], model, constraints={"fabric__name": "mine"})
    caller = client(ann)
    assert data(caller, query)[f"{name}_list"] == [{"id": str(mine.pk)}]
    assert ask(caller, f"{{ {name}(id: {other.pk}) {{ id }} }}").get("errors")


def test_a_fabric_that_may_not_be_seen_is_not_told_through_its_objects():
    thing(VPC, fabric("hidden"))
    ann = user()
    grant(ann, ["view"], VPC)
    answer = ask(client(ann), "{ hedgehog_vpc_list { name fabric { name api_url } } }")
    assert "hidden" not in json.dumps(answer)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ('{name: {exact: "leaf-1"}}', ["leaf-1"]),
        ('{name: {starts_with: "leaf"}}', ["leaf-1", "leaf-2"]),
        ('{namespace: {exact: "far"}}', ["spine-1"]),
        ('{role: {exact: "server-leaf"}}', ["leaf-1"]),
        ('{uid: {exact: "u-2"}}', ["leaf-2"]),
        ('{fabric: {name: {exact: "there"}}}', ["spine-1"]),
        ('{live: {path: "role", lookup: {string_lookup: {exact: "server-leaf"}}}}', ["leaf-1"]),
        ('{labels: {path: "tier", lookup: {string_lookup: {exact: "web"}}}}', ["leaf-2"]),
        ("{deleting: {exact: true}}", ["leaf-2"]),
        ("{missing_since: {is_null: false}}", ["spine-1"]),
    ],
)
def test_filter(filters, expected):
    from django.utils import timezone

    here, there = fabric("here"), fabric("there")
    thing(Switch, here, "leaf-1", live={"role": "server-leaf"})
    thing(Switch, here, "leaf-2", uid="u-2", labels={"tier": "web"}, deleting=True)
    thing(Switch, there, "spine-1", namespace="far", missing_since=timezone.now())
    found = data(admin(), f"{{ hedgehog_switch_list(filters: {filters}) {{ name }} }}")["hedgehog_switch_list"]
    assert sorted(each["name"] for each in found) == expected


def test_filter_by_fabric_id_and_by_what_an_unknown_kind_is():
    here, there = fabric("here"), fabric("there")
    thing(Connection, here, "a", live={"mesh": {}})
    thing(Connection, there, "b")
    thing(OtherResource, here, "c")
    root = admin()
    query = f"{{ hedgehog_connection_list(filters: {{fabric_id: {here.pk}}}) {{ name type }} }}"
    assert data(root, query)["hedgehog_connection_list"] == [{"name": "a", "type": "mesh"}]
    query = '{ hedgehog_other_resource_list(filters: {kind: {exact: "Novelty"}}) { name plural } }'
    assert data(root, query)["hedgehog_other_resource_list"] == [{"name": "c", "plural": "novelties"}]


def test_a_fabric_has_facts_and_no_credential():
    fabric("here", description="lab")
    fields = "name description credential_kind credential_set connection { value label at detail } sentence"
    answer = ask(admin(), f"{{ hedgehog_fabric_list {{ {fields} freshness {{ value }} drift {{ value }} }} }}")
    (shown,) = answer["data"]["hedgehog_fabric_list"]
    assert (shown["connection"]["value"], shown["freshness"]["value"]) == ("never tried", "unknown")
    for leak in (*encoded(SECRET), "gAAAAA"):
        assert leak not in json.dumps(answer)
    text = schema.as_str()
    assert "credential_data" not in text
    assert not {"kubeconfig", "token", "certificate"} & _fields(text, "type HedgehogFabric ")


def _fields(text, start):
    body = text[text.index(start) :].partition("}")[0]
    return {line.strip().partition(":")[0].partition("(")[0] for line in body.splitlines()[1:]}


def test_facts_of_many_fabrics_cost_no_more_queries():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            data(
                caller,
                "{ hedgehog_fabric_list { name connection { label } sentence conditions { type } watcher { lag } } }",
            )
        return len(captured)

    caller = admin()
    fabric("first")
    queries()
    few = queries()
    for number in range(5):
        fabric(f"more-{number}")
    assert queries() == few


WATCHER = "state process heartbeat lag streams streams_wanted events written last_event error_code error_message"


def test_a_fabric_has_its_conditions_and_its_watcher_as_in_rest():
    lab, other, root = fabric("lab"), fabric("other"), admin()
    run(lab, state="failed", error_code="timed_out", error_message="no answer")
    evaluate([lab])
    watched(lab, "partial", streams=21, events=2**40)
    fields = f"conditions {{ type status reason message changed_at }} watcher {{ {WATCHER} }}"
    shown = data(root, f"{{ hedgehog_fabric_list {{ name {fields} }} }}")["hedgehog_fabric_list"]
    served = {each["name"]: each for each in root.get(f"{BASE}/fabrics/").json()["results"]}
    for each in shown:
        rest = served[each["name"]]
        assert _moments(each["conditions"]) == _moments(rest["conditions"])
        assert _moments([each["watcher"]]) == _moments([rest["watcher"]])
    mine, none = shown
    true = [each["type"] for each in mine["conditions"] if each["status"]]
    assert true == ["SyncFailed", "Unreachable"]
    assert (mine["watcher"]["state"], mine["watcher"]["lag"], mine["watcher"]["events"]) == ("partial", 0.24, 2**40)
    assert (none["name"], none["conditions"], none["watcher"]) == (other.name, [], None)


def _moments(rows):
    """ROWS with their times as such: GraphQL and REST write UTC differently."""
    times = ("changed_at", "heartbeat", "last_event")
    return [
        row and {name: datetime.fromisoformat(value) if name in times else value for name, value in row.items()}
        for row in rows
    ]


def test_runs_with_their_issues_and_changes():
    done = run(fabric(), state="partial", requested_by=user(), error_code="forbidden", counts={"VPC": {"listed": 1}})
    RunIssue.objects.create(run=done, kind="VPC", code="forbidden", message="m", hint="h")
    ResourceChange.objects.create(
        run=done,
        fabric=done.fabric,
        kind="VPC",
        namespace="default",
        name="v",
        action="updated",
        fields=[{"path": "a"}],
        object_id=1,
    )
    root = admin()
    query = """{ hedgehog_sync_run_list(filters: {state: {exact: "partial"}}) {
        state trigger error_code counts fabric { name } requested_by { username }
        issues { code message hint } changes { name action fields object_id } } }"""
    (shown,) = data(root, query)["hedgehog_sync_run_list"]
    assert shown["requested_by"] == {"username": "ann"}
    assert shown["issues"] == [{"code": "forbidden", "message": "m", "hint": "h"}]
    assert shown["changes"] == [{"name": "v", "action": "updated", "fields": ["a"], "object_id": 1}]
    for rows in ("issue", "change"):
        query = f'{{ hedgehog_run_{rows}_list(filters: {{kind: {{exact: "VPC"}}}}) {{ kind run {{ state }} }} }}'
        assert data(root, query)[f"hedgehog_run_{rows}_list"] == [{"kind": "VPC", "run": {"state": "partial"}}]


def test_rows_of_a_run_are_seen_by_whoever_may_see_the_run():
    mine, other, ann = run(fabric("mine")), run(fabric("other")), user()
    for each in (mine, other):
        RunIssue.objects.create(run=each, kind="VPC", name=each.fabric.name, code="x")
        ResourceChange.objects.create(
            run=each, fabric=each.fabric, kind="VPC", name=each.fabric.name, namespace="", action="created"
        )
    ResourceChange.objects.create(fabric=mine.fabric, kind="VPC", name="by-watcher", namespace="", action="created")
    grant(ann, ["view"], SyncRun, constraints={"fabric__name": "mine"})
    grant(ann, ["view"], VPC)
    caller = client(ann)
    for rows in ("issue", "change"):
        found = data(caller, f"{{ hedgehog_run_{rows}_list {{ name }} }}")[f"hedgehog_run_{rows}_list"]
        assert found == [{"name": "mine"}]


def test_fabrics_are_restricted():
    fabric("mine"), fabric("other")
    ann = user()
    grant(ann, ["view"], Fabric, constraints={"name": "mine"})
    assert data(client(ann), "{ hedgehog_fabric_list { name } }")["hedgehog_fabric_list"] == [{"name": "mine"}]


def test_netbox_finds_the_types_by_model():
    from utilities.api import get_graphql_type_for_model

    for model in (*KINDS, Fabric, SyncRun):
        assert get_graphql_type_for_model(model)


@pytest.mark.parametrize("model", [VPC, Switch], ids=lambda model: model.__name__)
def test_a_longer_list_costs_no_more_queries(model):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            data(caller, f"{{ {name_of(model)}_list {{ name live fabric {{ name }} tags {{ name }} }} }}")
        return len(captured)

    lab, caller = fabric(), admin()
    thing(model, lab)
    queries()
    few = queries()
    for number in range(20):
        thing(model, lab, f"more-{number}")
    assert queries() == few
