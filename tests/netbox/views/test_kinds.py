"""The pages of every kind: they open, show the object, and let nobody do or see more than they may."""

from datetime import timedelta

import pytest
from core.models import ObjectType
from django.urls import NoReverseMatch
from django.utils import timezone
from extras.models import CustomField, Tag

from netbox_hedgehog.models import OtherResource
from netbox_hedgehog.tables import table_for
from tests.builders import KINDS, fabric, grant, thing, user
from tests.netbox.views.given import address, browser, root, text

pytestmark = pytest.mark.django_db

MODEL = pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)


@MODEL
def test_list_and_page_show_the_object(model):
    one = thing(model, fabric(), "the-object", live={"someField": "some-value"}, labels={"tier": "gold"})
    admin = root()
    listed, shown = text(admin.get(address(model))), text(admin.get(address(one)))
    for page in (listed, shown):
        assert "the-object" in page
        assert "present" in page
        assert "fabric-a" in page
    assert "Some field" in shown
    assert "some-value" in shown
    assert "tier=gold" in shown


@MODEL
def test_an_object_that_is_gone_says_so(model):
    one = thing(model, fabric(), missing_since=timezone.now() - timedelta(hours=3, minutes=1), missing_runs=1)
    admin = root()
    assert "missing since 3 h" in text(admin.get(address(model)))
    assert "Missing from the cluster since" in text(admin.get(address(one)))


@MODEL
def test_pages_need_permission(model):
    one = thing(model, fabric())
    nobody = browser(user())
    for page in (address(model), address(one), address(one, "edit"), address(model, "bulk_edit")):
        assert nobody.get(page).status_code == 403


@MODEL
def test_constraints_hide_the_rest(model):
    lab = fabric()
    mine, hidden = thing(model, lab, "xenon"), thing(model, lab, "neon")
    ann = user()
    grant(ann, ["view"], model, constraints={"name__startswith": "x"})
    her = browser(ann)
    listed = her.get(address(model))
    assert "xenon" in text(listed)
    assert "neon " not in text(listed).replace("xenon", "")
    assert her.get(address(mine)).status_code == 200
    assert her.get(address(hidden)).status_code == 404


@MODEL
def test_only_tags_and_custom_fields_are_edited(model):
    one = thing(model, fabric(), "before")
    field = CustomField.objects.create(name="rack_row", type="text")
    field.object_types.set([ObjectType.objects.get_for_model(model)])
    tag = Tag.objects.create(name="gold", slug="gold")
    admin = root()
    assert "Rack row" in text(admin.get(address(one, "edit")))
    answer = admin.post(address(one, "edit"), {"name": "after", "tags": [tag.pk], "cf_rack_row": "7"})
    assert answer.status_code == 302
    one.refresh_from_db()
    assert (one.name, list(one.tags.all()), one.custom_field_data) == ("before", [tag], {"rack_row": "7"})
    assert one.live == {}


@MODEL
def test_tags_of_many_at_once(model):
    lab = fabric()
    rows = [thing(model, lab, name) for name in ("a", "b")]
    tag = Tag.objects.create(name="gold", slug="gold")
    asked = {"pk": [row.pk for row in rows], "add_tags": [tag.pk], "_apply": ""}
    assert root().post(address(model, "bulk_edit"), asked).status_code == 302
    assert [list(row.tags.all()) for row in rows] == [[tag], [tag]]


@MODEL
def test_export_tabs_and_no_way_to_add(model):
    one = thing(model, fabric(), "exported")
    admin = root()
    csv = admin.get(address(model), {"export": "table"}).content.decode()
    assert "exported" in csv
    assert "<" not in csv
    for tab in ("changelog", "journal"):
        assert admin.get(address(one, tab)).status_code == 200
    for action in ("add", "bulk_import", "bulk_delete"):
        with pytest.raises(NoReverseMatch):
            address(model, action)


@MODEL
def test_every_column_can_be_shown_sorted_and_exported(model):
    lab = fabric()
    for name in ("b", "a"):
        thing(model, lab, name)
    admin = root()
    kind = table_for(model)
    shown = admin.get(address(model), {"include_columns": ",".join(kind.base_columns)})
    assert shown.status_code == 200
    assert admin.get(address(model), {"export": ""}).status_code == 200
    # NetBox's own columns of buttons and tags say that they sort, and do not.
    for name in set(kind.base_columns) - {"actions", "tags", "pk"}:
        if kind.base_columns[name].orderable is not False:
            for alias in (name, f"-{name}"):
                assert len(kind(model.objects.all(), order_by=alias).data[:5]) == 2


def test_an_unknown_kind_is_shown_by_group_and_kind():
    one = thing(OtherResource, fabric(), "odd", live={"list": [{"a": 1}, {"a": 2}], "deep": {"deeper": {"x": "y"}}})
    admin = root()
    assert "new.githedgehog.com" in text(admin.get(address(OtherResource)))
    page = text(admin.get(address(one)))
    assert "Novelty" in page
    assert "Deeper" in page
