"""Fault 45: rows written in bulk have the change log, the search entries and the event rules of rows that are saved."""

import uuid

import django_rq
import pytest
from core.models import ObjectChange, ObjectType
from extras.models import CachedValue, EventRule, Notification, NotificationGroup, Webhook
from netbox.registry import registry
from netbox.search.backends import SearchBackend, search_backend
from users.models import User

from netbox_hedgehog import kinds
from netbox_hedgehog.models import VPC, OtherResource, Switch, model_for, removal
from netbox_hedgehog.sync.store import search_index
from netbox_hedgehog.sync.watch import lease as leases
from netbox_hedgehog.sync.watch.batch import Batches
from netbox_hedgehog.sync.watch.throttle import Throttle
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter
from practice.server import PracticeServer
from tests.builders import fabric_on, manifest, vpc
from tests.netbox.sync import snapshots
from tests.netbox.sync.given import sync
from tests.netbox.watch.given import arrival

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db):
    return User.objects.create(username="operator")


def entries(model):
    return ObjectChange.objects.filter(changed_object_type=ObjectType.objects.get_for_model(model))


def test_fault_45_created_objects_of_every_kind_are_logged_as_they_serialize(user):
    with PracticeServer(snapshot=snapshots.path("gateway")) as server:
        fabric = fabric_on(server.kubeconfig)
        run = sync(fabric, user)
    checked = 0
    for kind in kinds.KINDS:
        model = model_for(kind)
        logged = {entry.changed_object_id: entry for entry in entries(model)}
        rows = {row.pk: row for row in model.objects.all()}
        assert logged.keys() == rows.keys(), kind.kind
        for row in list(rows.values())[:3]:
            entry, expected = logged[row.pk], row.to_objectchange("create")
            for name in ("action", "object_repr", "changed_object_type_id", "prechange_data"):
                assert getattr(entry, name) == getattr(expected, name)
            assert _data(entry.postchange_data) == _data(expected.postchange_data)
            assert (entry.user, entry.user_name, entry.request_id) == (user, "operator", run.request_id)
            assert f"#{run.pk}" in entry.message
            checked += 1
    assert checked > 20


def _data(data):
    """Without the times, which differ by what lies between two statements."""
    return {name: value for name, value in data.items() if name not in ("created", "last_updated")}


def test_request_of_nobody_is_logged_by_name(server, fabric):
    server.put(vpc("vpc-1"))
    sync(fabric)
    entry = entries(VPC).get()
    assert entry.user is None
    assert entry.user_name


def test_replaced_object_is_logged_and_a_changed_status_is_not(server, fabric):
    server.put(vpc("vpc-1"))
    server.put(vpc("vpc-2"))
    sync(fabric)
    server.put({**vpc("vpc-1"), "status": {"a": 1}})
    server.put(vpc("vpc-2", uid=str(uuid.uuid4())))
    run = sync(fabric)
    entry = entries(VPC).get(request_id=run.request_id)
    assert (entry.object_repr, entry.action) == ("vpc-2", "update")
    assert "created again" in entry.message


def found(text):
    return {result.object for result in search_backend.search(text, user=User(is_superuser=True), lookup="iexact")}


def test_fault_45_search_finds_new_and_changed_objects_and_forgets_removed_ones(server, fabric):
    fabric.removal_runs = fabric.removal_hours = 0
    fabric.save()
    switch = {"role": "server-leaf", "description": "first words", "ip": "172.30.8.2/21"}
    server.put(manifest("Switch", "wiring", "leaf-1", switch))
    server.put(manifest("Switch", "wiring", "leaf-2", {"role": "spine"}))
    sync(fabric)
    row = Switch.objects.get(name="leaf-1")
    assert found("leaf-1") == {row}
    assert found("first words") == {row}
    server.put(manifest("Switch", "wiring", "leaf-1", {**switch, "description": "second words"}))
    sync(fabric)
    assert found("second words") == {row}
    assert found("first words") == set()
    assert CachedValue.objects.filter(value="leaf-1").count() == 1
    server.delete("switches", "leaf-1")
    sync(fabric)
    assert not Switch.objects.filter(name="leaf-1").exists()
    assert found("leaf-1") == set()
    assert not CachedValue.objects.filter(value="second words").exists()


def test_fault_45_search_entries_equal_those_of_a_reindex(server):
    with PracticeServer(snapshot=snapshots.path("medium")) as medium:
        sync(fabric_on(medium.kubeconfig))
    for model in (Switch, VPC):
        kind = ObjectType.objects.get_for_model(model)
        columns = ("object_id", "field", "type", "value", "weight")
        written = set(CachedValue.objects.filter(object_type=kind).values_list(*columns))
        search_backend.cache(list(model.objects.all()))
        assert written == set(CachedValue.objects.filter(object_type=kind).values_list(*columns))
        assert written


def test_another_search_backend_is_told_of_each_new_changed_and_removed_object(server, fabric, monkeypatch):
    told = []

    class Elsewhere(SearchBackend):
        def cache(self, instances, indexer=None, remove_existing=True):
            told.extend(("known" if remove_existing else "new", row.name, row.pk) for row in instances)

        def remove(self, instance):
            told.append(("removed", type(instance).__name__, instance.pk))

    monkeypatch.setattr(search_index, "search_backend", Elsewhere())
    monkeypatch.setattr(removal, "search_backend", Elsewhere())
    fabric.removal_runs = fabric.removal_hours = 0
    fabric.save()
    server.put_all([vpc("vpc-1"), vpc("vpc-2")])
    sync(fabric)
    key = VPC.objects.get(name="vpc-1").pk
    server.put(vpc("vpc-1", 77))
    sync(fabric)
    server.delete("vpcs", "vpc-1")
    sync(fabric)
    assert [each for each in told if each[2] == key] == [
        ("new", "vpc-1", key),
        ("known", "vpc-1", key),
        ("removed", "VPC", key),
    ]
    assert not CachedValue.objects.filter(object_type__model="vpc").exists()


