"""The documentation in NetBox: each page and picture is there, each link leads somewhere, forms lead to it."""

import re

import pytest
from django.urls import reverse

from netbox_hedgehog.models import VPC, Fabric
from netbox_hedgehog.presentation import documentation
from practice.services.netbox import CHECKOUT
from tests.builders import fabric, thing

pytestmark = pytest.mark.django_db
START = "/plugins/hedgehog/docs/"
LINK = re.compile(r'(?:href|src)="(/plugins/hedgehog/docs/[^"#]*)(?:#([\w-]+))?"')


def test_every_file_is_a_page_and_every_link_in_it_leads_somewhere():
    names = {path.stem for path in (CHECKOUT / "docs").glob("*.md")}
    assert set(documentation.page_names()) == names
    texts = {f"{START}{name}/": documentation.page(name).html for name in names}
    links = {(page, *link) for page, text in texts.items() for link in LINK.findall(text)}
    assert len(links) > 50
    pictures = {f"{START}images/{path.name}" for path in (CHECKOUT / "docs" / "images").glob("*.png")}
    assert {link for link in links if link[1] not in texts.keys() | pictures} == set()
    assert {link for link in links if link[2] and f'id="{link[2]}"' not in texts[link[1]]} == set()
    assert [page for page, text in texts.items() if re.search(r'="[\w-]+\.md|="images/', text)] == []


def test_page_is_shown_with_its_title_and_an_unknown_one_is_not_found(admin_client):
    shown = admin_client.get(f"{START}fabric/").content.decode()
    assert "<title>A fabric and its settings" in shown
    assert 'id="credential"' in shown
    assert admin_client.get(START).status_code == 200
    assert admin_client.get(f"{START}images/fabric.png")["Content-Type"] == "image/png"
    for nothing in ("nothing/", "images/nothing.png", "images/..%2Findex.md"):
        assert admin_client.get(f"{START}{nothing}").status_code == 404


def test_nobody_reads_it_without_logging_in(client):
    for address in (START, f"{START}fabric/", f"{START}images/fabric.png"):
        assert client.get(address).status_code == 302


def test_help_button_of_each_form_leads_to_a_page(admin_client):
    of = fabric("dc1")
    forms = [reverse("plugins:netbox_hedgehog:fabric_add"), f"{of.get_absolute_url()}edit/"]
    forms.append(f"{thing(VPC, of, 'vpc-1').get_absolute_url()}edit/")
    for address in forms:
        shown = admin_client.get(address).content.decode()
        (help_page,) = re.findall(r'href="([^"]+)"[^>]*title="View model documentation"', shown)
        assert help_page.startswith(START)
        assert admin_client.get(help_page).status_code == 200


def test_every_field_of_the_fabrics_form_is_told():
    told = documentation.page("fabric").html.lower()
    common = {"id", "created", "last_updated", "custom_field_data", "description", "comments", "owner"}
    fields = [field for field in Fabric._meta.concrete_fields if field.editable and field.name not in common]
    assert len(fields) > 10
    assert [field.name for field in fields if field.verbose_name.lower().partition(",")[0] not in told] == []
