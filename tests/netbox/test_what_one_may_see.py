"""What a reader with few rights finds, over every face: never a name, a kind or a number that is not his to know.

Everything that he may not see has a mark in it. The same walk as a superuser shows that the marks are there to find.
"""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from netbox_hedgehog.models import (
    VPC,
    Agent,
    ConditionChoices,
    ConnectionTest,
    Fabric,
    FabricCondition,
    KindObservation,
    OtherResource,
    ResourceChange,
    RunIssue,
    Switch,
    SyncRun,
    Watcher,
)
from tests.builders import fabric, grant, run, thing, user
from tests.netbox.api.given import BASE, client
from tests.netbox.graphql.test_queries import data
from tests.netbox.held import hold_of
from tests.netbox.views.given import browser

pytestmark = pytest.mark.django_db

MARKS = re.compile(r"hidden[a-z]+|8675309", re.IGNORECASE)
NUMBER = 8675309
MESSAGE = "Hiddenkind: hiddenswitch and 8675309 others"


@pytest.fixture
def lab():
    """A fabric of which ann may see the VPCs that begin with "seen", and which tells of much else."""
    lab = fabric("lab")
    now = timezone.now()
    objects = [thing(VPC, lab, name) for name in ("seen-1", "hiddenvpc")]
    objects += [thing(Switch, lab, "hiddenswitch"), thing(OtherResource, lab, "hiddenother", kind="Hiddenkind")]
    old = (now - timedelta(hours=1)).isoformat()
    thing(Agent, lab, "hiddenagent", generation=1, status={"lastHeartbeat": old, "lastAppliedGen": 1})
    numbers = {"listed": NUMBER, "created": NUMBER, "complete": True}
    counts = dict.fromkeys(("Hiddenkind", "Switch", "VPC"), numbers)
    progress = {"phase": "gather", "kind": "Hiddenkind", "kinds_total": 3, "kinds_done": 1, "percent": 40}
    told = {"error_message": MESSAGE, "error_hint": MESSAGE, "counts": counts, "progress": progress}
    numbered = {**progress, "listed": NUMBER, "compared": NUMBER, "written": NUMBER}
    told_one = {"state": "failed", "error_code": "not_found", **told, "progress": numbered}
    one = {"namespace": "default", "name": "hiddenvpc"}
    blocked = run(lab, state="blocked", error_code="shrink_guard", held=hold_of(lab, *objects[1:]), **told)
    done = [
        run(lab, state="partial", error_code="forbidden", **told),
        run(lab, state="failed", error_code="internal", **told),
        run(lab, scope={"kind": "VPC", **one}, **told_one),
        run(lab, scope={"kind": "Hiddenkind"}, **told_one),
        blocked,
    ]
    run(lab, state="running", started=now, lease_until=now, scope={"kind": "Hiddenkind"}, progress=numbered)
    run(lab, scope={"kind": "VPC", **one})
    for each in done:
        for row in objects:
            values = {"run": each, "kind": row.kind, "namespace": row.namespace, "name": row.name}
            changed = {"object_id": row.pk, "action": "updated", "fields": [{"path": "spec.x"}]}
            ResourceChange.objects.create(**values, **changed, fabric=each.fabric)
            RunIssue.objects.create(**values, api_group=row.api_group, code="malformed", message=f"{row.name} is odd")
    values = {"fabric": lab, "looked_at": now}
    KindObservation.objects.create(**values, api_group="agent.githedgehog.com", kind="Agent", complete_at=now)
    for kind in ("Hiddenkind", "Switch"):
        group = "new.githedgehog.com"
        KindObservation.objects.create(
            **values, api_group=group, kind=kind, error_code="forbidden", error_message=MESSAGE
        )
    for condition in (ConditionChoices.BLOCKED, ConditionChoices.SYNC_FAILED):
        FabricCondition.objects.create(
            fabric=lab, type=condition, status=True, reason="shrink_guard", message=MESSAGE, changed_at=now
        )
    Watcher.objects.create(
        fabric=lab, holder="w", lease_until=now + timedelta(hours=1), heartbeat=now, state="partial", contact=now,
        error_at=now, error_code="forbidden", error_message=MESSAGE,
    )  # fmt: skip
    steps = [{"name": "list", "ok": False, "detail": MESSAGE, "seconds": 1.0}]
    tested = {"ok": False, "error_code": "forbidden", "error_message": MESSAGE, "steps": steps}
    ConnectionTest.objects.create(fabric=lab, finished=now - timedelta(hours=2), **tested)
    return lab


