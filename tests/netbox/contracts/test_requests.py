"""What the plugin relies on in NetBox's event rules, change log, search and request context."""

import inspect
from uuid import uuid4

import pytest
from core.events import OBJECT_CREATED, OBJECT_DELETED, OBJECT_UPDATED
from core.models import ObjectType
from django.core.exceptions import ValidationError
from extras.models import CachedValue
from netbox.context import query_cache
from netbox.search import SearchIndex
from netbox.search.backends import search_backend
from utilities.exceptions import AbortRequest

from netbox_hedgehog.models import Fabric
from netbox_hedgehog.netbox_internals.change_log import snapshot_of, take_snapshots
from netbox_hedgehog.netbox_internals.event_rules import enqueue_event, flush_events, request_of
from netbox_hedgehog.netbox_internals.protection_rules import ask_protection_rules
from netbox_hedgehog.netbox_internals.raw_delete import raw_delete
from netbox_hedgehog.netbox_internals.request_context import current_request, events_queue, lookups_cached
from netbox_hedgehog.netbox_internals.search_cache import caches_values, get_indexer, registered_index

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab():
    return Fabric.objects.create(name="lab", credential_kind="in_cluster")


def test_an_event_is_one_entry_of_a_dict_and_goes_to_the_pipeline_as_a_list(lab, settings, monkeypatch):
    request, queue, sent = request_of(None, "/where/", uuid4()), {}, []
    take_snapshots(lab, OBJECT_UPDATED)
    enqueue_event(queue, lab, request, OBJECT_UPDATED)
    enqueue_event(queue, lab, request, OBJECT_UPDATED)
    (event,) = queue.values()
    assert event["event_type"] == OBJECT_UPDATED
    assert event["data"]["name"] == "lab"
    assert event["snapshots"]["prechange"]["name"] == event["snapshots"]["postchange"]["name"] == "lab"
    monkeypatch.setattr("extras.events.import_string", lambda _name: sent.append)
    settings.EVENTS_PIPELINE = ["anything"]
    flush_events([event])
    assert sent == [[event]]


@pytest.mark.parametrize(("event", "before", "after"), [(OBJECT_CREATED, 0, 1), (OBJECT_DELETED, 1, 0)])
def test_event_rules_take_both_states_from_the_row(lab, event, before, after):
    queue: dict = {}
    take_snapshots(lab, event)
    enqueue_event(queue, lab, request_of(None, "/", uuid4()), event)
    ((found),) = (each["snapshots"] for each in queue.values())
    assert (bool(found["prechange"]), bool(found["postchange"])) == (bool(before), bool(after))


def test_snapshot_leaves_what_the_change_log_keeps_on_the_row(lab):
    assert snapshot_of(lab)["name"] == "lab"


def test_a_request_has_a_context_and_looks_up_object_types_once(django_assert_num_queries):
    assert (current_request.get(), query_cache.get()) == (None, None)
    assert isinstance(events_queue.get(), dict)
    with lookups_cached():
        ObjectType.objects.get_for_model(Fabric)
        with django_assert_num_queries(0):
            ObjectType.objects.get_for_model(Fabric)
    assert query_cache.get() is None


def test_search_is_rows_of_cached_values_made_by_a_registered_index(lab):
    assert caches_values(search_backend)
    index = get_indexer(ObjectType.objects.get_for_model(Fabric))
    assert issubclass(index, SearchIndex)
    assert registered_index("netbox_hedgehog.fabric") is index
    search_backend.cache([lab], remove_existing=True)
    made = {(row.field, row.type, row.weight, row.value) for row in CachedValue.objects.filter(object_id=lab.pk)}
    ours = {(each.name, each.type, each.weight, str(each.value)) for each in index.to_cache(lab, custom_fields=[])}
    assert made == ours
    assert made


def test_protection_rules_are_by_label_and_refuse_with_validation_errors(lab, settings, monkeypatch):
    from netbox.config import get_config

    rule = {"name": {"eq": "another"}}
    monkeypatch.setattr(type(get_config()), "PROTECTION_RULES", {"netbox_hedgehog.fabric": [rule]}, raising=False)
    with pytest.raises(AbortRequest, match="protection rule") as caught:
        ask_protection_rules(Fabric, [lab])
    assert isinstance(caught.value.__cause__, ValidationError)


def test_raw_delete_is_one_statement(lab, django_assert_num_queries):
    with django_assert_num_queries(1):
        raw_delete(Fabric.objects.filter(pk=lab.pk))
    assert not Fabric.objects.exists()
    assert list(inspect.signature(Fabric.objects.all()._raw_delete).parameters) == ["using"]
