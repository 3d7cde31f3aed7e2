"""Sorting: every heading that offers it does it, and none offers what cannot be done."""

import pytest

from netbox_hedgehog.models import Connection, Fabric, OtherResource, SyncRun, kind_models
from netbox_hedgehog.tables import FabricTable, ResourceTable, SyncRunTable, table_for
from tests.builders import fabric, run, thing
from tests.netbox.views.given import address, root
from tests.some import some

pytestmark = pytest.mark.django_db


def test_every_column_that_can_be_sorted_by_sorts():
    lab = fabric()
    for name in ("b", "a"):
        thing(Connection, lab, name, live={"eslag": {}})
    run(lab)
    tables = {
        address(Connection): table_for(Connection),
        address(SyncRun): SyncRunTable,
        address(Fabric): FabricTable,
        address(lab, "resources"): ResourceTable,
        address(OtherResource): table_for(OtherResource),
    }
    admin = root()
    for path, table in tables.items():
        for name in some(name for name, column in table.base_columns.items() if column.orderable is not False):
            assert admin.get(path, {"sort": name}).status_code == 200, (path, name)


@pytest.mark.parametrize("model", kind_models(), ids=lambda model: model.__name__)
def test_no_table_offers_to_sort_by_its_buttons(model):
    assert table_for(model).base_columns["actions"].orderable is False


def test_a_sort_that_is_not_offered_is_ignored():
    lab = fabric()
    thing(Connection, lab, "one")
    admin = root()
    assert [admin.get(address(model), {"sort": "actions"}).status_code for model in (Connection, Fabric)] == [200, 200]
