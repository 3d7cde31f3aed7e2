"""A fabric's Resources tab: all kinds in one table, each restricted."""

import pytest
from django.utils import timezone

from netbox_hedgehog.models import VPC, Fabric, OtherResource, Switch
from tests.builders import KINDS, fabric, grant, thing, user
from tests.netbox.views.given import HTMX, address, browser, root, text

pytestmark = pytest.mark.django_db


def names(browser_, lab, **query):
    table = browser_.get(address(lab, "resources"), query).context["table"]
    return [row.record["name"] for row in table.page.object_list]


def test_every_kind_is_in_it():
    lab = fabric()
    for number, model in enumerate(KINDS):
        thing(model, lab, f"of-{number}")
        thing(model, fabric(f"other-{number}"), "elsewhere")
    shown = root().get(address(lab, "resources"), {"per_page": 100})
    assert sorted(names(root_of(shown), lab, per_page=100)) == sorted(f"of-{number}" for number in range(len(KINDS)))
    assert "Novelty" in text(shown)
    assert address(VPC.objects.get(fabric=lab)) in shown.content.decode()


def root_of(response):
    return browser(response.wsgi_request.user)


def test_filters_sorting_and_pages():
    lab = fabric()
    for number in range(60):
        thing(VPC, lab, f"vpc-{number}")
    thing(Switch, lab, "leaf", missing_since=timezone.now())
    admin = root()
    assert names(admin, lab, kind="switch") == ["leaf"]
    assert names(admin, lab, state="missing") == ["leaf"]
    assert names(admin, lab, q="vpc-59") == ["vpc-59"]
    assert names(admin, lab, q="default vpc-1", kind="vpc", sort="-name")[:2] == ["vpc-19", "vpc-18"]
    assert len(names(admin, lab, page=2)) == 11
    assert "leaf" in text(admin.get(address(lab, "resources"), {"kind": "switch"}, **HTMX))


def test_one_sees_what_one_may():
    lab = fabric()
    for name in ("xenon", "neon"):
        thing(VPC, lab, name)
        thing(Switch, lab, f"{name}-switch")
    thing(OtherResource, lab, "other")
    ann = user()
    grant(ann, ["view"], Fabric)
    assert names(browser(ann), lab) == []
    grant(ann, ["view"], VPC, constraints={"name__startswith": "x"})
    assert names(browser(ann), lab) == ["xenon"]
    assert names(browser(ann), lab, kind="switch") == []


def test_the_tab_needs_sight_of_the_fabric():
    assert browser(user()).get(address(fabric(), "resources")).status_code == 403
