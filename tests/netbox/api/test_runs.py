"""Sync runs over REST: read-only, with what they changed and what went wrong."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from netbox_hedgehog.models import VPC, ResourceChange, RunIssue, SyncRun
from tests.builders import fabric, grant, run, thing, user
from tests.netbox.api.given import BASE, admin, client

pytestmark = pytest.mark.django_db

URL = f"{BASE}/runs/"
NAMED = {
    "fabric",
    "state",
    "trigger",
    "requested_by",
    "scope",
    "created",
    "started",
    "finished",
    "progress",
    "counts",
    "error",
    "held",
    "let_through",
    "worker",
    "waiting",
    "requests",
    "job",
}


def test_a_run_shows_what_it_did():
    counts = {"VPC": {"listed": 3, "created": 1}}
    done = run(fabric(), state="succeeded", counts=counts, progress={"percent": 100}, worker="w", requester="ops")
    root = admin()
    shown = root.get(f"{URL}{done.pk}/").json()
    assert shown.keys() >= NAMED | {"id", "url", "display"}
    assert (shown["state"], shown["trigger"], shown["counts"], shown["worker"]) == ("succeeded", "api", counts, "w")
    assert (shown["error"], shown["requested_by"], shown["requester"], shown["waiting"]) == (None, None, "ops", "")
    assert root.get(URL, {"fabric_id": done.fabric_id, "limit": 1000}).json()["results"] == [shown]


def test_a_failed_run_shows_code_message_and_hint():
    failed = run(fabric(), state="failed", error_code="timed_out", error_message="no answer", error_hint="look")
    assert admin().get(f"{URL}{failed.pk}/").json()["error"] == {
        "code": "timed_out",
        "message": "no answer",
        "hint": "look",
    }


def test_a_queued_run_behind_a_running_one_says_what_it_waits_for(monkeypatch):
    from netbox_hedgehog.api.serializers import run as module
    from netbox_hedgehog.sync.queue.workers import QueueState

    monkeypatch.setattr(module, "queue_state", lambda: QueueState(("w",), True, ""))
    lab = fabric()
    running, queued = run(lab, state="running"), run(lab)
    shown = {each["id"]: each["waiting"] for each in admin().get(URL).json()["results"]}
    assert shown == {running.pk: "", queued.pk: f"Waits for run #{running.pk} to end"}


def test_runs_are_read_only():
    done, root = run(fabric(), state="succeeded"), admin()
    for method in (root.put, root.patch, root.delete):
        assert method(f"{URL}{done.pk}/", {"state": "queued"}, format="json").status_code == 405
    assert root.post(URL, {}, format="json").status_code == 405


def test_permissions_decide_over_runs_and_their_rows():
    mine, other, ann = run(fabric("mine")), run(fabric("other")), user()
    assert client(ann).get(URL).status_code == 403
    grant(ann, ["view"], SyncRun, constraints={"fabric__name": "mine"})
    caller = client(ann)
    assert [each["id"] for each in caller.get(URL).json()["results"]] == [mine.pk]
    for rows in ("changes", "issues"):
        assert caller.get(f"{URL}{mine.pk}/{rows}/").status_code == 200
        assert caller.get(f"{URL}{other.pk}/{rows}/").status_code == 404


def test_rows_of_a_run_are_those_about_objects_that_one_may_see():
    lab, ann = fabric(), user()
    done = run(lab, state="partial")
    for name in ("mine", "other"):
        row = thing(VPC, lab, name)
        ResourceChange.objects.create(
            run=done,
            fabric=done.fabric,
            kind="VPC",
            namespace=row.namespace,
            name=name,
            object_id=row.pk,
            action="updated",
        )
        RunIssue.objects.create(run=done, kind="VPC", namespace=row.namespace, name=name, code="invalid")
    ResourceChange.objects.create(
        run=done, fabric=done.fabric, kind="Switch", namespace="default", name="leaf", object_id=1, action="updated"
    )
    RunIssue.objects.create(run=done, kind="Switch", code="forbidden")
    RunIssue.objects.create(run=done, code="shrink_guard")
    grant(ann, ["view"], SyncRun)
    grant(ann, ["view"], VPC, constraints={"name": "mine"})
    caller = client(ann)

    def shown(rows):
        return [(each["kind"], each["name"]) for each in caller.get(f"{URL}{done.pk}/{rows}/").json()["results"]]

    assert shown("changes") == [("VPC", "mine")]
    assert shown("issues") == [("VPC", "mine"), ("", "")]
    query = "{ hedgehog_sync_run_list { changes { name } issues { name code } } }"
    answer = caller.post("/graphql/", {"query": query}, format="json").json()["data"]["hedgehog_sync_run_list"]
    assert answer == [
        {
            "changes": [{"name": "mine"}],
            "issues": [{"name": "mine", "code": "invalid"}, {"name": "", "code": "shrink_guard"}],
        }
    ]


def test_changes_and_issues_are_pages_of_this_run_with_filters():
    mine, other = run(fabric("mine")), run(fabric("other"))
    key = {"kind": "VPC", "namespace": "default"}
    for number in range(3):
        ResourceChange.objects.create(
            run=mine, fabric=mine.fabric, **key, name=f"vpc-{number}", action="updated", fields=[{"path": "spec.mode"}]
        )
        RunIssue.objects.create(run=mine, **key, name=f"vpc-{number}", code="invalid", message="m", hint="h")
    ResourceChange.objects.create(run=other, fabric=other.fabric, **key, name="vpc-1", action="created")
    RunIssue.objects.create(run=other, **key, name="vpc-1", code="invalid")
    root = admin()
    for rows, own in (("changes", {"action": "updated"}), ("issues", {"code": "invalid", "message": "m", "hint": "h"})):
        url = f"{URL}{mine.pk}/{rows}/"
        page = root.get(url, {"limit": 2}).json()
        assert (page["count"], len(page["results"]), bool(page["next"])) == (3, 2, True)
        (one,) = root.get(url, {"name": "vpc-1"}).json()["results"]
        assert {name: one[name] for name in own} == own
        assert root.get(url, {"kind": "Switch"}).json()["count"] == 0
    assert root.get(f"{URL}{mine.pk}/changes/").json()["results"][0]["fields_changed"] == ["spec.mode"]


def test_more_runs_cost_no_more_queries():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            caller.get(URL, {"limit": 1000})
        return len(captured)

    lab, caller, ann = fabric(), admin(), user()
    run(lab, state="succeeded", requested_by=ann)
    caller.get(URL)
    few = queries()
    for _ in range(20):
        run(lab, state="failed", requested_by=ann)
    assert queries() == few
    assert few <= 10
