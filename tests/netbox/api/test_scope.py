"""Syncs of one kind, of one object, and hard ones, over REST; and guards of single kinds."""

import pytest

from netbox_hedgehog.models import VPC, Fabric, KindObservation, OtherResource, SyncRun
from tests.builders import fabric, grant, run, thing, user
from tests.netbox.api.given import BASE, admin, client, plural

pytestmark = pytest.mark.django_db


def sync(caller, of, **body):
    return caller.post(f"{BASE}/fabrics/{of.pk}/sync/", body, format="json")


@pytest.mark.parametrize(
    ("body", "scope"),
    [
        ({}, {}),
        ({"hard": True}, {"hard": True}),
        ({"kind": "VPC"}, {"kind": "VPC"}),
        ({"kind": "vpcs"}, {"kind": "VPC"}),
        ({"kind": "VPCAttach", "hard": True}, {"kind": "VPCAttachment", "hard": True}),
        ({"kind": "VPC", "name": "vpc-01"}, {"kind": "VPC", "namespace": "default", "name": "vpc-01"}),
        (
            {"kind": "sw", "name": "leaf-1", "namespace": "far", "group": "wiring.githedgehog.com"},
            {"group": "wiring.githedgehog.com", "kind": "Switch", "namespace": "far", "name": "leaf-1"},
        ),
        ({"kind": "vpcs.vpc.githedgehog.com"}, {"group": "vpc.githedgehog.com", "kind": "VPC"}),
        ({"kind": "novelty"}, {"kind": "Novelty"}),
        ({"kind": "", "namespace": "", "name": "", "group": "", "hard": False}, {}),
    ],
)
def test_a_body_says_what_to_sync(body, scope):
    lab = fabric()
    of = {"api_group": "new.githedgehog.com", "kind": "Novelty"}
    KindObservation.objects.create(fabric=lab, looked_at=lab.created, **of)
    answer = sync(admin(), lab, **body)
    assert (answer.status_code, answer.json().get("scope")) == (202, scope), answer.json()


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"kind": "Widget"}, "kind", "There is no kind Widget. Kinds: Agent, Catalog, Connection,"),
        ({"name": "vpc-01"}, "kind", "The kind is needed too"),
        ({"group": "vpc.githedgehog.com"}, "kind", "The kind is needed too"),
        ({"kind": "VPC", "namespace": "default"}, "name", "The name is needed too"),
        ({"kind": "VPC", "group": "wiring.githedgehog.com"}, "group", "Groups: vpc.githedgehog.com"),
        ({"kind": "VPC", "name": "v", "namespace": "far"}, "namespace", "read in these namespaces only: default"),
        ({"hard": "perhaps"}, "hard", "valid boolean"),
    ],
)
def test_what_cannot_be_synced_is_refused_by_field(body, field, words):
    answer = sync(admin(), fabric(namespaces=["default"]), **body)
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert words in answer.json()[field][0]
    assert not SyncRun.objects.exists()


def test_a_kind_that_another_fabric_has_is_not_known_here():
    lab, other = fabric(), fabric("other")
    KindObservation.objects.create(fabric=other, api_group="g", kind="Widget", looked_at=lab.created)
    assert sync(admin(), lab, kind="Widget").status_code == 400


def test_runs_are_filtered_by_scope():
    lab, root = fabric(), admin()
    whole = run(lab, state="succeeded", scope={"hard": True})
    one = run(lab, state="succeeded", scope={"kind": "VPC", "namespace": "default", "name": "v"})
    run(lab, state="succeeded", scope={"kind": "Switch"})

    def found(**query):
        return {each["id"] for each in root.get(f"{BASE}/runs/", query).json()["results"]}

    assert found(full=True) == {whole.pk}
    assert len(found(full=False)) == 2
    assert found(kind="VPC") == {one.pk}


def press(caller, obj):
    return caller.post(f"{BASE}/{plural(type(obj))}/{obj.pk}/sync/", {}, format="json")


def test_an_object_is_synced_alone():
    lab, root = fabric(), admin()
    answer = press(root, thing(VPC, lab, "vpc-1", namespace="far"))
    assert answer.status_code == 202
    scope = {"group": "vpc.githedgehog.com", "kind": "VPC", "namespace": "far", "name": "vpc-1"}
    assert answer.json()["scope"] == scope
    SyncRun.objects.update(state="cancelled", finished=lab.created)
    other = press(root, thing(OtherResource, lab, "n-1")).json()["scope"]
    assert other == {"group": "new.githedgehog.com", "kind": "Novelty", "namespace": "default", "name": "n-1"}


def test_syncing_an_object_needs_sight_of_it_and_sync_on_its_fabric():
    mine, other = thing(VPC, fabric("mine")), thing(VPC, fabric("other"))
    ann = user()
    grant(ann, ["view"], VPC)
    grant(ann, ["view"], Fabric)
    assert press(client(ann), mine).status_code == 403
    grant(ann, ["sync"], Fabric, constraints={"name": "mine"})
    caller = client(ann)
    assert press(caller, other).status_code == 403
    assert press(client(ann, write=False), mine).status_code == 403
    assert press(caller, mine).status_code == 202
    bob = user("bob")
    grant(bob, ["sync"], Fabric)
    assert press(client(bob), mine).status_code == 403
    grant(bob, ["view"], VPC, constraints={"fabric__name": "other"})
    assert press(client(bob), mine).status_code == 404
    assert {made.fabric for made in SyncRun.objects.all()} == {mine.fabric}


def test_objects_are_still_not_made_by_a_post():
    assert admin().post(f"{BASE}/vpcs/", {"name": "v"}, format="json").status_code == 405


GUARDS = {"VPC": {"percent": 10, "count": 0}, "Novelty": {"percent": 0, "count": 3}}


def test_guards_of_kinds_are_written_and_read():
    lab, root = fabric(), admin()
    url = f"{BASE}/fabrics/{lab.pk}/"
    assert root.get(url).json()["kind_guards"] == {}
    assert root.patch(url, {"kind_guards": GUARDS}, format="json").json()["kind_guards"] == GUARDS
    lab.refresh_from_db()
    assert lab.kind_guards == GUARDS


@pytest.mark.parametrize(
    ("guards", "words"),
    [
        ({"VPC": {"percent": 101, "count": 0}}, "from 0 to 100"),
        ({"VPC": {"percent": 10}}, "percent and count are needed"),
        ({"vpc": {"percent": 10, "count": 0}}, "the kind is written VPC"),
        ({"VPC": {"percent": "many", "count": 0}}, "valid integer"),
        ({"VPC": 10}, "dictionary"),
        (["VPC"], "dictionary"),
        (None, "null"),
    ],
)
def test_guards_that_cannot_be_are_refused(guards, words):
    lab = fabric()
    answer = admin().patch(f"{BASE}/fabrics/{lab.pk}/", {"kind_guards": guards}, format="json")
    assert (answer.status_code, list(answer.json())) == (400, ["kind_guards"])
    assert words in str(answer.json())
