"""What is written in bulk leaves in NetBox what its own save() and delete() leave; docs/bulk-writes.md lists it all."""

import json
import re
import uuid
import weakref
from collections import Counter
from functools import partial
from pathlib import Path

import django_rq
import pytest
from core.models import ObjectType
from django.conf import settings
from django.db import connection
from django.db.models import signals
from extras.models import Bookmark, CustomField, EventRule, JournalEntry, Subscription, Tag, Webhook
from netbox.context_managers import event_tracking
from netbox.models.features import get_model_features
from netbox.registry import registry
from netbox.signals import post_clean
from users.models import User
from utilities.request import NetBoxFakeRequest

from netbox_hedgehog.models import VPC, kind_models
from tests.builders import fabric_on, vpc
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db

LIST = Path(__file__).parents[3] / "docs" / "bulk-writes.md"
# What differs between two objects and two requests whoever writes them; a fabric is another one here.
OWN = {
    "id",
    "object_id",
    "changed_object_id",
    "assigned_object_id",
    "fabric",
    "fabric_id",
    "url",
    "display_url",
    "request_id",
    "uid",
}
TIMES = {"created", "last_updated", "time", "timestamp", "seen", "seen_at", "missing_since"}
OF_THE_SYNC = {"message", "missing_runs"}
OTHERS = re.compile("netbox_hedgehog_(?!vpc$)|core_job|django_migrations")  # the engine's own rows


def contents() -> Counter:
    """All rows of all tables, each as (table, JSON)."""
    found = Counter()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not OTHERS.match(table):
                cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
                found.update((table, row) for (row,) in cursor)
    return found


