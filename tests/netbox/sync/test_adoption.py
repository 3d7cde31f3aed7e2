"""Objects of a kind that a new version knows leave Other resources, with all that people have hung on them."""

from hashlib import sha512
from uuid import uuid4

import pytest
from core.models import Job, ObjectChange, ObjectType
from django.contrib.contenttypes.models import ContentType
from django.db import connection, migrations
from django.db.migrations.executor import MigrationExecutor
from extras.models import (
    Bookmark,
    CachedValue,
    CustomField,
    ImageAttachment,
    JournalEntry,
    Notification,
    Subscription,
    Tag,
    TaggedItem,
)
from netbox.search.backends import search_backend
from tenancy.models import Contact, ContactAssignment, ContactRole

from netbox_hedgehog import kinds
from netbox_hedgehog.models import VPC, Agent, HeldObject, Hold, OtherResource, Reference, ResourceChange, VPCAttachment
from netbox_hedgehog.sync.store.adoption import AdoptOtherResources
from tests.builders import manifest, user, vpc
from tests.netbox.sync.given import statements, sync, writes
from tests.netbox.sync.test_changelog import found

pytestmark = pytest.mark.django_db

HANGING = (TaggedItem, JournalEntry, Bookmark, Subscription, Notification, ObjectChange, Job, ImageAttachment)


@pytest.fixture
def not_yet(monkeypatch):
    """``not_yet("VPC")``: as long as the test wants, the plugin does not know the kind."""
    find = kinds.find

    def forget(*names):
        monkeypatch.setattr(kinds, "find", lambda group, kind: None if kind in names else find(group, kind))

    return forget


def upgrade(kind):
    """What the migration does that comes with a version that knows the kind, on the models of the migrations."""
    executor = MigrationExecutor(connection)
    apps = executor.loader.project_state(executor.loader.graph.leaf_nodes()).apps
    assert apps.get_model("netbox_hedgehog", kind) is not VPC
    with connection.schema_editor(atomic=False) as editor:
        AdoptOtherResources(kind).code(apps, editor)


def attachment(name="att-1"):
    spec = {"subnet": "vpc-1/default", "connection": "server-1--unbundled--leaf-1"}
    return manifest("VPCAttachment", "vpc", name, spec)


@pytest.fixture
def old(server, fabric, not_yet):
    """The row of an attachment from before, one of four, with all that can hang on it; more of that hangs on a VPC."""
    not_yet("VPCAttachment")
    field = CustomField.objects.create(name="owner", type="text", default="nobody", search_weight=100)
    field.object_types.set([ObjectType.objects.get_for_model(OtherResource)])
    server.put_all([vpc("vpc-1"), *(attachment(f"att-{number}") for number in range(1, 5))])
    sync(fabric)
    assert OtherResource.objects.count() == 4
    row = OtherResource.objects.get(name="att-1")
    hang_on(row, user("ann", superuser=True))
    hang_on(VPC.objects.get(), user("ben"))
    return row


def hang_on(row, who):
    if "owner" in row.custom_field_data:
        row.custom_field_data["owner"] = "anna"
        row.save()
        search_backend.cache([row])  # which waits for the commit
    tag, _ = Tag.objects.get_or_create(name="mine", slug="mine")
    only, new = Tag.objects.get_or_create(name="only", slug="only")
    if new:
        only.object_types.set([ObjectType.objects.get_for_model(model) for model in (OtherResource, VPC)])
    row.tags.add(tag, only)
    about = {"object_type": ContentType.objects.get_for_model(row), "object_id": row.pk}
    JournalEntry.objects.create(assigned_object=row, comments=f"Of {row}")
    Bookmark.objects.create(object=row, user=who)
    Subscription.objects.create(object=row, user=who)
    Notification.objects.create(object=row, user=who, event_type="object_updated")
    Job.objects.create(name="job", job_id=uuid4(), **about)
    ImageAttachment.objects.create(image="a.png", image_height=1, image_width=1, **about)
    role, _ = ContactRole.objects.get_or_create(name="r", slug="r")
    ContactAssignment.objects.create(contact=Contact.objects.create(name=f"c{row.pk}"), role=role, **about)


