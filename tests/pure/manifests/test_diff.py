from copy import deepcopy

import msgspec
import pytest
from hypothesis import given

from netbox_hedgehog.manifests import ABSENT, FieldChange, diff
from tests.pure.manifests.objects import data


@given(data)
def test_nothing_differs_from_itself(value):
    assert diff(value, deepcopy(value)) == []


@given(data, data)
def test_there_is_a_change_exactly_where_the_json_differs(old, new):
    encode = msgspec.json.Encoder(order="deterministic").encode
    assert bool(diff(old, new)) == (encode(old) != encode(new))


@given(data, data)
def test_changes_lead_from_old_to_new_and_back(old, new):
    there = [(change.path, change.old, change.new) for change in diff(old, new)]
    back = [(change.path, change.new, change.old) for change in diff(new, old)]
    assert sorted(there, key=repr) == sorted(back, key=repr)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
        ({"a": {"b": 1, "c": 1}}, {"a": {"b": 2, "c": 1}}, [("a.b", 1, 2)]),
        ({"a": {}}, {}, [("a", {}, ABSENT)]),
        ({}, {"a": {"b": 1}}, [("a", ABSENT, {"b": 1})]),
        ({"a": None}, {}, [("a", None, ABSENT)]),
        ({"l": [{"p": 1}, {"p": 2}]}, {"l": [{"p": 1}, {"p": 3}]}, [("l[1].p", 2, 3)]),
        ({"l": [1]}, {"l": [1, 2]}, [("l[1]", ABSENT, 2)]),
        ({"l": [1, 2]}, {"l": [1]}, [("l[1]", 2, ABSENT)]),
        ({"a": 1}, {"a": True}, [("a", 1, True)]),
        ({"a": 0}, {"a": False}, [("a", 0, False)]),
        ({"a": []}, {"a": {}}, [("a", [], {})]),
        ({"labels": {"x.io/y": "1"}}, {"labels": {}}, [('labels["x.io/y"]', "1", ABSENT)]),
        ({'q"': 1}, {'q"': 2}, [('["q\\""]', 1, 2)]),
        (1, 2, [("", 1, 2)]),
    ],
)
def test_changes(old, new, changes):
    assert diff(old, new) == [FieldChange(*change) for change in changes]


def test_absent_is_false_and_has_a_name():
    assert not ABSENT
    assert str(ABSENT) == "absent"