def plain(value):
    """VALUE without what may differ."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items() if name not in OWN | TIMES | OF_THE_SYNC}
    return [plain(part) for part in value] if isinstance(value, list) else value


class Trace:
    """What happens in NetBox inside of ``with``: rows that come and go, and events that webhooks are told of."""

    def __enter__(self):
        self.before = contents()
        django_rq.get_queue("default").empty()
        return self

    def __exit__(self, *_):
        after = contents()
        self.new, self.gone = self._texts(after - self.before), self._texts(self.before - after)
        jobs = [job.kwargs for job in django_rq.get_queue("default").jobs]
        names = ("event_type", "data", "snapshots")
        events = (
            {"user": each["request"].user.username, **{name: each[name] for name in names}}
            for each in jobs
            if "event_rule" in each or "event_type" in each
        )
        self.events = sorted(_text(json.loads(json.dumps(each, default=str))) for each in events)

    def _texts(self, rows: Counter) -> list[str]:
        return sorted(f"{table}: {_text(json.loads(row))}" for table, row in rows.elements())


def _text(value) -> str:
    return json.dumps(plain(value), sort_keys=True)


@pytest.fixture
def user():
    return User.objects.create(username="operator", is_superuser=True)


@pytest.fixture
def configured():
    """A custom field that search finds, and rules for all that happens to a VPC or a journal entry."""
    field = CustomField.objects.create(name="owner", type="text", default="nobody", search_weight=1000)
    field.object_types.set([ObjectType.objects.get_for_model(VPC)])
    hook = Webhook.objects.create(name="hook", payload_url="http://127.0.0.1:1/")
    rule = EventRule.objects.create(
        name="rule",
        event_types=["object_created", "object_updated", "object_deleted"],
        action_type="webhook",
        action_object_type=ObjectType.objects.get_for_model(Webhook),
        action_object_id=hook.pk,
    )
    rule.object_types.set([ObjectType.objects.get_for_model(model) for model in (VPC, JournalEntry)])


def saved(user, do):
    """DO, as a request of USER."""
    request = {name: {} for name in ("META", "COOKIES", "POST", "GET", "FILES")}
    request |= {"user": user, "method": "POST", "path": "/", "path_info": "/", "id": uuid.uuid4()}
    with event_tracking(NetBoxFakeRequest(request)):
        do()


def what_people_add(row, user):
    row.custom_field_data["owner"] = "anna"
    row.save()
    row.tags.add(Tag.objects.get_or_create(name="mine", slug="mine")[0])
    entry = JournalEntry.objects.create(assigned_object=row, comments="Watch this one", created_by=user)
    entry.tags.add(Tag.objects.get(name="mine"))
    Bookmark.objects.create(object=row, user=user)
    Subscription.objects.create(object=row, user=user)


def twin_of(row, fabric):
    """What a sync has made of ROW, on another FABRIC and not saved."""
    fields = [field.name for field in VPC._meta.concrete_fields if not field.generated]
    given = set(fields) - {"id", "created", "last_updated", "custom_field_data", "fabric"}
    return VPC(fabric=fabric, **{name: getattr(row, name) for name in given})


@pytest.mark.django_db(transaction=True)  # events and search wait for the commit
def test_bulk_writes_leave_what_save_and_delete_leave(server, user, configured, plugin):
    def in_bulk():
        with Trace() as bulk:
            assert sync(fabric, user).state == "succeeded"
        return bulk

    def by_netbox(do):
        with Trace() as own:
            saved(user, do)
        return own

    def same(bulk, own):
        assert bulk.new == own.new
        assert bulk.gone == own.gone
        assert bulk.events == own.events

    plugin(lease_seconds=60)  # the first event loads all of NetBox's views, which takes seconds
    fabric, other = fabric_on(server.kubeconfig), fabric_on(server.kubeconfig, "other")
    fabric.removal_runs = fabric.removal_hours = 0
    fabric.save()
    server.put(vpc("vpc-0"))  # so that the list does not get empty
    sync(fabric, user)

    server.put(vpc("vpc-1"))
    bulk = in_bulk()
    row = VPC.objects.get(name="vpc-1")
    twin = twin_of(row, other)
    same(bulk, by_netbox(twin.save))
    assert tables(bulk.new) >= {"netbox_hedgehog_vpc", "core_objectchange", "extras_cachedvalue"}
    assert len(bulk.events) == 1
    assert row.custom_field_data == {"owner": "nobody"}

    # Changed on the cluster, after people have written of it and follow it.
    for each in (row, twin):
        what_people_add(each, user)
    server.put(vpc("vpc-1", 77))
    bulk = in_bulk()
    row.refresh_from_db()
    twin.refresh_from_db()
    twin.snapshot()
    for name in VPC.LIVE:
        setattr(twin, name, getattr(row, name))
    same(bulk, by_netbox(partial(twin.save, update_fields=[*VPC.LIVE, "last_updated"])))
    assert tables(bulk.new) >= {"netbox_hedgehog_vpc", "extras_notification"}
    (event,) = bulk.events
    assert "anna" in event

    server.delete("vpcs", "vpc-1")
    bulk = in_bulk()
    same(bulk, by_netbox(twin.delete))
    marks = {"bookmark", "cachedvalue", "journalentry", "subscription", "taggeditem"}
    assert tables(bulk.gone) >= {"netbox_hedgehog_vpc", *(f"extras_{name}" for name in marks)}
    assert len(bulk.events) == 2


def tables(rows) -> set[str]:
    return {row.partition(":")[0] for row in rows}


def test_list_names_all_that_netbox_calls_on_save_and_delete():
    """A new receiver, method or feature of NetBox has to be looked at: does our bulk path do what it does?"""
    named = set(re.findall(r"`([\w.]+)`", LIST.read_text()))
    called = set()
    for model in kind_models():
        for signal in (signals.pre_save, signals.post_save, signals.pre_delete, signals.post_delete, post_clean):
            called |= {f"{each.__module__}.{each.__qualname__}" for each in receivers(signal, model)}
        called |= {
            f"{each.__module__}.{each.__qualname__}" for each in receivers(signals.m2m_changed, model.tags.through)
        }
        for base in model.__mro__:
            if base.__module__.partition(".")[0] not in ("django", "netbox_hedgehog", "builtins"):
                mine = {"save", "save_base", "delete", "clean", "full_clean"} & vars(base).keys()
                called |= {f"{base.__module__}.{base.__qualname__}.{name}" for name in mine}
        called |= set(get_model_features(model))
        assert not model._meta.related_objects, "rows of others that Django would delete or change along"
        assert model not in registry["counter_fields"], "a count that NetBox keeps on rows of ours"
    called |= set(settings.EVENTS_PIPELINE)
    assert "core.signals.handle_changed_object" in called
    assert called - named == set()


def receivers(signal, sender):
    wanted = {id(sender), id(None)}
    for (_, of), receiver, *_ in signal.receivers:
        found = receiver() if isinstance(receiver, weakref.ReferenceType) else receiver
        if of in wanted and found is not None:
            yield found
