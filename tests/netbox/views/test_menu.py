"""The menu: every kind has its place, and each user sees what they may see."""

import pytest
from django.urls import reverse

from netbox_hedgehog import kinds
from netbox_hedgehog.models import VPC, Fabric
from netbox_hedgehog.navigation import menu
from tests.builders import KINDS, grant, user
from tests.netbox.views.given import browser

pytestmark = pytest.mark.django_db


def test_every_list_is_in_it_once():
    links = [item.link for group in menu.groups for item in group.items]
    expected = [f"plugins:netbox_hedgehog:{model._meta.model_name}_list" for model in KINDS]
    expected += ["plugins:netbox_hedgehog:fabric_list", "plugins:netbox_hedgehog:syncrun_list"]
    assert sorted(links) == sorted(expected)
    assert [reverse(link) for link in links]


def test_groups_follow_the_areas_and_hidden_kinds_come_last():
    groups = {group.label: [item.link_text for item in group.items] for group in menu.groups}
    assert list(groups) == ["Fabrics", "VPC", "Wiring", "Gateway", "Run-time", "Sync"]
    assert groups["VPC"][0] == "VPCs"
    assert groups["Run-time"][-2:] == ["Catalogs", "Other Resources"]
    assert kinds.by_name("Catalog").hidden


def test_one_sees_the_items_that_one_may_open():
    ann = user()
    assert "/plugins/hedgehog/" not in browser(ann).get(reverse("home")).content.decode()
    grant(ann, ["view"], VPC, Fabric)
    body = browser(ann).get(reverse("home")).content.decode()
    assert "/plugins/hedgehog/vpcs/" in body
    assert "/plugins/hedgehog/switches/" not in body
    assert "/plugins/hedgehog/fabrics/add/" not in body
