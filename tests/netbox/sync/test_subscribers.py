"""Who follows an object is notified when the cluster changes it, loses it, brings it back, or it is removed."""

import pytest
from django.contrib.contenttypes.models import ContentType
from extras.models import Notification, Subscription

from netbox_hedgehog.models import VPC, Fabric
from tests.builders import fabric_on, grant, user, vpc
from tests.netbox.api.given import client
from tests.netbox.sync.given import statements, sync
from tests.netbox.watch.conftest import batches, clock  # noqa: F401
from tests.netbox.watch.given import arrival

pytestmark = pytest.mark.django_db


def follow(who, *rows):
    for row in rows:
        Subscription.objects.create(user=who, object=row)


def notified(who=None):
    """(name, event, who) of the notifications that are unread, which are read by that."""
    unread = Notification.objects.filter(read=None, **({"user": who} if who else {}))
    found = [(each.object_repr, each.event_type, each.user.username) for each in unread.order_by("object_repr", "user")]
    unread.update(read="2026-01-01T00:00:00Z")
    return found


@pytest.fixture
def rows(server, fabric):
    """Two VPCs of the fabric."""
    server.put_all(vpc(f"vpc-{number}") for number in (1, 2))
    sync(fabric)
    return list(VPC.objects.order_by("name"))


@pytest.fixture
def ann():
    return user("ann", superuser=True)


def test_syncs_notify_of_what_the_cluster_changes_loses_and_brings_back_and_of_a_removal(server, fabric, rows, ann):
    follow(ann, rows[0])
    sync(fabric)
    assert notified() == []
    server.put_all([vpc("vpc-1", 77), vpc("vpc-2", 78)])
    sync(fabric)
    assert notified() == [("vpc-1", "object_updated", "ann")]
    kept = server.get("vpcs", "vpc-1")
    server.delete("vpcs", "vpc-1")
    sync(fabric)
    assert notified() == [("vpc-1", "hedgehog_object_missing", "ann")]
    sync(fabric)
    assert notified() == []
    server.put(kept)
    sync(fabric)
    assert notified() == [("vpc-1", "hedgehog_object_restored", "ann")]
    server.delete("vpcs", "vpc-1")
    fabric.removal_runs = fabric.removal_hours = 0
    fabric.save()
    sync(fabric)
    assert notified() == [("vpc-1", "object_deleted", "ann")]
    assert not Subscription.objects.exists()
    page = client(ann).get("/api/extras/notifications/").json()["results"]
    assert [(each["event_type"], each["object_id"]) for each in page] == [("object_deleted", rows[0].pk)]


def test_watcher_notifies_of_what_the_cluster_changes_loses_and_brings_back(server, batches, ann):  # noqa: F811
    first = server.put(vpc("vpc-1"))
    batches.write([arrival("VPC", "ADDED", first)])
    follow(ann, VPC.objects.get())
    batches.write([arrival("VPC", "MODIFIED", server.put(vpc("vpc-1", 77)))])
    assert notified() == [("vpc-1", "object_updated", "ann")]
    old = server.get("vpcs", "vpc-1")
    gone = arrival("VPC", "DELETED", old, int(old["metadata"]["resourceVersion"]) + 1)
    batches.write([gone])
    assert notified() == [("vpc-1", "hedgehog_object_missing", "ann")]
    batches.write([gone])
    assert notified() == []
    server.delete("vpcs", "vpc-1")
    batches.write([arrival("VPC", "ADDED", server.put(vpc("vpc-1", uid=old["metadata"]["uid"])))])
    assert notified() == [("vpc-1", "hedgehog_object_restored", "ann")]


def test_object_that_was_made_anew_is_told_as_changed(server, fabric, rows, ann):
    follow(ann, rows[0])
    server.put(vpc("vpc-1", uid="another"))
    sync(fabric)
    assert notified() == [("vpc-1", "object_updated", "ann")]


def test_status_that_moves_notifies_nobody(server, fabric, rows, ann):
    follow(ann, rows[0])
    server.put({**vpc("vpc-1"), "status": {"a": 1}})
    assert sync(fabric).counts["VPC"]["updated"] == 1
    assert notified() == []


def test_only_those_who_may_view_the_object_are_notified(server, fabric, rows):
    one = user("one")
    grant(one, ["view"], VPC, constraints={"name": "vpc-1"})
    other_fabric = user("other-fabric")
    grant(other_fabric, ["view"], VPC, constraints={"fabric__name": "elsewhere"})
    gone = user("gone", superuser=True)
    gone.is_active = False
    gone.save()
    changer = user("changer")
    grant(changer, ["change"], VPC)
    for who in (one, other_fabric, gone, changer, user("none"), user("root", superuser=True)):
        follow(who, *rows)
    expected = {("vpc-1", "one"), ("vpc-1", "root"), ("vpc-2", "root")}

    def told():
        return {(name, who) for name, _, who in notified()}

    server.put_all([vpc("vpc-1", 77), vpc("vpc-2", 78)])
    sync(fabric)
    assert told() == expected
    server.put(vpc("vpc-3"))
    for name in ("vpc-1", "vpc-2"):
        server.delete("vpcs", name)
    sync(fabric)
    assert told() == expected
    fabric.removal_runs = fabric.removal_hours = 0
    fabric.save()
    sync(fabric)
    assert not VPC.objects.filter(name="vpc-1").exists()
    assert told() == expected


def test_notification_is_kept_once_and_becomes_unread_again(server, fabric, rows, ann):
    follow(ann, rows[0])
    for number in (77, 78):
        server.put(vpc("vpc-1", number))
        sync(fabric)
        assert notified() == [("vpc-1", "object_updated", "ann")]
    assert Notification.objects.count() == 1


def test_one_object_with_the_key_of_an_object_of_another_kind_is_not_taken_for_it(server, fabric, rows, ann):
    kind = ContentType.objects.get_for_model(Fabric)
    Subscription.objects.create(user=ann, object_type=kind, object_id=rows[0].pk)
    server.put(vpc("vpc-1", 77))
    sync(fabric)
    assert notified() == []


def test_statements_do_not_grow_with_the_objects_that_are_followed(server, fabric, ann):
    server.put_all(vpc(f"vpc-{number}") for number in range(40))
    sync(fabric)
    ben = user("ben")
    grant(ben, ["view"], VPC)
    rows = list(VPC.objects.order_by("pk"))

    def change(count, vlan):
        Subscription.objects.all().delete()
        follow(ann, *rows[:count])
        follow(ben, *rows[:count])
        server.put_all(vpc(row.name, vlan) for row in rows[:count])
        asked = len(statements(fabric))
        assert len(notified()) == 2 * count
        return asked

    change(1, 70)
    assert change(40, 71) == change(2, 72)


def test_deleting_a_fabric_notifies_those_who_may_view_its_objects(server, rows, ann):
    other = fabric_on(server.kubeconfig, "other")
    sync(other)
    follow(ann, *rows, *VPC.objects.filter(fabric=other))
    follow(user("none"), *rows)
    assert client(ann).delete(f"/api/plugins/hedgehog/fabrics/{rows[0].fabric_id}/").status_code == 204
    assert notified() == [("vpc-1", "object_deleted", "ann"), ("vpc-2", "object_deleted", "ann")]
    assert Subscription.objects.count() == 2
