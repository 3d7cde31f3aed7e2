"""NetBox's global search finds fabrics and objects of every kind."""

import pytest
from netbox.registry import registry
from netbox.search.backends import search_backend

from netbox_hedgehog.models import Fabric, Switch
from tests.builders import KINDS, SECRET, fabric, grant, thing, user

pytestmark = pytest.mark.django_db


def found(text, ann=None):
    return [result.object for result in search_backend.search(text, user=ann or user("root", superuser=True))]


@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
def test_an_object_is_found_by_its_name(model):
    one = thing(model, fabric(), "needle-01")
    search_backend.cache([one])
    assert found("needle") == [one]


def test_a_switch_is_found_by_description_and_address():
    leaf = thing(Switch, fabric(), "leaf", live={"description": "rack seven", "ip": "172.30.8.2/21", "asn": 65101})
    search_backend.cache([Switch.objects.get(pk=leaf.pk)])
    assert [found(text, user(text, superuser=True)) for text in ("seven", "172.30.8.2", "65101")] == [[leaf]] * 3


def test_a_fabric_is_found_by_name_and_address_and_never_by_its_credential():
    lab = fabric("lab-7", description="basement")
    search_backend.cache([lab])
    assert [found(text, user(text, superuser=True)) for text in ("lab-7", "192.0.2.1", "basement")] == [[lab]] * 3
    assert found(SECRET) == []


def test_only_what_the_user_may_see():
    search_backend.cache([thing(Switch, fabric(), "needle")])
    ann = user()
    assert found("needle", ann) == []
    grant(ann, ["view"], Switch)
    from users.models import User

    assert len(found("needle", User.objects.get(pk=ann.pk))) == 1


def test_every_model_has_an_index():
    for model in (*KINDS, Fabric):
        assert f"netbox_hedgehog.{model._meta.model_name}" in registry["search"]
