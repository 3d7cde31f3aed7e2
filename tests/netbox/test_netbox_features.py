"""What NetBox does with any object through its model's name: links, fields, bookmarks, filters, templates, events."""

import pickle
from urllib.parse import urlencode

import pytest
from core.models import ObjectType
from django.urls import reverse
from extras.dashboard.widgets import ObjectCountsWidget, ObjectListWidget
from extras.models import CustomField, CustomLink, ExportTemplate, JournalEntry, SavedFilter, Tag
from utilities.views import get_viewname

from netbox_hedgehog.models import Fabric
from tests.builders import KINDS, fabric, thing, user
from tests.netbox.api.given import BASE, admin, client, plural
from tests.netbox.sync.receiver import receiving, rule
from tests.netbox.views.given import HTMX, address, browser, root, text

pytestmark = pytest.mark.django_db

MODELS = [Fabric, *KINDS]


@pytest.fixture
def objects():
    """One object of each model."""
    lab = fabric()
    return [lab, *(thing(model, lab, "the-one") for model in KINDS)]


def label(obj):
    return obj._meta.label_lower


def of(*models):
    return [ObjectType.objects.get_for_model(model) for model in models]


def on(obj):
    return {"object_type": label(obj), "object_id": obj.pk}


def rest(model):
    return f"{BASE}/{'fabrics' if model is Fabric else plural(model)}/"


def test_an_object_of_every_model_can_be_the_value_of_a_custom_field(objects):
    lab, everybody = objects[0], user("root", superuser=True)
    pages, api = browser(everybody), client(everybody)
    values = {}
    for obj in objects:
        name = f"my_{obj._meta.model_name}"
        field = CustomField.objects.create(name=name, type="object", related_object_type=of(type(obj))[0])
        field.object_types.set(of(Fabric))
        values[name] = obj.pk
    Fabric.objects.filter(pk=lab.pk).update(custom_field_data=values)
    shown = pages.get(address(lab)).content.decode()
    assert [obj for obj in objects if f'href="{obj.get_absolute_url()}"' not in shown] == []
    form = pages.get(address(lab, "edit")).content.decode()
    assert [name for name in values if f'name="cf_{name}"' not in form] == []
    told = api.get(f"{BASE}/fabrics/{lab.pk}/").json()["custom_fields"]
    assert {name: value["id"] for name, value in told.items()} == values
    name, value = next(iter(values.items()))
    assert api.get(f"{BASE}/fabrics/", {f"cf_{name}": value}).json()["count"] == 1


def test_bookmarks_subscriptions_journal_and_tags_name_their_object(objects):
    api = admin()
    me = api.get("/api/users/users/").json()["results"][0]["id"]
    tag = Tag.objects.create(name="gold", slug="gold")
    for obj in objects:
        obj.tags.add(tag)
        for kind in ("bookmarks", "subscriptions"):
            answer = api.post(f"/api/extras/{kind}/", {**on(obj), "user": me}, format="json")
            assert answer.status_code == 201, answer.json()
            assert answer.json()["object"]["id"] == obj.pk
        JournalEntry.objects.create(assigned_object=obj, comments="seen")
        assert api.patch(f"{rest(type(obj))}{obj.pk}/", {"tags": []}, format="json").status_code == 200
        obj.tags.add(tag)
    everywhere = {"limit": 100}
    tagged = api.get("/api/extras/tagged-objects/", everywhere).json()["results"]
    assert {each["object"]["url"] for each in tagged} >= {"http://testserver" + _url(obj) for obj in objects}
    assert len(tagged) == len(objects)
    noted = api.get("/api/extras/journal-entries/", everywhere).json()["results"]
    assert len(noted) == len([each for each in noted if each["assigned_object"]]) == len(objects)
    changed = api.get("/api/core/object-changes/", everywhere).json()["results"]
    assert {each["changed_object_type"] for each in changed if each["changed_object"]} >= {label(o) for o in objects}


def _url(obj):
    return reverse(get_viewname(obj, "detail", rest_api=True), args=[obj.pk])


def test_saved_filters_export_templates_and_custom_links(objects):
    pages = root()
    saved = SavedFilter.objects.create(name="mine", slug="mine", parameters={"name": ["the-one", "fabric-a"]})
    template = ExportTemplate.objects.create(
        name="names", template_code="{% for o in queryset %}<{{ o.name }}>{% endfor %}"
    )
    link = CustomLink.objects.create(
        name="wiki", link_text="Wiki of {{ object.name }}", link_url="https://wiki/{{ object.pk }}"
    )
    for each in (saved, template, link):
        each.object_types.set(of(*MODELS))
    for obj in objects:
        model = type(obj)
        if model is not Fabric:
            thing(model, objects[0], "another")
        listed = pages.get(address(model), {"filter_id": saved.pk})
        assert [row.record.name for row in listed.context["table"].page.object_list] == [obj.name]
        assert f"<{obj.name}>" in pages.get(address(model), {"export": "names"}).content.decode()
        assert f"Wiki of {obj.name}" in text(pages.get(address(obj)))


def test_widgets_of_the_dashboard_count_and_list(objects, rf):
    pages = root()
    request = rf.get("/")
    request.user = pages.get("/").wsgi_request.user
    counts = ObjectCountsWidget(config={"models": [label(obj) for obj in objects], "filters": {"q": "the-one"}})
    shown = counts.render(request)
    assert [obj for obj in objects if f'href="{address(type(obj))}?q=the-one"' not in shown] == []
    for obj in objects:
        form = ObjectListWidget.ConfigForm({"model": label(obj), "url_params": '{"q": "the-one"}'})
        assert form.is_valid(), form.errors
        widget = ObjectListWidget(config=form.cleaned_data).render(request)
        assert address(type(obj)) in widget
        query = urlencode({"embedded": True, "per_page": 5})
        assert obj.name in pages.get(f"{address(type(obj))}?{query}", **HTMX).content.decode()


def test_event_rules_tell_of_edits_of_every_model(objects, queued_jobs):
    pages = root()
    tag = Tag.objects.create(name="gold", slug="gold")
    with receiving() as receiver:
        rule(receiver, ["object_updated"], of=tuple(MODELS))
        for obj in objects[1:]:
            assert pages.post(address(obj, "edit"), {"tags": [tag.pk]}).status_code == 302
        queued_jobs()
        told = receiver.heard()
    assert [each["data"]["url"] for each in told] == [_url(obj) for obj in objects[1:]]
    assert {each["data"]["name"] for each in told} == {"the-one"}


def test_objects_and_their_lists_can_be_given_to_a_script(objects):
    """A script's input is pickled into its job: an object, or the queryset of several."""
    for obj in objects:
        assert pickle.loads(pickle.dumps(obj)) == obj
        assert list(pickle.loads(pickle.dumps(type(obj).objects.all()))) == [obj]
    assert len(objects) == len(MODELS)
