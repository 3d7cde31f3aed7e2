"""The recipe for a credential is shown where one is needed: in the form, for a new fabric, after a 401 or 403."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from netbox_hedgehog.cluster.errors.credential_recipe import MANIFEST, STEPS
from netbox_hedgehog.models import ConnectionTest, Fabric
from tests.builders import fabric, run, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(client):
    """The recipes on the page at an address, each by where it stands."""
    client.force_login(user("root", superuser=True))

    def look(address: str) -> list[str]:
        page = client.get(address).content.decode()
        found = re.findall(r'<details id="hedgehog-recipe-(\w+)"(.*?)</details>', page, re.DOTALL)
        for _, recipe in found:
            assert MANIFEST in unescape(recipe)
            assert all(command in unescape(recipe) for _, command in STEPS)
        ids = re.findall(r'id="(hedgehog-[\w-]+)"', page)
        assert len(ids) == len(set(ids))
        return [where for where, _ in found]

    return look


def test_in_the_form_before_it_is_needed(shown):
    assert shown(reverse("plugins:netbox_hedgehog:fabric_add")) == ["form"]
    assert shown(reverse("plugins:netbox_hedgehog:fabric_edit", args=[fabric().pk])) == ["form"]


def test_on_the_page_of_a_new_fabric(shown):
    assert shown(fabric().get_absolute_url()) == ["new"]


@pytest.mark.parametrize("code", ["unauthorized", "forbidden", "timed_out"])
def test_in_the_banner_of_a_run_that_was_denied_access(shown, code):
    lab = fabric()
    failed = run(lab, state="failed", error_code=code, error_message="no", error_hint="h")
    expected = [] if code == "timed_out" else ["run"]
    assert shown(lab.get_absolute_url()) == expected
    assert shown(failed.get_absolute_url()) == expected


def test_in_the_result_of_a_connection_test_that_was_denied_access(shown):
    lab = fabric()
    ConnectionTest.objects.create(fabric=lab, ok=False, finished=timezone.now(), error_code="unauthorized")
    assert shown(lab.get_absolute_url()) == ["test"]


def test_the_page_says_access_denied_for_what_is_no_refused_connection(client):
    client.force_login(user("root", superuser=True))
    lab = fabric()
    for code, word in (
        ("unauthorized", "access denied"),
        ("forbidden", "access denied"),
        ("connection_refused", "unreachable"),
    ):
        run(lab, state="failed", error_code=code, error_message="no")
        page = client.get(lab.get_absolute_url()).content.decode()
        assert re.search(rf'data-fact="connection"[^>]*>\s*{word} \(', page), word


def test_every_face_says_that_plain_http_is_not_encrypted(client):
    from tests.netbox.api.given import BASE
    from tests.netbox.api.given import client as api

    root = user("root", superuser=True)
    client.force_login(root)
    lab = fabric()
    assert "not encrypted" not in client.get(lab.get_absolute_url()).content.decode()
    assert api(root).get(f"{BASE}/fabrics/{lab.pk}/").json()["encrypted"] is True
    for address, expected in (("http://127.0.0.1:8001", False), ("", None)):
        Fabric.objects.update(api_url=address)
        assert ("not encrypted" in client.get(lab.get_absolute_url()).content.decode()) is (expected is False)
        assert api(root).get(f"{BASE}/fabrics/{lab.pk}/").json()["encrypted"] is expected
        query = {"query": "{hedgehog_fabric_list {encrypted}}"}
        told = api(root).post("/graphql/", query, format="json").json()
        assert told["data"]["hedgehog_fabric_list"] == [{"encrypted": expected}]
