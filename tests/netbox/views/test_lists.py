"""A kind's list: what kubectl prints, references as links, search and filters."""

import html

import pytest
from core.models import ObjectType
from django.urls import reverse
from extras.models import SavedFilter
from utilities.views import get_viewname

from netbox_hedgehog import kinds
from netbox_hedgehog.filtersets import reference_filters
from netbox_hedgehog.forms import filter_form_for
from netbox_hedgehog.models import VPC, Agent, Connection, Server, Switch, SwitchProfile, VPCAttachment, model_for
from tests.builders import KINDS, fabric, grant, reference, thing, user
from tests.netbox.views.given import HTMX, address, browser, root, text

pytestmark = pytest.mark.django_db


def cells(response, name):
    """The cells of the row of NAME, by column."""
    for row in response.context["table"].page.object_list:
        if row.record.name == name:
            return {column.name: str(cell) for column, cell in row.items()}
    raise AssertionError(f"no row {name}")


def test_printed_columns_come_from_spec_status_and_metadata():
    lab = fabric()
    status = {"lastAppliedGen": 4, "version": "v1.2", "lastHeartbeat": "2026-01-01T00:00:00Z"}
    thing(Agent, lab, "leaf-01", live={"role": "server-leaf"}, status=status, generation=5)
    shown = cells(root().get(address(Agent), {"include_columns": "col_heartbeat"}), "leaf-01")
    assert (shown["col_role"], shown["col_appliedg"], shown["col_currentg"]) == ("server-leaf", "4", "5")
    assert shown["col_version"] == "v1.2"
    assert "2026-01-01T00:00:00Z" in shown["col_heartbeat"]


def test_references_are_links_or_said_to_be_missing():
    lab = fabric()
    switch = thing(Switch, lab, "leaf-01")
    thing(Switch, fabric("elsewhere"), "leaf-02")
    wire = thing(Connection, lab, "wire")
    reference(wire, "Switch", "leaf-01")
    reference(wire, "Switch", "leaf-02", path="spec.other")
    shown = cells(root().get(address(Connection)), "wire")["ref_switch"]
    assert f'href="{switch.get_absolute_url()}"' in shown
    assert shown.count("missing") == 1
    assert shown.index("leaf-02") < shown.index("missing")


def test_a_printed_name_is_a_link():
    lab = fabric()
    profile = thing(SwitchProfile, lab, "vs")
    thing(Switch, lab, "leaf-01", live={"profile": "vs", "groups": ["one", "two"]})
    shown = cells(root().get(address(Switch)), "leaf-01")
    assert f'href="{profile.get_absolute_url()}"' in shown["col_profile"]
    assert shown["col_groups"].count("missing") == 2


def test_a_target_that_one_may_not_see_is_no_link_and_not_called_missing():
    lab = fabric()
    thing(Switch, lab, "leaf-01")
    reference(thing(Connection, lab, "wire"), "Switch", "leaf-01")
    ann = user()
    grant(ann, ["view"], Connection)
    shown = cells(browser(ann).get(address(Connection)), "wire")["ref_switch"]
    assert shown == "leaf-01"


def test_maps_are_told_in_a_few_words():
    live = {"subnets": {"default": {"subnet": "10.0.1.0/24", "vlan": 1001}, "storage": {"subnet": "10.0.2.0/24"}}}
    thing(VPC, fabric(), "vpc-1", live=live)
    assert cells(root().get(address(VPC)), "vpc-1")["col_subnets"] == "default 10.0.1.0/24, storage 10.0.2.0/24"


def test_nothing_of_a_manifest_is_markup():
    thing(VPC, fabric(), "vpc-1", live={"mode": "<b>x</b>", "subnets": {"<i>": {"subnet": "<u>"}}}, labels={"a": "<s>"})
    admin = root()
    for page in (admin.get(address(VPC), {"include_columns": "labels"}), admin.get(address(VPC.objects.get()))):
        body = page.content.decode()
        for tag in ("<b>x", "<i>", "<u>", "<s>"):
            assert tag not in body