def of(model, row):
    """How many rows of MODEL hang on ROW."""
    names = {
        TaggedItem: ("content_type", "object_id"),
        JournalEntry: ("assigned_object_type", "assigned_object_id"),
        ObjectChange: ("changed_object_type", "changed_object_id"),
    }
    of_type, of_id = names.get(model, ("object_type", "object_id"))
    return model.objects.filter(**{of_type: ContentType.objects.get_for_model(row), of_id: row.pk}).count()


def test_objects_of_a_kind_that_becomes_known_are_adopted_with_all_that_hangs_on_them(
    server, fabric, old, not_yet, monkeypatch
):
    before = {model: of(model, old) for model in (*HANGING, ContactAssignment)}
    others = {model: of(model, VPC.objects.get()) for model in (*HANGING, ContactAssignment)}
    assert all(before.values())
    told = list(ResourceChange.objects.filter(kind="VPCAttachment").values_list("name", flat=True))
    hold = Hold.objects.create(fabric=fabric, digest="d", count=1, created=fabric.created)
    HeldObject.objects.create(hold=hold, kind="VPCAttachment", namespace="default", name="att-1", object_id=old.pk)

    upgrade("VPCAttachment")
    monkeypatch.undo()

    assert not OtherResource.objects.exists()
    row = VPCAttachment.objects.get(name="att-1")
    assert VPCAttachment.objects.count() == 4
    assert {model: of(model, row) for model in before} == before
    assert {model: of(model, VPC.objects.get()) for model in others} == others
    assert sorted(tag.name for tag in row.tags.all()) == ["mine", "only"]
    assert row.journal_entries.get().comments == "Of att-1"
    assert (row.cf["owner"], row.created, row.uid) == ("anna", old.created, old.uid)
    row.full_clean()
    row.save()
    row.tags.add("mine", "only")
    assert row.custom_field_data == {"owner": "anna"}
    assert found("anna") == found("att-1") == {row}
    assert not CachedValue.objects.filter(object_type__model="otherresource").exists()
    assert Reference.objects.filter(source_kind="VPCAttachment", source_name="att-1", target_name="vpc-1").exists()
    changes = ResourceChange.objects.filter(kind="VPCAttachment")
    assert set(changes.values_list("object_id", flat=True)) == set(VPCAttachment.objects.values_list("pk", flat=True))
    assert sorted(changes.values_list("name", flat=True)) == sorted(told)
    assert HeldObject.objects.get().object_id == row.pk
    assert row.connection == "server-1--unbundled--leaf-1"  # a column that PostgreSQL computes


def test_next_sync_after_an_adoption_writes_nothing_and_lets_go_what_is_gone(server, fabric, old, monkeypatch):
    upgrade("VPCAttachment")
    monkeypatch.undo()
    keys = set(VPCAttachment.objects.values_list("pk", flat=True))
    assert writes(statements(fabric)) == []
    assert set(VPCAttachment.objects.values_list("pk", flat=True)) == keys
    server.delete("vpcattachments", "att-2")
    run = sync(fabric)
    assert (run.state, run.counts["VPCAttachment"]["missing"]) == ("succeeded", 1)
    assert VPCAttachment.objects.get(name="att-2").state == "missing"


def test_without_adoption_the_old_rows_stay_present_though_the_objects_are_gone(server, fabric, old, monkeypatch):
    """What this is for: should it ever pass without an adoption, something else looks at Other resources."""
    monkeypatch.undo()
    for number in range(1, 5):
        server.delete("vpcattachments", f"att-{number}")
    sync(fabric)
    assert [row.state for row in OtherResource.objects.all()] == ["present"] * 4


