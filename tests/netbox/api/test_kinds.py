"""The endpoint of every kind: what it shows, what may be changed, who may, and what it costs."""

import pytest
from core.models import ObjectType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from extras.models import CustomField, Tag

from netbox_hedgehog.models import VPC, KindObservation, OtherResource, Switch
from tests.builders import KINDS, fabric, grant, thing, user
from tests.netbox.api.given import BASE, admin, client, plural

pytestmark = pytest.mark.django_db

MODEL = pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
NAMED = {
    "fabric",
    "api_group",
    "kind",
    "namespace",
    "name",
    "spec",
    "live",
    "status",
    "labels",
    "uid",
    "resource_version",
    "drift",
    "seen",
}


def address(model, pk=None):
    return f"{BASE}/{plural(model)}/" + (f"{pk}/" if pk else "")


@MODEL
def test_list_and_detail_show_the_object(model):
    lab = fabric()
    columns = {"live": {"a": {"b": [1]}}, "status": {"ok": True}, "labels": {"l": "1"}, "uid": "u"}
    one = thing(model, lab, **columns, resource_version="77", generation=3)
    root = admin()
    listed = root.get(address(model)).json()
    shown = root.get(address(model, one.pk)).json()
    assert listed["results"] == [shown]
    assert shown.keys() >= NAMED | {"id", "url", "display_url", "display", "state", "tags", "custom_fields"}
    assert {name: shown[name] for name in columns} == columns
    assert (shown["resource_version"], shown["generation"], shown["spec"], shown["drift"]) == ("77", 3, None, "unknown")
    assert (shown["fabric"]["name"], shown["kind"], shown["api_group"]) == ("fabric-a", one.kind, one.api_group)
    assert shown["url"].endswith(address(model, one.pk))


@MODEL
def test_brief_list(model):
    thing(model, fabric())
    (shown,) = admin().get(address(model), {"brief": 1}).json()["results"]
    assert shown.keys() == {"id", "url", "display", "fabric", "namespace", "name", "state"}


@MODEL
def test_only_tags_and_custom_fields_can_be_changed(model):
    one = thing(model, fabric(), live={"kept": 1}, uid="kept")
    tag = Tag.objects.create(name="Seen", slug="seen")
    field = CustomField.objects.create(name="owner", type="text")
    field.object_types.set([ObjectType.objects.get_for_model(model)])
    body = {"tags": [{"slug": "seen"}], "custom_fields": {"owner": "ops"}, "live": {}, "uid": "new", "name": "new"}
    answer = admin().patch(address(model, one.pk), body, format="json")
    assert answer.status_code == 200, answer.content
    one.refresh_from_db()
    assert (list(one.tags.all()), one.custom_field_data) == ([tag], {"owner": "ops"})
    assert (one.live, one.uid, one.name) == ({"kept": 1}, "kept", "one")


@MODEL
def test_objects_are_neither_made_nor_removed(model):
    one = thing(model, fabric())
    ann = user()
    grant(ann, ["view"], model)
    for caller in (admin(), client(ann)):
        assert caller.post(address(model), {"name": "x"}, format="json").status_code == 405
        assert caller.delete(address(model, one.pk)).status_code == 405
        assert caller.delete(address(model), [{"id": one.pk}], format="json").status_code == 405
    assert model.objects.filter(pk=one.pk).exists()


@MODEL
def test_permissions_decide_kind_by_kind_and_object_by_object(model):
    here, there = fabric("here"), fabric("there")
    mine, other = thing(model, here), thing(model, there)
    ann = user()
    caller = client(ann)
    assert caller.get(address(model)).status_code == 403
    grant(ann, ["view", "change"], model, constraints={"fabric__name": "here"})
    caller = client(ann)
    assert [each["id"] for each in caller.get(address(model)).json()["results"]] == [mine.pk]
    assert caller.get(address(model, other.pk)).status_code == 404
    assert caller.patch(address(model, other.pk), {"tags": []}, format="json").status_code == 404
    assert caller.patch(address(model, mine.pk), {"tags": []}, format="json").status_code == 200
    unrelated = Switch if model is not Switch else VPC
    assert caller.get(address(unrelated)).status_code == 403


def test_a_token_that_may_not_write_changes_nothing():
    one = thing(VPC, fabric())
    root = user("root", superuser=True)
    assert client(root, write=False).patch(address(VPC, one.pk), {"tags": []}, format="json").status_code == 403