@pytest.fixture
def ann():
    made = user()
    grant(made, ["view", "sync"], Fabric)
    grant(made, ["view"], SyncRun)
    grant(made, ["view"], VPC, constraints={"name__startswith": "seen"})
    return made


def rest_addresses(lab):
    """Every readable address of the plugin's REST API that has something to tell of LAB."""
    runs = [f"runs/{key}/" for key in SyncRun.objects.values_list("pk", flat=True)]
    nested = [f"{each}{rows}/" for each in runs for rows in ("changes", "issues", "held")]
    lists = ["fabrics/", "runs/", "resources/", "vpcs/", "switches/", "agents/", "other-resources/", "connections/"]
    searches = ["runs/?ordering=counts", "runs/?error_code=forbidden"]
    return [f"{BASE}/{each}" for each in (*lists, f"fabrics/{lab.pk}/", *runs, *nested, *searches)]


def pages(lab):
    """Every page and fragment that tells of LAB, its runs, and the one VPC that ann may see."""
    name = "plugins:netbox_hedgehog"
    vpc = VPC.objects.get(name="seen-1")
    keys = list(SyncRun.objects.values_list("pk", flat=True))
    of_fabric = ("fabric", "fabric_live", "fabric_resources", "fabric_runs", "fabric_changelog", "fabric_journal")
    runs = reverse(f"{name}:syncrun_list")
    return [
        *(reverse(f"{name}:{each}", args=[lab.pk]) for each in of_fabric),
        *(reverse(f"{name}:{each}", args=[key]) for each in ("syncrun", "syncrun_live") for key in keys),
        reverse(f"{name}:fabric_list"),
        reverse(f"{name}:vpc_list"),
        reverse(f"{name}:vpc", args=[vpc.pk]),
        reverse(f"{name}:vpc_syncs", args=[vpc.pk]) + "?" + "&".join(f"run={key}" for key in keys),
        *(f"{address}?export=table" for address in (runs, reverse(f"{name}:fabric_list"))),
        runs,
        f"{runs}?export",
    ]


def found(answer, address):
    assert answer.status_code in (200, 403, 404), (address, answer.status_code)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return set(MARKS.findall(body.decode())) if answer.status_code == 200 else set()


def test_rest_tells_nobody_more_than_his_rights(lab, ann):
    root, limited = client(user("root", superuser=True)), client(ann)
    addresses = rest_addresses(lab)
    told = {address for address in addresses if found(root.get(address), address)}
    assert len(told) > 25  # so there is something to hide
    leaks = {address: marks for address in addresses if (marks := found(limited.get(address), address))}
    assert not leaks


def test_pages_and_exports_tell_nobody_more_than_his_rights(lab, ann):
    root, limited = browser(user("root", superuser=True)), browser(ann)
    addresses = pages(lab)
    told = {address for address in addresses if found(root.get(address), address)}
    assert len(told) > 15
    leaks = {address: marks for address in addresses if (marks := found(limited.get(address), address))}
    assert not leaks


@pytest.mark.parametrize("query", ["q=hiddenswitch", "kind=Hiddenkind", "q=8675309"])
def test_a_filter_does_not_find_what_it_may_not_show(lab, ann, query):
    assert client(user("root", superuser=True)).get(f"{BASE}/runs/?{query}").json()["count"]
    assert client(ann).get(f"{BASE}/runs/?{query}").json()["count"] == 0


QUERY = """{
  hedgehog_fabric_list { name sentence connection { value label detail } health { value detail } freshness { detail }
    schedule { value detail }
    conditions { type reason message } watcher { state error_code error_message } }
  hedgehog_sync_run_list { state scope progress counts error_code error_message error_hint
    held { count } issues { kind name message } changes { kind name fields } }
  hedgehog_run_issue_list { kind name message hint }
  hedgehog_run_change_list { kind name fields }
  hedgehog_vpc_list { name } hedgehog_switch_list { name } hedgehog_agent_list { name }
  hedgehog_other_resource_list { name kind }
}"""


def test_graphql_tells_nobody_more_than_his_rights(lab, ann):
    assert {"Hiddenkind", "hiddenagent"} <= set(MARKS.findall(json.dumps(data(client(user("r", True)), QUERY))))
    assert MARKS.findall(json.dumps(data(client(ann), QUERY))) == []


