"""Rows of other plugins that refer to an object by foreign key, when the object is removed in bulk."""

import logging

import pytest
from django.apps import apps
from django.db import connection, models

from netbox_hedgehog.models import VPC, Fabric
from tests.builders import vpc
from tests.netbox.api.given import admin
from tests.netbox.sync.conftest import _lease_without_its_thread, fabric, plugin, server  # noqa: F401
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def referring():
    """``referring(on_delete)``: a model of somebody else with a foreign key to VPCs."""
    made = []

    def make(on_delete):
        meta = type("Meta", (), {"app_label": "extras"})
        key = models.ForeignKey(VPC, on_delete=on_delete, null=True, related_name="+")
        of_vpc = type(f"Of{on_delete.__name__}", (models.Model,), {"vpc": key, "Meta": meta, "__module__": __name__})
        made.append(of_vpc)
        with connection.schema_editor() as editor:
            editor.create_model(of_vpc)
        return of_vpc

    yield make
    for each in made:
        del apps.all_models["extras"][each._meta.model_name]
    apps.clear_cache()


@pytest.fixture
def two(server, fabric):  # noqa: F811
    """A fabric that removes at once, with two VPCs."""
    fabric.removal_runs = fabric.removal_hours = 0
    fabric.save()
    server.put_all([vpc("vpc-1"), vpc("vpc-2"), vpc("vpc-3")])
    sync(fabric)
    return fabric


def names():
    return sorted(VPC.objects.values_list("name", flat=True))


def refer(model):
    model.objects.bulk_create(model(vpc=row) for row in VPC.objects.order_by("name"))


def check_constraints():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize(("on_delete", "left"), [(models.CASCADE, 2), (models.SET_NULL, 3)])
def test_rows_that_refer_to_a_removed_object_do_what_they_want(server, two, referring, on_delete, left):  # noqa: F811
    others = referring(on_delete)
    refer(others)
    check_constraints()
    server.delete("vpcs", "vpc-1")
    assert sync(two).counts["VPC"]["removed"] == 1
    check_constraints()
    assert names() == ["vpc-2", "vpc-3"]
    assert (others.objects.count(), others.objects.exclude(vpc=None).count()) == (left, 2)


def test_object_that_a_row_protects_stays_missing_and_the_others_go(server, two, referring, caplog):  # noqa: F811
    others = referring(models.PROTECT)
    others.objects.create(vpc=VPC.objects.get(name="vpc-1"))
    check_constraints()
    for name in ("vpc-1", "vpc-2"):
        server.delete("vpcs", name)
    with caplog.at_level(logging.WARNING):
        run = sync(two)
    assert (run.state, run.counts["VPC"]["removed"]) == ("succeeded", 1)
    check_constraints()
    assert names() == ["vpc-1", "vpc-3"]
    assert "VPC default/vpc-1 is kept in NetBox" in caplog.text
    others.objects.all().delete()
    assert sync(two).counts["VPC"]["removed"] == 1
    assert names() == ["vpc-3"]


def test_fabric_with_an_object_that_a_row_protects_is_not_deleted(two, referring):
    others = referring(models.PROTECT)
    refer(others)
    check_constraints()
    assert admin().delete(f"/api/plugins/hedgehog/fabrics/{two.pk}/").status_code == 409
    assert Fabric.objects.count() == 1
    assert len(names()) == 3
