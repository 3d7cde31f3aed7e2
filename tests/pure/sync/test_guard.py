"""The guards: nothing disappears without proof, and never too much at once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_hedgehog.sync.guard import Limits, disappearances, refusal
from netbox_hedgehog.sync.plan import Stored

NOW = datetime(2026, 7, 24, 12, tzinfo=UTC)
LIMITS = Limits(percent=30, count=5, removal_runs=2, removal_hours=1)


def stored(pk: int, missing_since: datetime | None = None, missing_runs: int = 0) -> Stored:
    return Stored(
        pk, "default", f"vpc-{pk}", f"uid-{pk}", "1", f"digest-{pk}", f"print-{pk}", missing_since, missing_runs
    )


def test_empty_list_where_objects_were_is_refused_even_for_one_object():
    refused = refusal("VPC", listed=0, present=1, gone=[stored(1)], limits=LIMITS)
    assert refused
    assert refused.code == "empty_source"


def test_empty_list_is_fine_where_everything_was_missing_already():
    gone = [stored(1, missing_since=NOW - timedelta(hours=2), missing_runs=3)]
    assert refusal("VPC", listed=0, present=0, gone=gone, limits=LIMITS) is None


@pytest.mark.parametrize(
    ("present", "gone", "refused"),
    [(100, 31, True), (100, 30, False), (10, 5, False), (10, 6, True), (1000, 6, False), (6, 5, False)],
)
def test_shrink_guard_acts_beyond_both_thresholds(present, gone, refused):
    found = refusal("VPC", present - gone, present, [stored(n) for n in range(gone)], LIMITS)
    assert bool(found) is refused
    if found:
        assert found.code == "shrink_guard"
        assert f"{gone} of {present}" in found.message


def test_object_gone_for_the_first_time_is_missing_not_removed():
    result = disappearances([stored(1)], LIMITS, NOW)
    assert [row.pk for row in result.missing] == [1]
    assert not result.removed


@pytest.mark.parametrize(
    ("hours", "runs", "fate"), [(2, 1, "removed"), (0.5, 1, "waiting"), (0.5, 9, "waiting"), (1, 1, "removed")]
)
def test_missing_object_is_removed_after_runs_and_hours(hours, runs, fate):
    row = stored(1, missing_since=NOW - timedelta(hours=hours), missing_runs=runs)
    assert getattr(disappearances([row], LIMITS, NOW), fate) == [row]


def test_removal_at_once_where_the_fabric_says_so():
    result = disappearances([stored(1)], Limits(30, 5, removal_runs=0, removal_hours=0), NOW)
    assert [row.pk for row in result.removed] == [1]
    assert not result.missing


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 100)), st.integers(0, 5)), max_size=30),
    st.integers(0, 4),
    st.integers(0, 48),
)
def test_every_gone_object_has_exactly_one_fate_and_no_removal_comes_early(rows, runs, hours):
    gone = [
        stored(pk, NOW - timedelta(hours=ago) if ago is not None else None, seen if ago is not None else 0)
        for pk, (ago, seen) in enumerate(rows)
    ]
    result = disappearances(gone, Limits(30, 5, runs, hours), NOW)
    assert sorted(row.pk for row in result.missing + result.waiting + result.removed) == [row.pk for row in gone]
    for row in result.removed:
        assert row.missing_runs + 1 >= runs
        assert NOW - (row.missing_since or NOW) >= timedelta(hours=hours)
