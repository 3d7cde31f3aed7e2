"""Fault 44: what a user edits while a sync is under way is not lost, and takes nothing of the sync back."""

import pytest
from core.models import ObjectType
from extras.models import CustomField

from netbox_hedgehog.models import VPC
from tests.builders import vpc
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(server, fabric):
    field = CustomField.objects.create(name="owner_team", type="text")
    field.object_types.set([ObjectType.objects.get_for_model(VPC)])
    server.put(vpc("vpc-1", 1))
    sync(fabric)
    return VPC.objects.get()


def test_fault_44_edit_made_before_the_write_survives_it(server, fabric, row):
    server.put(vpc("vpc-1", 2))
    row.custom_field_data["owner_team"] = "blue"
    row.spec = {"intended": True}
    row.save()
    row.tags.add("mine")
    sync(fabric)
    after = VPC.objects.get()
    assert after.custom_field_data["owner_team"] == "blue"
    assert after.spec == {"intended": True}
    assert [tag.name for tag in after.tags.all()] == ["mine"]
    assert after.live["subnets"]["default"]["vlan"] == 2


def test_fault_44_form_opened_before_the_write_and_saved_after_it_keeps_both(server, fabric, row):
    server.put(vpc("vpc-1", 2))
    sync(fabric)
    row.custom_field_data["owner_team"] = "green"
    row.save()
    after = VPC.objects.get()
    assert after.custom_field_data["owner_team"] == "green"
    assert after.live["subnets"]["default"]["vlan"] == 2
    assert sync(fabric).counts["VPC"]["unchanged"] == 1


def test_fault_44_row_that_a_user_deleted_comes_back_while_the_cluster_has_it(server, fabric, row):
    row.delete()
    run = sync(fabric)
    assert run.counts["VPC"]["created"] == 1
    assert VPC.objects.get().live["subnets"]["default"]["vlan"] == 1