@pytest.fixture
def rule(fabric):
    """An event rule on VPCs, and what it has handed to its webhook: (event, name, by whom)."""
    hook = Webhook.objects.create(name="hook", payload_url="http://127.0.0.1:1/")
    made = EventRule.objects.create(
        name="rule",
        event_types=["object_created", "object_updated", "object_deleted"],
        action_type="webhook",
        action_object_type=ObjectType.objects.get_for_model(Webhook),
        action_object_id=hook.pk,
    )
    made.object_types.set([ObjectType.objects.get_for_model(VPC)])
    queue = django_rq.get_queue("default")
    queue.empty()

    def heard():
        kwargs = [job.kwargs for job in queue.jobs if "event_rule" in job.kwargs or "event_type" in job.kwargs]
        queue.empty()
        return sorted(
            (each["event_type"], each["data"]["name"], getattr(each["request"].user, "username", None))
            for each in kwargs
        )

    return heard


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["operator", None])
def test_fault_45_event_rule_fires_for_created_updated_and_deleted(server, fabric, rule, plugin, name):
    plugin(lease_seconds=60)  # the first event loads all of NetBox's views, which takes seconds
    user = User.objects.create(username=name) if name else None
    fabric.removal_runs = fabric.removal_hours = 0
    fabric.save()
    server.put(vpc("vpc-1"))
    server.put(vpc("vpc-2"))
    server.put(manifest("Server", "wiring", "server-1"))
    assert sync(fabric, user).state == "succeeded"
    assert rule() == [("object_created", "vpc-1", name), ("object_created", "vpc-2", name)]
    server.put(vpc("vpc-1", 77))
    assert sync(fabric, user).state == "succeeded"
    assert rule() == [("object_updated", "vpc-1", name)]
    assert sync(fabric, user).state == "succeeded"
    assert rule() == []
    server.delete("vpcs", "vpc-1")
    assert sync(fabric, user).state == "succeeded"
    assert rule() == [("object_deleted", "vpc-1", name)]


@pytest.mark.django_db(transaction=True)
def test_event_rule_is_told_what_went_missing_and_came_back(server, fabric, rule, plugin):
    plugin(lease_seconds=60, watch_lease_seconds=600)
    everything = [name for name in registry["event_types"] if name.startswith("object_") or "_object_" in name]
    assert {"hedgehog_object_missing", "hedgehog_object_restored"} <= set(everything)
    EventRule.objects.update(event_types=everything)
    server.put_all([vpc("vpc-1"), vpc("vpc-2")])
    sync(fabric)
    rule()

    def both(of_ours, name):
        return [(event, name, None) for event in sorted((of_ours, "object_updated"))]

    kept = server.get("vpcs", "vpc-1")
    server.delete("vpcs", "vpc-1")
    sync(fabric)
    assert rule() == both("hedgehog_object_missing", "vpc-1")
    sync(fabric)
    assert rule() == []
    server.put(kept)
    sync(fabric)
    assert rule() == both("hedgehog_object_restored", "vpc-1")
    writer = WatchWriter(fabric, leases.claim(fabric.pk, "watcher-1"), events=True)
    batches = Batches(writer, Throttle())
    old = server.get("vpcs", "vpc-2")
    version = int(old["metadata"]["resourceVersion"])
    batches.write([arrival("VPC", "DELETED", old, version + 1)])
    assert rule() == both("hedgehog_object_missing", "vpc-2")
    batches.write([arrival("VPC", "MODIFIED", old, version + 2)])
    assert rule() == both("hedgehog_object_restored", "vpc-2")


@pytest.mark.django_db(transaction=True)
def test_event_of_a_missing_object_says_so_and_a_group_is_notified(server, fabric):
    ann = User.objects.create(username="ann")
    group = NotificationGroup.objects.create(name="on call")
    group.users.add(ann)
    made = EventRule.objects.create(
        name="notify",
        event_types=["hedgehog_object_missing"],
        conditions={"attr": "state", "value": "missing"},
        action_type="notification",
        action_object_type=ObjectType.objects.get_for_model(NotificationGroup),
        action_object_id=group.pk,
    )
    made.object_types.set([ObjectType.objects.get_for_model(VPC)])
    server.put_all([vpc("vpc-1"), vpc("vpc-2")])
    sync(fabric)
    assert not Notification.objects.exists()
    server.delete("vpcs", "vpc-1")
    sync(fabric)
    note = Notification.objects.get(user=ann)
    assert (note.object, note.event.text) == (VPC.objects.get(name="vpc-1"), "Hedgehog object missing")


def test_other_resources_are_logged_and_found_too(server, fabric):
    names = {"plural": "flows", "singular": "flow", "kind": "Flow", "listKind": "FlowList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
    spec = {"group": "novel.githedgehog.com", "names": names, "scope": "Namespaced", "versions": [version]}
    server.add_kind({"metadata": {"name": "flows.novel.githedgehog.com"}, "spec": spec})
    server.put({"apiVersion": "novel.githedgehog.com/v1", "kind": "Flow", "metadata": {"name": "flow-1"}, "spec": {}})
    sync(fabric)
    row = OtherResource.objects.get()
    assert _data(entries(OtherResource).get().postchange_data) == _data(row.serialize_object())
    assert found("flow-1") == {row}