def test_row_that_is_there_already_takes_over_what_hangs_on_the_old_one(server, fabric, old, monkeypatch):
    """The kind was synced before somebody noticed that nothing had been adopted."""
    monkeypatch.undo()
    sync(fabric)
    row = VPCAttachment.objects.get(name="att-1")
    ann = Bookmark.objects.get(object_id=old.pk, object_type__model="otherresource").user
    Bookmark.objects.create(object=row, user=ann)
    row.tags.add("mine")
    JournalEntry.objects.create(assigned_object=row, comments="Later")
    upgrade("VPCAttachment")
    again = VPCAttachment.objects.get(name="att-1")
    assert again.pk == row.pk
    assert not OtherResource.objects.exists()
    assert sorted(tag.name for tag in again.tags.all()) == ["mine", "only"]
    assert sorted(again.journal_entries.values_list("comments", flat=True)) == ["Later", "Of att-1"]
    assert again.bookmarks.count() == 1
    assert again.custom_field_data == {"owner": "anna"}
    assert writes(statements(fabric)) == []


def test_secrets_that_only_the_kinds_entry_knows_are_taken_out(server, fabric, not_yet, monkeypatch):
    not_yet("Agent")
    spec = {"role": "server-leaf", "users": [{"name": "admin", "password": "$5$hash"}], "version": {"repo": "r"}}
    server.put(manifest("Agent", "agent", "leaf-1", spec))
    sync(fabric)
    OtherResource.objects.update(live=spec)  # as a version with less care would have stored it
    upgrade("Agent")
    monkeypatch.undo()
    row = Agent.objects.get()
    assert "hash" not in str(row.live)
    assert row.live["role"] == "server-leaf"
    hard = sync(fabric)
    assert hard.state == "succeeded"
    assert "hash" not in str(Agent.objects.get().live)


def test_value_that_the_kinds_index_does_not_take_is_left_out_and_the_rest_is_adopted(fabric):
    long = "".join(sha512(str(number).encode()).hexdigest() for number in range(200))  # which compresses to no less
    for name, network in (("vpc-1", "default"), ("vpc-2", long)):
        OtherResource.objects.create(
            fabric=fabric,
            api_group="vpc.githedgehog.com",
            kind="VPC",
            name=name,
            live={"ipv4Namespace": network},
            digest="d",
        )
    upgrade("VPC")
    found_rows = list(VPC.objects.order_by("name").values_list("name", "live", "digest"))
    assert found_rows == [("vpc-1", {"ipv4Namespace": "default"}, "d"), ("vpc-2", None, "")]


def test_other_kinds_groups_and_an_empty_table_are_left_alone(fabric):
    for group, kind in (("other.githedgehog.com", "VPC"), ("vpc.githedgehog.com", "Widget")):
        OtherResource.objects.create(fabric=fabric, api_group=group, kind=kind, name="one")
    upgrade("VPC")
    assert OtherResource.objects.count() == 2
    assert not VPC.objects.exists()


def unadopted(found_migrations):
    """Kinds whose model a migration makes after the first one, and whose rows no migration adopts."""
    names = {entry.kind for entry in kinds.KINDS}
    made, adopted = set(), set()
    for migration in found_migrations:
        for operation in migration.operations:
            if isinstance(operation, migrations.CreateModel) and not migration.initial:
                made |= {operation.name} & names
            elif isinstance(operation, AdoptOtherResources):
                adopted.add(operation.kind)
    return made - adopted


def test_each_kind_that_became_known_is_adopted_by_a_migration():
    loader = MigrationExecutor(connection).loader
    ours = [each for (app, _), each in loader.disk_migrations.items() if app == "netbox_hedgehog"]
    assert ours
    assert unadopted(ours) == set()
    new = migrations.Migration("0099_new", "netbox_hedgehog")
    new.operations = [migrations.CreateModel("VPC", [])]
    assert unadopted([*ours, new]) == {"VPC"}
    new.operations.append(AdoptOtherResources("VPC"))
    assert unadopted([*ours, new]) == set()
