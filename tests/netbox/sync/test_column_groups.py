"""Each side writes its own columns: what the cluster says touches neither what people want nor what Git says."""

import pytest
from django.db import connection, models

from netbox_hedgehog.models import VPC, HedgehogObject
from netbox_hedgehog.sync.store import object_writer
from tests.builders import vpc
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db
SAID = {"subnets": {"default": {"vlan": 7}}}


@pytest.fixture
def declared(monkeypatch):
    """A column of VPCs for what Git says, as one that a later version brings."""
    field = models.JSONField(null=True, editable=False)
    field.contribute_to_class(VPC, "declared")
    monkeypatch.setattr(HedgehogObject, "DECLARED", ("declared",))
    with connection.schema_editor() as editor:
        editor.add_field(VPC, field)
    yield
    VPC._meta.local_fields.remove(field)
    VPC._meta._expire_cache()
    del VPC.declared


def test_what_git_says_and_people_want_stays_where_the_cluster_says_something_else(
    declared, server, fabric, monkeypatch
):
    server.put(vpc("vpc-1", 1))
    sync(fabric)
    server.put(vpc("vpc-1", 55))
    upsert = object_writer.bulk_upsert

    def upsert_after_others(*arguments):
        if arguments[0][0].name == "vpc-1":
            VPC.objects.update(declared=SAID, spec=SAID)  # since the run has read the row
        upsert(*arguments)

    monkeypatch.setattr(object_writer, "bulk_upsert", upsert_after_others)
    assert sync(fabric).counts["VPC"]["updated"] == 1
    row = VPC.objects.get()
    assert row.live["subnets"]["default"]["vlan"] == 55
    assert (row.declared, row.spec) == (SAID, SAID)


def test_what_git_says_is_neither_written_by_people_nor_in_the_change_log(declared, fabric):
    row = VPC.objects.create(fabric=fabric, name="vpc-1")
    VPC.objects.update(declared=SAID)
    row.spec = SAID
    row.save()
    assert (VPC.objects.get().declared, VPC.objects.get().spec) == (SAID, SAID)
    logged = VPC.objects.get().serialize_object()
    assert logged["spec"] == SAID
    assert "declared" not in logged
    assert "live" not in logged


def test_every_column_belongs_to_one_side_or_to_people():
    of_people = {"id", "fabric", "namespace", "name", "created", "last_updated", "custom_field_data"}
    groups = [*VPC.INTENT, *VPC.LIVE, *VPC.DECLARED]
    assert len(groups) == len(set(groups))
    columns = {field.name for field in VPC._meta.concrete_fields if not field.generated}
    assert columns == {*groups, *of_people}
