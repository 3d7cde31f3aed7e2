"""Columns as kubectl prints them."""

import json

import pytest
from hypothesis import given

from netbox_hedgehog import kinds
from netbox_hedgehog.kinds import Column
from tests.pure.kinds.arbitrary import JSON, KIND
from tests.pure.kinds.snapshots import objects
from tests.shared import shared


def column(kind: str, name: str) -> Column:
    return next(column for column in kinds.by_name(kind).columns if column.name == name)


def test_labels_with_dots_are_found():
    obj = {"metadata": {"labels": {"fabric.githedgehog.com/connection-type": "eslag"}}}
    assert kinds.cell(column("Connection", "Type"), obj) == "eslag"
    assert kinds.path_keys(r".metadata.labels.a\.b/c") == ("metadata", "labels", "a.b/c")


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("string", "text", "text"),
        ("string", "", ""),
        ("string", 1001, "1001"),
        ("string", True, "true"),
        ("string", ["b", "a"], '["b","a"]'),
        ("string", {"b": 1, "a": {"c": "é"}}, '{"a":{"c":"é"},"b":1}'),
        ("string", None, None),
        ("integer", 3, 3),
        ("integer", 3.0, 3),
        ("integer", "3", None),
        ("integer", True, None),
        ("number", 0.5, 0.5),
        ("boolean", False, False),
        ("boolean", "false", None),
        ("date", "2026-07-24T09:30:00Z", "2026-07-24T09:30:00Z"),
        ("date", 5, None),
    ],
)
def test_values_are_shown_by_the_columns_type(kind, value, shown):
    seen = kinds.cell(Column("X", kind, ".spec.x"), {"spec": {"x": value}})
    assert seen == shown
    assert type(seen) is type(shown)


def test_columns_and_cells_agree_with_the_tables_of_a_real_api_server():
    shown = [column for column in kinds.by_name("Switch").columns if not column.extra]
    # The recording's switch; how it was made is not part of the recording.
    switch = {"metadata": {"name": "wire-sw"}, "spec": {"profile": "vs", "role": "spine", "description": "first"}}
    answers = [
        (step["response"] or {}).get("body") for step in json.loads(shared("recordings", "wire.json").read_text())
    ]
    tables = [answer for answer in answers if isinstance(answer, dict) and answer.get("kind") == "Table"]
    assert tables
    for table in tables:
        seen = [(column["name"], column["type"], column["priority"]) for column in table["columnDefinitions"]]
        assert seen[1:] == [(column.name, column.type, column.priority) for column in shown]
        (row,) = table["rows"]
        assert ["wire-sw", *(kinds.cell(column, switch) for column in shown[:-1])] == row["cells"][:-1]


def test_every_column_that_the_fabric_fills_is_filled():
    """A mistyped path would leave a column empty in every object."""
    empty = {
        (kind.kind, column.name)
        for kind in kinds.KINDS
        for column in kind.columns
        if all(kinds.cell(column, obj) is None for obj in objects(kind.kind))
    }
    # Columns of fields that no longer exist or are no longer used.
    assert empty == {
        ("Server", "Type"),
        ("VPC", "VNI"),
        ("VPCPeering", "Remote"),
    }


@given(kind=KIND, value=JSON)
def test_arbitrary_json_never_raises(kind, value):
    for column in kind.columns:
        kinds.cell(column, value)
        kinds.cell(column, {"spec": value, "status": value, "metadata": value})
