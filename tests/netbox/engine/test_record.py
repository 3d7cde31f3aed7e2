"""What the history keeps of a change: values within a bound, and who."""

from netbox_hedgehog.manifests import diff
from netbox_hedgehog.sync.decide.record import LARGEST_VALUE, MOST_FIELDS, changed_managers, recorded_fields


def kept(old, new):
    return recorded_fields(diff(old, new)).kept


def test_values_before_and_after_are_kept_and_null_is_a_value():
    assert kept({"mode": "l2", "vlan": 1}, {"mode": "l3", "vlan": None}) == [
        {"path": "mode", "before": "l2", "after": "l3"},
        {"path": "vlan", "before": 1, "after": None},
    ]


def test_field_that_came_has_no_value_before_and_one_that_went_none_after():
    assert kept({"a": 1}, {"b": {"c": 2}}) == [{"path": "a", "before": 1}, {"path": "b", "after": {"c": 2}}]


def test_size_stands_in_place_of_a_large_value():
    fits, large = "x" * (LARGEST_VALUE - 2), "x" * (LARGEST_VALUE - 1)  # two quotes make it JSON
    assert kept({"a": fits}, {"a": large}) == [{"path": "a", "before": fits, "after_size": LARGEST_VALUE + 1}]


def test_changes_beyond_the_first_are_counted():
    old, new = ({str(n): value for n in range(MOST_FIELDS + 3)} for value in (1, 2))
    found = recorded_fields(diff(old, new))
    assert (len(found.kept), found.left_out) == (MOST_FIELDS, 3)
    assert recorded_fields(diff(old, old)) == ([], 0)


def test_text_that_cannot_be_stored_is_replaced_in_a_path():
    (only,) = kept({}, {"\ud800" + "k" * 500: 1})
    assert len(only["path"]) == 200
    assert only["path"].startswith('["\N{REPLACEMENT CHARACTER}k')


def entry(manager, time, **more):
    return {"manager": manager, "operation": "Update", "time": time, **more}


def test_who_changed_it_is_whose_entry_is_new_or_has_another_time():
    old = [entry("kubectl-edit", "10:00"), entry("fabric", "10:00"), entry("agent", "10:00", subresource="status")]
    new = [entry("kubectl-edit", "10:05"), entry("fabric", "10:00"), entry("agent", "10:06", subresource="status")]
    assert changed_managers(old, new) == [entry("kubectl-edit", "10:05")]
    assert changed_managers([], new) == new[:2]
    assert changed_managers(new, new) == []
