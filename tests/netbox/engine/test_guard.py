"""The guards: nothing disappears without proof, and never too much at once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_hedgehog.sync.decide.changes import Stored
from netbox_hedgehog.sync.decide.guards import HeldKey, Limits, ListingResult, digest, disappearances, refusals

NOW = datetime(2026, 7, 24, 12, tzinfo=UTC)
LIMITS = Limits(percent=30, count=5, removal_runs=2, removal_hours=1)


def stored(pk: int, missing_since: datetime | None = None, missing_runs: int = 0, proven: bool = False) -> Stored:
    return Stored(
        pk, "default", f"vpc-{pk}", f"uid-{pk}", "1", f"digest-{pk}", f"print-{pk}", missing_since, missing_runs, proven
    )


def looked(kind: str, listed: int, gone: list[Stored], known: int | None = None) -> ListingResult:
    return ListingResult(kind, listed, listed + len(gone) if known is None else known, gone)


def codes(*looks: ListingResult, limits: Limits = LIMITS) -> list[tuple[str, str]]:
    return [(refused.kind, refused.code) for refused in refusals(looks, limits)]


def test_empty_list_where_objects_were_is_refused_even_for_one_object():
    assert codes(looked("VPC", 0, [stored(1)])) == [("VPC", "empty_source")]


def test_empty_list_is_fine_where_everything_was_missing_already():
    assert (
        codes(looked("VPC", 0, [stored(1, missing_since=NOW - timedelta(hours=2), missing_runs=3, proven=True)])) == []
    )


def test_empty_list_after_every_object_was_seen_deleted_is_fine():
    """A watcher has marked them, by the cluster's own word; no complete list has counted them yet."""
    assert codes(looked("VPC", 0, [stored(1, missing_since=NOW), stored(2, missing_since=NOW)])) == []
    assert codes(looked("VPC", 0, [stored(1, missing_since=NOW), stored(2)])) == [("VPC", "empty_source")]


@pytest.mark.parametrize(
    ("present", "gone", "refused"),
    [(100, 31, True), (100, 30, False), (10, 5, False), (10, 6, True), (1000, 6, False), (6, 5, False)],
)
def test_shrink_guard_acts_beyond_both_thresholds(present, gone, refused):
    found = refusals([looked("VPC", present - gone, [stored(n) for n in range(gone)])], LIMITS)
    assert bool(found) is refused
    if found:
        (one,) = found
        assert one.code == "shrink_guard"
        assert f"{gone} of {present}" in one.message


def test_shrink_guard_counts_what_a_watcher_saw_deleted_until_a_guard_has_let_it_go():
    seen_deleted = [stored(number, missing_since=NOW) for number in range(9)]
    assert codes(looked("VPC", 1, seen_deleted)) == [("VPC", "shrink_guard")]
    held = [row._replace(missing_runs=3) for row in seen_deleted]
    assert codes(looked("VPC", 1, held)) == [("VPC", "shrink_guard")]
    let_go = [row._replace(missing_runs=1, absence_proven=True) for row in seen_deleted]
    assert codes(looked("VPC", 1, let_go, known=1)) == []


def test_kind_with_a_guard_of_its_own_has_only_that():
    limits = Limits(30, 5, 2, 1, {"VPC": {"percent": 0, "count": 0}, "Server": {"percent": 100, "count": 0}})
    gone = [stored(1)]
    assert codes(looked("VPC", 99, gone), limits=limits) == [("VPC", "shrink_guard")]
    assert codes(looked("Switch", 99, gone), looked("Server", 900, gone), limits=limits) == []
    (refused,) = refusals([looked("VPC", 99, gone)], limits)
    assert "more than 0% and more than 0 objects" in refused.message


def test_a_little_of_each_kind_is_too_much_for_the_whole_fabric():
    kinds = [looked(kind, 4, [stored(number) for number in range(4)]) for kind in ("VPC", "Server", "Switch")]
    assert codes(*kinds) == [("", "shrink_guard")]
    assert codes(*kinds, looked("Connection", 100, [])) == []


def test_whole_fabric_has_no_second_word_where_the_kind_has_had_one():
    assert codes(looked("VPC", 2, [stored(number) for number in range(8)]), looked("Server", 1, [])) == [
        ("VPC", "shrink_guard")
    ]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6))
def test_what_no_guard_refuses_is_within_the_limits_of_each_kind_and_of_all(numbers):
    looks = [looked(f"Kind{n}", listed, [stored(i) for i in range(gone)]) for n, (listed, gone) in enumerate(numbers)]
    refused = {each.kind for each in refusals(looks, LIMITS)}
    if "" in refused:
        return
    rest = [look for look in looks if look.kind not in refused]
    for look in rest:
        assert look.listed or not look.gone
        assert len(look.gone) <= LIMITS.count or 100 * len(look.gone) <= LIMITS.percent * look.known


def test_digest_stands_for_the_objects_in_any_order_and_for_no_others():
    one, two = HeldKey("VPC", "default", "a", "u1"), HeldKey("VPC", "default", "b", "u2")
    assert digest([one, two]) == digest([two, one])
    assert len({digest([]), digest([one]), digest([one, two]), digest([one._replace(uid="u3")])}) == 4


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
