"""When a fabric is due again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from netbox_hedgehog.sync.decide.due import EARLY, FIRST_RETRY, Ended, next_attempt, planned

START = datetime(2026, 7, 24, 12, tzinfo=UTC)
TOOK = timedelta(seconds=5)


def ended(run_id: int, failures: int = 0) -> Ended:
    return Ended(run_id, START, START + TOOK, failures)


def seconds(moment: datetime) -> float:
    return (moment - START).total_seconds()


def test_fabric_that_was_never_read_is_due_at_once():
    assert next_attempt(1, 300, None) is None


@given(st.integers(1, 10**6), st.integers(60, 86400), st.floats(0, 10**6))
def test_syncs_at_its_slots_are_one_interval_apart(fabric, interval, later):
    first = next_attempt(fabric, interval, Ended(1, START, START + TOOK, 0))
    assert timedelta(seconds=interval / 2) <= first - START <= timedelta(seconds=interval * 1.5 + 0.001)
    second = next_attempt(fabric, interval, Ended(2, first, first + TOOK, 0))
    assert abs((second - first).total_seconds() - interval) < 0.01


@given(st.integers(1, 10**6), st.integers(60, 86400), st.floats(-0.49, 0.49), st.integers(1, 10**9))
def test_sync_that_is_early_late_or_asked_for_in_between_does_not_move_the_slots(fabric, interval, off, run):
    slot = next_attempt(fabric, interval, ended(1))
    moved = slot + timedelta(seconds=off * interval)
    then = next_attempt(fabric, interval, Ended(run, moved, moved + TOOK, 0))
    assert abs((then - slot).total_seconds() - interval) < 0.01


@given(st.integers(1, 10**6), st.lists(st.floats(0, 25), min_size=10, max_size=10))
def test_fabric_with_the_shortest_interval_is_due_at_each_tick_however_long_it_queued(fabric, waits):
    """The schedule ticks each minute and requests what is due within half a minute."""
    tick, last = START, ended(1)
    for number, wait in enumerate(waits):
        tick += timedelta(seconds=60)
        due = next_attempt(fabric, 60, last)
        assert due <= tick + timedelta(seconds=30.001)
        last = Ended(number, tick, tick + timedelta(seconds=wait), 0)


def test_a_hundred_fabrics_are_spread_over_their_interval_from_the_first_day():
    moments = sorted(seconds(next_attempt(fabric, 300, ended(7))) for fabric in range(100))
    minutes = [sum(minute * 60 <= moment - moments[0] < minute * 60 + 60 for moment in moments) for minute in range(5)]
    assert sum(minutes) >= 99
    assert all(8 <= count <= 35 for count in minutes)


@given(st.integers(1, 10**6), st.integers(60, 86400), st.integers(1, 10**9), st.integers(1, 50))
def test_passing_failure_is_tried_again_within_its_back_off_and_never_after_the_schedule(
    fabric, interval, run, failures
):
    due = next_attempt(fabric, interval, ended(run, failures))
    backoff = min(interval, FIRST_RETRY * 2 ** min(failures - 1, 20))
    assert START + TOOK <= due <= START + TOOK + timedelta(seconds=backoff)
    assert due <= max(next_attempt(fabric, interval, ended(run)), START + TOOK)


def test_back_off_grows_and_is_capped_by_the_interval():
    widest = [
        max(seconds(next_attempt(fabric, 600, ended(1, failures))) for fabric in range(300))
        for failures in (1, 3, 5, 9)
    ]
    assert widest[0] < 40 < widest[1] < 130 < widest[2] < 490 < widest[3] <= 905


def test_everyone_computes_the_same_moment():
    assert next_attempt(3, 300, ended(9, 2)) == next_attempt(3, 300, ended(9, 2))


@given(st.integers(1, 10**6), st.integers(60, 86400), st.floats(0, 10**6))
def test_sync_comes_within_an_interval_of_the_last_request_whenever_that_was(fabric, interval, later):
    asked = START + timedelta(seconds=later)
    last = Ended(1, asked, asked + TOOK, 0)
    due = planned(fabric, interval, last)
    assert interval / 2 - 0.01 <= (due - asked).total_seconds() <= interval + EARLY
    # Where the next slot is no further away it is the slot, so that fabrics stay spread.
    slot = next_attempt(fabric, interval, last)
    assert due == slot or (slot - asked).total_seconds() > interval + EARLY


def test_interval_that_no_form_would_take_is_one_all_the_same():
    assert planned(1, 0, ended(1)) is not None