def test_filters_search_and_paging():
    lab = fabric()
    for number in range(60):
        thing(VPCAttachment, lab, f"attachment-{number:02}", live={"subnet": f"vpc-{number % 2}/default"})
    reference(VPCAttachment.objects.get(name="attachment-07"), "VPC", "vpc-1")
    admin = root()

    def names(**query):
        return [row.record.name for row in admin.get(address(VPCAttachment), query).context["table"].page.object_list]

    assert len(names()) == 50
    assert len(names(page=2)) == 10
    assert names(vpc="vpc-1") == ["attachment-07"]
    assert names(q="attachment-59") == ["attachment-59"]
    assert names(name="attachment-03", fabric_id=lab.pk) == ["attachment-03"]
    assert names(state="missing") == []
    fragment = admin.get(address(VPCAttachment), {"q": "attachment-59"}, **HTMX)
    assert "attachment-59" in text(fragment)
    assert "<html" not in fragment.content.decode()


def test_the_filter_form_offers_every_reference():
    form = root().get(address(Connection)).context["filter_form"]
    assert {
        "fabric_id",
        "namespace",
        "name",
        "label",
        "state",
        "switch",
        "server",
        "gateway",
        "vpc",
    } <= form.fields.keys()


def test_links_of_another_fabric_are_not_taken():
    here, there = fabric("here"), fabric("there")
    thing(Server, there, "server-1")
    reference(thing(Connection, here, "wire"), "Server", "server-1")
    assert "missing" in cells(root().get(address(Connection)), "wire")["ref_server"]


PICKERS = [(model, name) for model in KINDS for name in reference_filters(model.kind_entry)]


def test_reference_filters_are_pickers_of_the_chosen_fabrics_objects():
    checked = 0
    for model, name in PICKERS:
        field = filter_form_for(model)({"fabric_id": ["1"]})[name]
        target = model_for(kinds.by_name(reference_filters(model.kind_entry)[name]))
        shown = str(field)
        assert f'data-url="{reverse(get_viewname(target, "list", rest_api=True))}"' in shown
        assert 'ts-value-field="name"' in shown
        assert '"fieldName":"fabric_id","queryParam":"fabric_id"' in html.unescape(shown)
        assert "<option" not in shown, "a list of all objects would be read for each page"
        checked += 1
    assert checked > 20


def test_a_picker_keeps_what_is_chosen_and_names_that_are_gone():
    lab = fabric()
    switch, wire = thing(Switch, lab, "leaf-01"), thing(Connection, lab, "wire")
    reference(wire, "Switch", "leaf-01")
    reference(thing(Connection, lab, "old"), "Switch", "leaf-99")
    thing(Connection, lab, "other")
    admin = root()
    page = admin.get(address(Connection), {"switch": ["leaf-01", "leaf-99"], "fabric_id": lab.pk})
    assert [row.record.name for row in page.context["table"].page.object_list] == ["old", "wire"]
    assert [(each, chosen) for each, _, chosen in _options(page, "switch")] == [("leaf-01", True), ("leaf-99", True)]
    assert "Switch: leaf-01, leaf-99" in text(page)
    offered = admin.get("/api/plugins/hedgehog/switches/", {"brief": "true", "fabric_id": lab.pk, "q": "leaf"}).json()
    assert [(each["name"], each["display"]) for each in offered["results"]] == [(switch.name, "leaf-01")]
    for query in ({"switch": "leaf-99"}, {"switch": ["leaf-99", "leaf-99"]}):
        assert [each["name"] for each in _rest(admin, query)] == ["old"]
    assert [each["name"] for each in _rest(admin, {"switch": "none"})] == []


def _options(page, name):
    widget = page.context["filter_form"][name].subwidgets
    return [(each.data["value"], each.data["label"], each.data["selected"]) for each in widget]


def _rest(admin, query):
    return admin.get("/api/plugins/hedgehog/connections/", query).json()["results"]


def test_a_picker_takes_one_name_as_it_takes_several_and_markup_as_text():
    lab = fabric()
    reference(thing(Connection, lab, "wire"), "Switch", "<b>leaf</b>")
    admin = root()
    page = admin.get(f"{address(Connection)}?switch=%3Cb%3Eleaf%3C/b%3E&switch=")
    assert [row.record.name for row in page.context["table"].page.object_list] == ["wire"]
    assert "<b>leaf" not in page.content.decode()
    saved = SavedFilter.objects.create(name="mine", slug="mine", parameters={"switch": "<b>leaf</b>"})
    saved.object_types.set([ObjectType.objects.get_for_model(Connection)])
    page = admin.get(address(Connection), {"filter_id": saved.pk})
    assert [row.record.name for row in page.context["table"].page.object_list] == ["wire"]
