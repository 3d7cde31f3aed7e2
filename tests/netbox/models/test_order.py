"""Lists come in the order of an index: otherwise every page sorts the whole table."""

import pytest

from netbox_hedgehog.models import SyncRun, kind_models


@pytest.mark.parametrize("model", kind_models(), ids=lambda model: model.__name__)
def test_a_kind_is_listed_in_the_order_of_its_unique_index(model):
    (key,) = (each.fields for each in model._meta.constraints if each.name.endswith("_key"))
    assert [model._meta.get_field(name).attname for name in key] == list(model._meta.ordering)


def test_runs_are_listed_in_the_order_of_an_index():
    order = [name.replace("pk", "id") for name in SyncRun._meta.ordering]
    assert order in [list(index.fields) for index in SyncRun._meta.indexes]
