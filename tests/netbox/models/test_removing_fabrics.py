"""Deleting a fabric takes everything along, is logged, and costs no more for many objects than for few."""

import pytest
from core.models import ObjectChange, ObjectType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from extras.models import CachedValue, EventRule, JournalEntry, Tag, TaggedItem, Webhook
from netbox.search.backends import search_backend
from users.models import User

from netbox_hedgehog.models import VPC, Fabric, KindObservation, Reference, ResourceChange, RunIssue, Server, SyncRun
from tests.builders import fabric, reference, run, thing
from tests.netbox.api.given import admin, client

pytestmark = pytest.mark.django_db


def filled(name: str, servers: int) -> Fabric:
    lab = fabric(name)
    vpc = thing(VPC, lab, "vpc-1")
    vpc.tags.add(Tag.objects.get_or_create(name="kept", slug="kept")[0])
    JournalEntry.objects.create(assigned_object=vpc, comments="seen")
    reference(vpc, "IPv4Namespace", "default")
    for number in range(servers):
        thing(Server, lab, f"server-{number}")
    search_backend.cache(list(Server.objects.filter(fabric=lab)))
    done = run(lab)
    RunIssue.objects.create(run=done, code="forbidden")
    ResourceChange.objects.create(
        run=done, fabric=done.fabric, kind="VPC", namespace="default", name="vpc-1", action="created"
    )
    ResourceChange.objects.create(fabric=lab, kind="VPC", namespace="default", name="by-watcher", action="updated")
    return lab


def delete(lab: Fabric, client=None) -> list[str]:
    client = client or admin()
    with CaptureQueriesContext(connection) as captured:
        answer = client.delete(f"/api/plugins/hedgehog/fabrics/{lab.pk}/")
    assert answer.status_code == 204, answer.content
    return [each["sql"] for each in captured]


def test_deleting_a_fabric_leaves_nothing_of_it_and_nothing_of_others_goes():
    other = filled("other", 2)
    lab = filled("lab", 3)
    delete(lab)
    assert list(Fabric.objects.all()) == [other]
    assert [model.objects.count() for model in (VPC, Server, Reference, SyncRun, RunIssue, ResourceChange)] == [
        1,
        2,
        1,
        1,
        1,
        2,
    ]
    assert KindObservation.objects.count() == 0
    assert TaggedItem.objects.count() == JournalEntry.objects.count() == 1
    assert set(CachedValue.objects.filter(object_type__model="server").values_list("object_id", flat=True)) == set(
        Server.objects.values_list("pk", flat=True)
    )


def test_each_object_of_a_deleted_fabric_has_its_entry_in_the_change_log():
    lab = filled("lab", 3)
    ObjectChange.objects.all().delete()
    delete(lab)
    entries = ObjectChange.objects.filter(action="delete")
    names = set(entries.values_list("object_repr", flat=True))
    assert names >= {"lab", "vpc-1", "server-0", "server-1", "server-2"}
    assert entries.get(object_repr="vpc-1").prechange_data["tags"] == ["kept"]
    assert set(entries.values_list("user_name", flat=True)) == {"root"}


def test_journal_of_deleted_objects_goes_with_its_tags_and_search_entries_and_is_logged():
    lab = filled("lab", 0)
    entry = JournalEntry.objects.get()
    entry.tags.add(Tag.objects.get(name="kept"))
    search_backend.cache([entry])
    assert CachedValue.objects.filter(object_type__model="journalentry").exists()
    delete(lab)
    assert not TaggedItem.objects.exists()
    assert not CachedValue.objects.filter(object_type__model="journalentry").exists()
    change = ObjectChange.objects.get(action="delete", changed_object_type__model="journalentry")
    assert change.prechange_data["comments"] == "seen"


def test_protection_rules_on_objects_forbid_to_delete_their_fabric(settings):
    lab = filled("lab", 1)
    settings.PROTECTION_RULES = {"netbox_hedgehog.VPC": [{"name": {"eq": "other"}}]}
    answer = admin().delete(f"/api/plugins/hedgehog/fabrics/{lab.pk}/")
    assert answer.status_code == 400, answer.content
    assert "protection rule" in answer.content.decode()
    assert (VPC.objects.count(), Server.objects.count(), SyncRun.objects.count()) == (1, 1, 1)
    settings.PROTECTION_RULES = {"netbox_hedgehog.vpc": [{"name": {"eq": "vpc-1"}}]}
    assert client(User.objects.get()).delete(f"/api/plugins/hedgehog/fabrics/{lab.pk}/").status_code == 204


def test_event_rules_are_told_of_each_object_of_a_deleted_fabric():
    lab = filled("lab", 2)
    hook = Webhook.objects.create(name="hook", payload_url="http://127.0.0.1:1/")
    rule = EventRule.objects.create(
        name="rule",
        event_types=["object_deleted"],
        action_type="webhook",
        action_object_type=ObjectType.objects.get_for_model(Webhook),
        action_object_id=hook.pk,
    )
    rule.object_types.set([ObjectType.objects.get_for_model(model) for model in (VPC, JournalEntry)])
    heard = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("netbox.context_managers.flush_events", heard.extend)
        delete(lab)
    told = {str(event["object"]): event["data"] for event in heard if event["object_type"].model != "fabric"}
    assert told.keys() == {"vpc-1", *(name for name in told if "(Info)" in name)}
    assert told["vpc-1"]["tags"][0]["name"] == "kept"
    assert len(told) == 2


def test_statements_do_not_grow_with_the_objects():
    client = admin()
    delete(filled("warm", 2), client)
    few = delete(filled("few", 2), client)
    many = delete(filled("many", 60), client)
    assert len(many) == len(few)
