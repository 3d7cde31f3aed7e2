"""Every tab of a fabric's or an object's page has the same head: how it stands, in a sentence, and the buttons."""

import pytest
from core.models import Job
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.module_loading import import_string
from netbox.registry import registry
from utilities.views import ViewTab, get_viewname

from netbox_hedgehog.models import VPC, Fabric, SyncRun, VPCAttachment, kind_models
from tests.builders import fabric, grant, thing, user
from tests.netbox.views.given import address, browser, root, text

pytestmark = pytest.mark.django_db


def tabs(model) -> list[str]:
    """The names of MODEL's views that are tabs, as NetBox finds them."""
    reverse("home")  # loads the addresses, and with them the views that register themselves
    views = registry["views"]["netbox_hedgehog"][model._meta.model_name]
    found = {each["name"]: each["view"] for each in views}
    found = {name: import_string(view) if isinstance(view, str) else view for name, view in found.items()}
    return [name for name, view in found.items() if isinstance(getattr(view, "tab", None), ViewTab)]


def test_every_tab_of_a_fabric_shows_the_four_facts_and_the_buttons():
    lab, admin = fabric(), root()
    names = tabs(Fabric)
    assert {"runs", "resources", "journal", "changelog", "jobs"} <= set(names)
    for name in ["", *names]:
        page = admin.get(reverse(get_viewname(Fabric, name), args=[lab.pk]))
        said = text(page)
        assert "Connection never tried Press Test connection, or Sync." in said, name
        assert "Freshness unknown The cluster has never been read whole." in said, name
        assert "Drift unknown Nothing is intended or declared yet." in said, name
        assert "Health unknown" in said, name
        for button in ("hedgehog-sync", "hedgehog-test"):
            assert page.content.decode().count(f'id="{button}"') == 1, (name, button)


@pytest.mark.parametrize("model", kind_models(), ids=lambda model: model.__name__)
def test_every_tab_of_an_object_says_what_it_is_and_how_it_stands(model):
    one, admin = thing(model, fabric(), "the-object"), root()
    names = tabs(model)
    assert {"journal", "changelog"} <= set(names)
    for name in ["", *names]:
        page = admin.get(reverse(get_viewname(model, name), args=[one.pk]))
        assert f"present {one.kind} default/the-object on fabric-a" in text(page), name
        assert page.content.decode().count('id="hedgehog-sync"') == 1, name


def test_every_tab_of_an_object_has_its_sentence():
    lab, admin = fabric(), root()
    thing(VPC, lab, "vpc-1", live={"subnets": {"default": {"subnet": "10.0.1.0/24", "vlan": 1001}}})
    one = thing(VPCAttachment, lab, "att", live={"subnet": "vpc-1/default", "connection": "wire"})
    for name in ["", *tabs(VPCAttachment)]:
        page = admin.get(reverse(get_viewname(VPCAttachment, name), args=[one.pk]))
        assert '<p class="mb-1" id="hedgehog-sentence">Attaches VPC vpc-1' in page.content.decode(), name


def test_tabs_show_no_button_to_those_who_may_not_press_it():
    lab, ann = fabric(), user()
    one = thing(VPC, lab, "vpc-1")
    grant(ann, ["view"], Fabric)
    grant(ann, ["view"], SyncRun)
    grant(ann, ["view"], VPC)
    her = browser(ann)
    for page in (address(lab), address(lab, "runs"), address(lab, "resources"), address(one)):
        shown = her.get(page)
        assert shown.status_code == 200, page
        assert 'id="hedgehog-sync"' not in shown.content.decode(), page


def test_jobs_tab_of_a_fabric_lists_its_jobs_below_the_facts():
    lab = fabric()
    kind = ContentType.objects.get_for_model(Fabric)
    Job.objects.create(
        object_type=kind, object_id=lab.pk, name="A job of it", job_id="0b9e2f0a-1111-4222-8333-444455556666"
    )
    said = text(root().get(address(lab, "jobs")))
    assert said.index("Connection never tried") < said.index("A job of it")
