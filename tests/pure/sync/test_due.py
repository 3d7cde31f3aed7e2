"""When a fabric is due again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from netbox_hedgehog.sync.due import FIRST_RETRY, JITTER, Ended, next_attempt

START = datetime(2026, 7, 24, 12, tzinfo=UTC)
TOOK = timedelta(seconds=5)


def ended(run_id: int, failures: int = 0) -> Ended:
    return Ended(run_id, START, START + TOOK, failures)


def seconds(moment: datetime) -> float:
    return (moment - START).total_seconds()


def test_fabric_that_was_never_read_is_due_at_once():
    assert next_attempt(1, 300, None) is None


@given(st.integers(1, 10**6), st.integers(60, 86400), st.integers(1, 10**9))
def test_regular_attempt_is_an_interval_later_and_a_little(fabric, interval, run):
    due = seconds(next_attempt(fabric, interval, ended(run)))
    assert interval <= due <= interval * (1 + JITTER)


def test_a_hundred_fabrics_drift_apart():
    moments = sorted(seconds(next_attempt(fabric, 300, ended(7))) for fabric in range(100))
    assert moments[-1] - moments[0] > 20
    assert len({round(moment, 3) for moment in moments}) == 100


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
    assert widest[0] < 40 < widest[1] < 130 < widest[2] < 490 < widest[3] <= 605


def test_everyone_computes_the_same_moment():
    assert next_attempt(3, 300, ended(9, 2)) == next_attempt(3, 300, ended(9, 2))
