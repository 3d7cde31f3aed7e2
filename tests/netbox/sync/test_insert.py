"""Rows that travel as JSON: what arrives is what was sent, and the database's own values come back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from netbox_hedgehog.models import Connection, Fabric, OtherResource
from netbox_hedgehog.sync.db.bulk import bulk_upsert

pytestmark = pytest.mark.django_db

KEY = ("fabric", "namespace", "name")
ODD = {"text": "quote ' \" \\ % %s \n \u00e9 \U0001f600", "large": 2**80, "list": [None, True, 1.5], "{}": {}}


@pytest.fixture
def lab():
    return Fabric.objects.create(name="lab")


def wire(lab, name, **columns):
    return Connection(fabric=lab, namespace="default", name=name, **columns)


def test_what_arrives_is_what_was_sent(lab):
    bulk_upsert([wire(lab, "it's {a}\\", live={"eslag": ODD}, labels={"k": "v"}, generation=2**40)], KEY, ("live",))
    row = Connection.objects.get()
    assert (row.name, row.live, row.labels) == ("it's {a}\\", {"eslag": ODD}, {"k": "v"})
    assert (row.generation, row.missing_runs, row.deleting, row.custom_field_data) == (2**40, 0, False, {})
    assert row.created <= row.last_updated


def test_nothing_is_null_and_not_a_json_null(lab):
    bulk_upsert([wire(lab, "a", live=None, missing_since=None)], KEY, ("live",))
    assert Connection.objects.filter(live__isnull=True, status__isnull=True, missing_since=None).exists()


def test_keys_and_computed_columns_come_back_whether_a_row_is_new_or_known(lab):
    bulk_upsert([wire(lab, "b", live={"mesh": {}})], KEY, ("live",))
    known = Connection.objects.get()
    rows = [wire(lab, "c", live={"fabric": {}}), wire(lab, "b", live={"eslag": {}})]
    bulk_upsert(rows, KEY, ("live",))
    assert rows[1].pk == known.pk
    with CaptureQueriesContext(connection) as queries:
        assert [row.type for row in rows] == ["fabric", "eslag"]
    assert len(queries) == 0
    assert {row.pk: row.type for row in rows} == dict(Connection.objects.values_list("pk", "type"))
    assert not any(row._state.adding for row in rows)


def test_only_what_is_to_be_updated_is(lab):
    bulk_upsert([wire(lab, "a", live={"mesh": {}}, uid="1")], KEY, ("live",))
    before = Connection.objects.get()
    bulk_upsert([wire(lab, "a", live={"eslag": {}}, uid="2")], KEY, ("live", "last_updated"))
    after = Connection.objects.get()
    assert (after.live, after.uid, after.created) == ({"eslag": {}}, "1", before.created)
    assert after.last_updated > before.last_updated


def test_a_longer_key_tells_rows_apart(lab):
    key = ("fabric", "api_group", "kind", "namespace", "name")
    rows = [OtherResource(fabric=lab, api_group="g", kind=kind, namespace="default", name="a") for kind in ("X", "Y")]
    bulk_upsert(rows, key, ("live",))
    assert {row.kind: row.pk for row in rows} == dict(OtherResource.objects.values_list("kind", "pk"))


def test_any_number_of_rows_is_one_statement(lab):
    with CaptureQueriesContext(connection) as queries:
        bulk_upsert([wire(lab, f"w-{number}") for number in range(50)], KEY, ("live",))
        bulk_upsert([], KEY, ("live",))
    assert len(queries) == 1
    assert Connection.objects.count() == 50