@MODEL
def test_a_longer_list_costs_no_more_queries(model):
    lab = fabric()

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert caller.get(address(model), {"limit": 500}).status_code == 200
        return len(captured)

    caller = admin()
    thing(model, lab, "first")
    caller.get(address(model))  # fills NetBox's caches
    few = queries()
    for number in range(20):
        thing(model, lab, f"more-{number}").tags.add(Tag.objects.get_or_create(name="T", slug="t")[0])
    thing(model, fabric("second"), "again")
    assert queries() <= few + 1  # the custom fields of the tags' page are looked up once
    assert few <= 12


def test_seen_is_when_the_kind_was_last_seen_whole():
    lab, now = fabric(), timezone.now()
    earlier = now - timezone.timedelta(hours=1)
    here = thing(VPC, lab, "here", seen_at=earlier)
    gone = thing(VPC, lab, "gone", seen_at=earlier, missing_since=now)
    look = {"fabric": lab, "kind": "VPC", "looked_at": now}
    KindObservation.objects.create(**look, api_group="vpc.githedgehog.com", complete_at=now)
    KindObservation.objects.create(**look, api_group="other.githedgehog.com", complete_at=earlier)
    seen = {each["id"]: each["seen"] for each in admin().get(address(VPC)).json()["results"]}
    stamp = {"now": now.isoformat().replace("+00:00", "Z"), "earlier": earlier.isoformat().replace("+00:00", "Z")}
    assert seen == {here.pk: stamp["now"], gone.pk: stamp["earlier"]}
    assert admin_again().get(address(VPC, here.pk)).json()["seen"] == stamp["now"]


def admin_again():
    return client(user("root2", superuser=True))


def test_filters_reach_the_list():
    lab = fabric()
    one = thing(VPC, lab, "one", labels={"tier": "web"})
    thing(VPC, lab, "two")
    root = admin()
    for query in ({"name": "one"}, {"label": "tier=web"}, {"q": "web"}, {"name__n": "two"}):
        assert [each["id"] for each in root.get(address(VPC), query).json()["results"]] == [one.pk], query
    assert root.get(address(VPC), {"fabric_id": 999999}).status_code == 400


def test_pages_are_followed_to_the_end():
    lab = fabric()
    for number in range(7):
        thing(VPC, lab, f"vpc-{number}")
    root, url, names = admin(), address(VPC) + "?limit=3", []
    while url:
        page = root.get(url).json()
        names += [each["name"] for each in page["results"]]
        url = page["next"]
    assert names == [f"vpc-{number}" for number in range(7)]


def test_a_change_of_tags_does_not_undo_what_the_engine_wrote_meanwhile(monkeypatch):
    one = thing(VPC, fabric(), live={"version": 1})
    from netbox_hedgehog.api.serializers import HedgehogSerializer

    validate = HedgehogSerializer.validate

    def slow(self, data):
        VPC.objects.filter(pk=one.pk).update(live={"version": 2})
        return validate(self, data)

    monkeypatch.setattr(HedgehogSerializer, "validate", slow)
    tag = Tag.objects.create(name="T", slug="t")
    assert admin().patch(address(VPC, one.pk), {"tags": [tag.pk]}, format="json").status_code == 200
    one.refresh_from_db()
    assert (one.live, list(one.tags.all())) == ({"version": 2}, [tag])


def test_a_change_of_tags_is_in_the_change_log_without_what_was_observed():
    from core.models import ObjectChange

    one = thing(VPC, fabric(), live={"observed": 1})
    tag = Tag.objects.create(name="T", slug="t")
    admin().patch(address(VPC, one.pk), {"tags": [tag.pk]}, format="json")
    change = ObjectChange.objects.get(changed_object_id=one.pk, changed_object_type__model="vpc")
    assert change.postchange_data["tags"] == ["T"]
    assert "live" not in change.postchange_data


def test_unknown_kinds_show_what_they_are():
    one = thing(OtherResource, fabric())
    shown = admin().get(address(OtherResource, one.pk)).json()
    assert (shown["api_group"], shown["kind"], shown["plural"]) == ("new.githedgehog.com", "Novelty", "novelties")


def test_a_form_that_saves_the_whole_object_does_not_undo_it_either():
    one = thing(VPC, fabric(), live={"version": 1})
    stale = VPC.objects.get(pk=one.pk)
    VPC.objects.filter(pk=one.pk).update(live={"version": 2})
    stale.custom_field_data = {"owner": "ops"}
    stale.save()
    one.refresh_from_db()
    assert (one.live, one.custom_field_data) == ({"version": 2}, {"owner": "ops"})


@pytest.mark.parametrize("model", [VPC, OtherResource], ids=lambda model: model.__name__)
def test_an_event_rule_gets_the_object_as_rest_shows_it(model):
    from extras.events import serialize_for_event

    one = thing(model, fabric(), live={"a": 1})
    assert serialize_for_event(one)["live"] == {"a": 1}
