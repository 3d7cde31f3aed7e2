"""The database and queue fixtures themselves."""

import pytest
from core.models import ObjectType
from extras.models import Tag

from netbox_hedgehog.models import Fabric


@pytest.mark.django_db
def test_template_holds_netbox_and_the_plugin():
    assert ObjectType.objects.get_for_model(Fabric).pk
    assert not Fabric.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_committed_rows_are_gone_in_the_next_test(time):
    assert not Tag.objects.exists()
    Tag.objects.create(name=time, slug=time)


def test_database_is_out_of_reach_without_the_mark():
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Tag.objects.exists()
