"""What the plugin relies on in NetBox's tables and views of objects."""

import inspect

import django_tables2 as tables
from netbox.tables import BaseTable
from netbox.views.generic import ObjectDeleteView

from netbox_hedgehog.models import Fabric
from netbox_hedgehog.netbox_internals.object_views import BaseObjectView, CountedDependents, TableMixin
from netbox_hedgehog.netbox_internals.tables import BeforeFetch


def test_a_table_prepares_its_query_by_one_method_for_pages_and_exports():
    called = []

    class Names(BeforeFetch, BaseTable):
        name = tables.Column()

        class Meta(BaseTable.Meta):
            model = Fabric
            fields = ("name",)

        def before_prefetching(self, columns):
            called.append(("first", columns))

        def before_fetch(self, columns):
            called.append(("last", columns))
            self.data.data = self.data.data.defer("credential_data")

    table = Names(Fabric.objects.none())
    table._apply_prefetching(columns=["name"])
    assert called == [("first", ["name"]), ("last", ["name"])]
    assert "self._apply_prefetching()" in inspect.getsource(BaseTable.configure)
    assert list(inspect.signature(BaseTable._apply_prefetching).parameters) == ["self", "columns"]


def test_a_delete_view_asks_for_dependents_by_model_and_takes_counts_in_place_of_objects():
    class View(CountedDependents, ObjectDeleteView):
        queryset = Fabric.objects.all()

        def dependents(self, obj):
            return {Fabric: 3, BaseTable: 0}

    found = View()._get_dependent_objects(None)
    assert {model: (len(rows), list(rows)) for model, rows in found.items()} == {Fabric: (3, [])}
    assert found[Fabric].count_only
    assert "self._get_dependent_objects(obj)" in inspect.getsource(ObjectDeleteView.get)


def test_views_of_one_object_check_permission_and_restrict_what_they_find():
    assert list(inspect.signature(BaseObjectView.get_object).parameters) == ["self", "kwargs"]
    assert hasattr(BaseObjectView, "has_permission")
    assert hasattr(BaseObjectView, "get_required_permission")
    assert list(inspect.signature(TableMixin.get_table).parameters)[:3] == ["self", "data", "request"]
