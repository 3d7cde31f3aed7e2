"""Sync, test-connection and cancel: what they answer, and who may."""

import pytest

from netbox_hedgehog.models import ConnectionTest, Fabric, RunTriggerChoices, SyncRun
from netbox_hedgehog.sync.request.request import request_sync
from tests.builders import fabric, grant, run, user
from tests.netbox.api.given import BASE, admin, client

pytestmark = pytest.mark.django_db

NO_WORKER = "start one with: netbox rqworker netbox_hedgehog.hedgehog_sync"


def press(caller, of, action="sync"):
    return caller.post(f"{BASE}/fabrics/{of.pk}/{action}/", {}, format="json")


@pytest.mark.django_db(transaction=True)
def test_a_request_makes_a_run_and_the_next_joins_it():
    lab, root = fabric(), admin()
    first, second = press(root, lab), press(root, lab)
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["id"] == second.json()["id"]
    shown = second.json()
    assert (shown["state"], shown["trigger"], shown["requests"]) == ("queued", "api", 2)
    assert shown["requested_by"]["username"] == "root"
    assert shown["job"]["url"].endswith(f"/api/core/jobs/{SyncRun.objects.get().job_id}/")
    assert shown["waiting"].endswith(NO_WORKER)


def test_a_request_while_a_run_is_running_makes_one_more():
    lab = fabric()
    running = run(lab, state="running")
    answer = press(admin(), lab)
    assert answer.status_code == 202
    assert answer.json()["id"] != running.pk


def test_sync_needs_the_sync_permission_and_no_other():
    lab, ann, bob = fabric(), user("ann"), user("bob")
    grant(ann, ["view", "add", "change", "delete", "test"], Fabric)
    assert press(client(ann), lab).status_code == 403
    grant(bob, ["sync"], Fabric)
    assert press(client(bob), lab).status_code == 202
    assert press(client(bob, write=False), lab).status_code == 403
    assert SyncRun.objects.get().requests == 1


def test_a_constrained_permission_covers_its_fabrics_only():
    mine, seen, hidden, ann = fabric("mine"), fabric("seen"), fabric("hidden"), user()
    grant(ann, ["sync", "test"], Fabric, constraints={"name": "mine"})
    grant(ann, ["view"], Fabric, constraints={"name__in": ["mine", "seen"]})
    caller = client(ann)
    for action in ("sync", "test-connection"):
        assert press(caller, mine, action).status_code == 202
        assert press(caller, seen, action).status_code == 403
        assert press(caller, hidden, action).status_code == 404
    assert set(SyncRun.objects.values_list("fabric", flat=True)) == {mine.pk}
    assert set(ConnectionTest.objects.values_list("fabric", flat=True)) == {mine.pk}


def test_who_may_not_see_runs_is_told_the_run_briefly():
    ann = user()
    grant(ann, ["sync"], Fabric)
    assert press(client(ann), fabric()).json().keys() == {"id", "url", "display", "state", "created"}


def test_nobody_syncs_without_a_token():
    from rest_framework.test import APIClient

    assert press(APIClient(), fabric()).status_code == 403
    assert not SyncRun.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_connection_test_is_queued_and_its_newest_result_told():
    lab, root = fabric(), admin()
    url = f"{BASE}/fabrics/{lab.pk}/test-connection/"
    assert root.get(url).status_code == 404
    asked = press(root, lab, "test-connection")
    assert asked.status_code == 202
    assert asked.json()["ok"] is None
    assert asked.json()["waiting"].endswith(NO_WORKER)
    assert asked.json()["job"]["id"]
    step = {"name": "connect", "ok": False, "detail": "refused", "seconds": 0.1}
    from django.utils import timezone

    ConnectionTest.objects.update(
        ok=False, finished=timezone.now(), steps=[step], error_code="timed_out", error_message="m", error_hint="h"
    )
    told = root.get(url).json()
    assert told["id"] == asked.json()["id"]
    assert (told["ok"], told["steps"], told["waiting"]) == (False, [step], "")
    assert told["error"] == {"code": "timed_out", "message": "m", "hint": "h"}


def test_a_connection_test_needs_the_test_permission():
    lab, ann = fabric(), user()
    grant(ann, ["view", "add", "change", "sync"], Fabric)
    caller = client(ann)
    assert press(caller, lab, "test-connection").status_code == 403
    assert caller.get(f"{BASE}/fabrics/{lab.pk}/test-connection/").status_code == 403
    grant(ann, ["test"], Fabric)
    assert press(client(ann), lab, "test-connection").status_code == 202
    assert press(client(ann, write=False), lab, "test-connection").status_code == 403


def cancel(caller, of):
    return caller.post(f"{BASE}/runs/{of.pk}/cancel/", {}, format="json")


def test_a_queued_run_is_cancelled_and_an_ended_one_says_so():
    root = admin()
    queued = request_sync(fabric(), RunTriggerChoices.API).run
    done = cancel(root, queued)
    assert (done.status_code, done.json()["state"]) == (202, "cancelled")
    again = cancel(root, queued)
    assert again.status_code == 409
    assert "ended already: cancelled" in again.json()["detail"]


def test_a_running_run_is_asked_to_stop():
    running = run(fabric(), state="running")
    assert cancel(admin(), running).status_code == 202
    running.refresh_from_db()
    assert running.cancel_requested


def test_cancel_needs_its_own_permission_on_the_run():
    mine, other, ann = run(fabric("mine")), run(fabric("other")), user()
    grant(ann, ["view", "add", "change", "delete"], SyncRun)
    assert cancel(client(ann), mine).status_code == 403
    grant(ann, ["cancel"], SyncRun, constraints={"fabric__name": "mine"})
    caller = client(ann)
    assert cancel(caller, other).status_code == 403
    assert cancel(client(ann, write=False), mine).status_code == 403
    assert cancel(caller, mine).status_code == 202
    other.refresh_from_db()
    assert other.state == "queued"
