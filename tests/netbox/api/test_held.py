"""What a guard has held, over REST: shown with the run, listed, and let through."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from netbox_hedgehog.models import VPC, Hold, SyncRun
from tests.builders import fabric, grant, run, user
from tests.netbox.api.given import BASE, admin, client
from tests.netbox.held import approve, hold, newer

pytestmark = pytest.mark.django_db

URL = f"{BASE}/runs/"


def override(caller, of, **body):
    return caller.post(f"{URL}{of.pk}/override/", body, format="json")


def test_a_run_shows_what_it_held_and_who_let_it_through():
    blocked, root = hold(fabric()), admin()
    shown = root.get(f"{URL}{blocked.pk}/").json()
    assert shown["held"] == {
        "id": blocked.held_id,
        "count": 4,
        "created": shown["held"]["created"],
        "approved_at": None,
        "approver": "",
        "approved_by": None,
        "reason": "",
        "closed_at": None,
    }
    assert shown["let_through"] is None
    approve(blocked.held, approved_by=user("bob"))
    went = newer(blocked, let_through=blocked.held)
    told = root.get(f"{URL}{went.pk}/").json()
    assert (told["held"], told["let_through"]["id"], told["let_through"]["reason"]) == (None, blocked.held_id, "Rack 7")
    assert told["let_through"]["approved_by"]["username"] == "bob"
    assert told["let_through"]["closed_at"]


def test_many_runs_with_what_they_held_cost_no_more_queries():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert caller.get(URL, {"limit": 1000}).status_code == 200
        return len(captured)

    caller, bob = admin(), user("bob")
    for number in range(8):
        blocked = hold(fabric(f"lab-{number}"))
        approve(blocked.held, approved_by=bob)
        newer(blocked, let_through=blocked.held)
        if number == 0:
            caller.get(URL)
            few = queries()
    assert queries() == few


def test_held_objects_are_pages_of_what_one_may_see():
    blocked, other = hold(fabric("mine")), run(fabric("other"), state="succeeded")
    root = admin()
    page = root.get(f"{URL}{blocked.pk}/held/", {"limit": 3}).json()
    assert (page["count"], len(page["results"]), bool(page["next"])) == (4, 3, True)
    server = page["results"][0]
    assert {name: server[name] for name in ("kind", "namespace", "name", "uid", "code")} == {
        "kind": "Server",
        "namespace": "default",
        "name": "server-0",
        "uid": "s0",
        "code": "shrink_guard",
    }
    assert root.get(f"{URL}{other.pk}/held/").json()["count"] == 0
    ann = user()
    grant(ann, ["view"], SyncRun, constraints={"fabric__name": "mine"})
    grant(ann, ["view"], VPC, constraints={"name": "vpc-1"})
    caller = client(ann)
    (seen,) = caller.get(f"{URL}{blocked.pk}/held/").json()["results"]
    assert (seen["name"], seen["object_id"]) == ("vpc-1", VPC.objects.get(name="vpc-1").pk)
    assert caller.get(f"{URL}{other.pk}/held/").status_code == 404


def test_letting_through_answers_with_the_run_that_does_it():
    blocked, root = hold(fabric()), admin()
    answer = override(root, blocked, reason=" Rack 7 ")
    assert answer.status_code == 202
    assert (answer.json()["trigger"], answer.json()["requested_by"]["username"]) == ("override", "root")
    kept = Hold.objects.get()
    assert (kept.reason, kept.approver) == ("Rack 7", "root")
    again = override(root, blocked, reason="me too")
    assert again.status_code == 409
    assert "root has let it through already" in again.json()["detail"]


def test_a_reason_is_needed():
    blocked, root = hold(fabric()), admin()
    for body in ({}, {"reason": ""}, {"reason": "  "}, {"reason": None}):
        answer = override(root, blocked, **body)
        assert (answer.status_code, list(answer.json())) == (400, ["reason"])
    assert not Hold.objects.filter(approved_at__isnull=False).exists()


def test_what_is_held_no_more_is_a_conflict():
    blocked, root = hold(fabric()), admin()
    after = newer(blocked)
    assert "newer sync" in override(root, blocked, reason="r").json()["detail"]
    assert override(root, after, reason="r").status_code == 409
    assert SyncRun.objects.count() == 2


def test_letting_through_needs_its_own_permission_on_the_run():
    mine, seen, hidden = (hold(fabric(name)) for name in ("mine", "seen", "hidden"))
    ann, visible = user(), {"fabric__name__in": ["mine", "seen"]}
    grant(ann, ["view", "add", "change", "delete", "cancel"], SyncRun, constraints=visible)
    assert override(client(ann), mine, reason="r").status_code == 403
    grant(ann, ["override"], SyncRun, constraints={"fabric__name": "mine"})
    caller = client(ann)
    assert override(caller, hidden, reason="r").status_code == 404
    assert override(caller, seen, reason="r").status_code == 403
    assert override(client(ann, write=False), mine, reason="r").status_code == 403
    assert override(caller, mine, reason="r").status_code == 202
    assert [held.fabric.name for held in Hold.objects.filter(approved_at__isnull=False)] == ["mine"]