def test_the_graphql_query_above_asks_for_every_field_that_could_tell():
    from netbox.graphql.schema import schema

    for name in ("HedgehogSyncRun", "HedgehogFabric", "HedgehogRunIssue", "HedgehogRunChange"):
        fields = {field.name for field in schema.get_type_by_name(name).fields}
        plain = {
            "id", "display", "class_type", "fabric", "run", "name", "description", "comments", "operation", "trigger",
            "requester", "requests", "created", "started", "finished", "worker", "requested_by", "let_through",
            "namespace", "api_group", "code", "action", "object_id", "api_url", "ca_certificate", "credential_kind",
            "credential_file", "credential_set", "encrypted", "namespaces", "mode", "suspended", "watch",
            "sync_interval",
            "shrink_percent", "shrink_count", "kind_guards", "removal_runs", "removal_hours", "last_updated", "site",
            "tenant", "drift", "owner", "tags", "custom_fields", "journal_entries", "changelog", "contacts",
        }  # fmt: skip
        unasked = {field for field in fields - plain if not re.search(rf"\b{field}\b", QUERY)}
        assert not unasked, (name, unasked)


def test_what_may_be_seen_of_a_run_is_shown(lab, ann):
    """Not silence: who looks learns that there is more, and everything about what is his."""
    grant(ann, ["view"], Switch)
    mine = run(lab, state="succeeded", scope={"kind": "VPC", "namespace": "default", "name": "seen-1"}, counts={})
    whole = run(lab, state="succeeded", counts={"Switch": {"listed": 3}, "VPC": {"listed": 4}})
    lost = run(lab, state="failed", error_code="timed_out", error_message="no answer", error_hint="See the route.")
    limited = client(ann)
    assert limited.get(f"{BASE}/runs/{mine.pk}/").json()["scope"] == mine.scope
    assert limited.get(f"{BASE}/runs/{whole.pk}/").json()["counts"] == {"Switch": {"listed": 3}}
    assert limited.get(f"{BASE}/runs/{lost.pk}/").json()["error"]["message"] == "no answer"
    hidden = SyncRun.objects.get(state="failed", scope__kind="Hiddenkind")
    shown = limited.get(f"{BASE}/runs/{hidden.pk}/").json()
    assert (shown["scope"], shown["error"]["message"]) == (
        {"restricted": True},
        "It speaks of kinds or objects that you may not all see.",
    )
    page = browser(ann).get(hidden.get_absolute_url()).content.decode()
    assert "a part of the fabric that you may not see" in page


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "VPC", "name": "hiddenvpc"},
        {"kind": "VPC", "name": "hidden-and-not-there"},
        {"kind": "Switch", "name": "hiddenswitch"},
        {"kind": "Switch"},
        {"kind": "Hiddenkind"},
        {"kind": "Nokindatall"},
    ],
)
def test_a_sync_of_what_one_may_not_see_is_answered_like_one_of_what_is_not_there(lab, ann, body):
    SyncRun.objects.all().delete()
    answer = client(ann).post(f"{BASE}/fabrics/{lab.pk}/sync/", body, format="json")
    field = "name" if body["kind"] == "VPC" else "kind"
    words = {
        "name": f"There is no VPC default/{body.get('name')} that you may see.",
        "kind": f"There is no kind {body['kind']}. Kinds: VPC.",
    }
    assert (answer.status_code, answer.json()) == (400, {field: [words[field]]})
    assert not SyncRun.objects.exists()


def test_an_object_that_one_may_see_can_be_synced_by_name(lab, ann):
    SyncRun.objects.all().delete()
    answer = client(ann).post(f"{BASE}/fabrics/{lab.pk}/sync/", {"kind": "VPC", "name": "seen-1"}, format="json")
    assert answer.status_code == 202
    assert SyncRun.objects.get().scope == {"kind": "VPC", "namespace": "default", "name": "seen-1"}


def test_rights_over_a_page_of_runs_cost_one_query(lab, ann, django_assert_max_num_queries):
    limited = client(ann)
    for number in range(30):
        run(lab, state="succeeded", scope={"kind": "VPC", "namespace": "default", "name": f"vpc-{number}"})
    limited.get(f"{BASE}/runs/?limit=100")
    with django_assert_max_num_queries(12):
        limited.get(f"{BASE}/runs/?limit=100")
