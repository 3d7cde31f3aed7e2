"""Sync, hard sync, and the sync of one object from its page."""

import pytest
from django.utils import timezone

from netbox_hedgehog.models import VPC, Fabric, OtherResource, SyncRun
from tests.builders import fabric, grant, run, thing, user
from tests.netbox.views.given import HTMX, address, browser, root, text

pytestmark = pytest.mark.django_db


def test_the_fabrics_button_has_a_menu_whose_every_choice_is_a_post():
    lab = fabric()
    admin = root()
    body = admin.get(address(lab)).content.decode()
    assert 'data-bs-toggle="dropdown"' in body
    assert "Hard sync (compare everything anew)" in body
    assert "<noscript>" in body
    admin.post(address(lab, "sync"), {"hard": "on"})
    assert SyncRun.objects.get().scope == {"hard": True}
    SyncRun.objects.update(state="cancelled", finished=timezone.now())
    admin.post(address(lab, "sync"))
    assert SyncRun.objects.get(state="queued").scope == {}


def test_an_objects_button_reads_that_object_alone():
    one = thing(VPC, fabric(), "vpc-1", namespace="far")
    admin = root()
    assert f'action="{address(one, "sync")}"' in admin.get(address(one)).content.decode()
    answer = admin.post(address(one, "sync"), follow=True)
    made = SyncRun.objects.get()
    scope = {"group": "vpc.githedgehog.com", "kind": "VPC", "namespace": "far", "name": "vpc-1"}
    assert (made.scope, made.trigger, made.requester) == (scope, "button", "root")
    said = text(answer)
    assert f"Sync #{made.pk} (VPC far/vpc-1) Queued" in said
    assert f'href="{address(made)}"' in answer.content.decode()
    SyncRun.objects.update(state="cancelled", finished=timezone.now())
    assert f'data-run="{made.pk}"' not in admin.get(address(one)).content.decode()


def test_an_objects_page_follows_the_run_and_says_when_it_has_ended():
    one = thing(VPC, fabric(), "vpc-1")
    made = run(one.fabric, state="queued", scope={"kind": "VPC", "namespace": "default", "name": "vpc-1"})
    other = run(fabric("other"), state="running", started=timezone.now())
    admin = root()
    poll = f"{address(one, 'syncs')}?run={made.pk}&amp;"
    assert f'hx-get="{poll}"' in admin.get(address(one)).content.decode()
    shown = admin.get(address(one, "syncs"), {"run": [made.pk, other.pk, "x"]}, **HTMX)
    assert "Queued" in text(shown)
    assert f'hx-get="{poll}"' in shown.content.decode()
    SyncRun.objects.filter(pk=made.pk).update(state="cancelled", finished=timezone.now())
    ended = admin.get(address(one, "syncs"), {"run": [made.pk]}, **HTMX)
    assert "Cancelled It has ended. Load this page anew" in text(ended)
    assert "hx-get" not in ended.content.decode()
    ann = user()
    grant(ann, ["view"], VPC)
    assert "Cancelled" not in text(browser(ann).get(address(one, "syncs"), {"run": [made.pk]}, **HTMX))
    bob = user("bob")
    assert browser(bob).get(address(one, "syncs"), **HTMX)["HX-Refresh"] == "true"


def test_an_object_of_an_unknown_kind_has_the_button_too():
    one = thing(OtherResource, fabric(), "n-1")
    admin = root()
    assert f'action="{address(one, "sync")}"' in admin.get(address(one)).content.decode()
    admin.post(address(one, "sync"))
    assert SyncRun.objects.get().scope["kind"] == "Novelty"


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ({}, True),
        ({"hard": True}, True),
        ({"kind": "VPC"}, True),
        ({"kind": "VPC", "namespace": "default", "name": "vpc-1"}, True),
        ({"kind": "VPC", "namespace": "default", "name": "vpc-2"}, False),
        ({"kind": "VPC", "namespace": "far", "name": "vpc-1"}, False),
        ({"kind": "Server"}, False),
        ({"kind": "VPC", "group": "other.githedgehog.com"}, False),
    ],
)
def test_an_objects_page_tells_of_runs_that_look_at_it(scope, told):
    lab = fabric()
    one = thing(VPC, lab, "vpc-1")
    active = run(lab, state="running", started=timezone.now(), scope=scope)
    run(fabric("other"), state="running", started=timezone.now())
    assert (f'data-run="{active.pk}"' in root().get(address(one)).content.decode()) is told


def test_an_objects_button_needs_sync_on_its_fabric():
    mine, other = thing(VPC, fabric("mine")), thing(VPC, fabric("other"))
    active = run(mine.fabric, state="running", started=timezone.now())
    ann = user()
    grant(ann, ["view"], VPC)
    grant(ann, ["view"], Fabric)
    assert 'id="hedgehog-sync"' not in browser(ann).get(address(mine)).content.decode()
    assert f'data-run="{active.pk}"' not in browser(ann).get(address(mine)).content.decode()
    assert browser(ann).post(address(mine, "sync")).status_code == 403
    grant(ann, ["sync"], Fabric, constraints={"name": "mine"})
    her = browser(ann)
    assert 'id="hedgehog-sync"' in her.get(address(mine)).content.decode()
    assert her.post(address(other, "sync")).status_code == 403
    assert her.post(address(mine, "sync")).url == address(mine)
    bob = user("bob")
    grant(bob, ["sync"], Fabric)
    assert browser(bob).post(address(mine, "sync")).status_code == 403
    assert {made.fabric for made in SyncRun.objects.all()} == {mine.fabric}


def test_looking_at_an_objects_button_does_nothing():
    one = thing(VPC, fabric())
    assert root().get(address(one, "sync")).url == address(one)
    assert not SyncRun.objects.exists()


def test_runs_are_shown_and_filtered_by_scope():
    lab = fabric()
    run(lab, state="succeeded", scope={"kind": "VPC", "namespace": "default", "name": "vpc-1"})
    run(lab, state="succeeded", scope={"hard": True})
    admin = root()
    said = text(admin.get(address(SyncRun)))
    assert "VPC default/vpc-1" in said
    assert "whole fabric, hard" in said
    for query, rows in (({"full": "true"}, 1), ({"full": "false"}, 1), ({"kind": "VPC"}, 1), ({"full": ""}, 2)):
        assert len(admin.get(address(SyncRun), query).context["table"].rows) == rows, query
    assert "VPC default/vpc-1" in text(admin.get(address(lab)))
