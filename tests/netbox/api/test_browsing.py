"""The endpoints in a browser: NetBox's browsable pages of the API."""

import pytest
from django.test import Client

from netbox_hedgehog.models import VPC
from tests.builders import fabric, run, thing, user
from tests.netbox.api.given import BASE

pytestmark = pytest.mark.django_db


def test_every_kind_of_endpoint_has_a_page():
    lab = fabric()
    vpc, done = thing(VPC, lab), run(lab, state="succeeded")
    browser = Client()
    browser.force_login(user("root", superuser=True))
    pages = {
        "": 200,
        "fabrics/": 200,
        f"fabrics/{lab.pk}/": 200,
        f"fabrics/{lab.pk}/sync/": 405,
        f"fabrics/{lab.pk}/test-connection/": 404,
        "vpcs/": 200,
        f"vpcs/{vpc.pk}/": 200,
        "resources/": 200,
        "runs/": 200,
        f"runs/{done.pk}/": 200,
        f"runs/{done.pk}/changes/": 200,
        f"runs/{done.pk}/issues/": 200,
        f"runs/{done.pk}/cancel/": 405,
    }
    told = {page: browser.get(f"{BASE}/{page}", headers={"accept": "text/html"}).status_code for page in pages}
    assert told == pages


def test_nobody_sees_anything_without_logging_in():
    lab = fabric()
    done = run(lab, state="succeeded")
    for page in ("fabrics/", f"fabrics/{lab.pk}/", "vpcs/", "resources/", "runs/", f"runs/{done.pk}/issues/"):
        assert Client().get(f"{BASE}/{page}").status_code == 403, page
