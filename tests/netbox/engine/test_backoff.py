"""How long one waits between two attempts, and that each of those who wait does as long as it did before."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_hedgehog.sync.backoff import Backoff
from netbox_hedgehog.sync.execute import paging

seconds = st.floats(0.001, 1000)
parts = st.floats(0, 1)
failures = st.integers(0, 10**9)


@given(seconds, seconds, parts, failures)
def test_wait_is_never_longer_than_its_bound_nor_shorter_than_jitter_allows(first, longest, jitter, before):
    backoff = Backoff(first, longest, jitter)
    assert backoff.bound(before) * (1 - jitter) - 1e-9 <= backoff.wait(before) <= backoff.bound(before) <= longest


@given(seconds, seconds)
def test_bound_begins_with_the_first_doubles_and_stays_at_the_longest(first, longest):
    bounds = [Backoff(first, longest).bound(before) for before in range(40)]
    assert bounds[0] == min(first, longest)
    for shorter, longer in pairwise(bounds):
        assert longer == min(2 * shorter, longest)
    assert bounds[-1] == longest


@given(seconds, seconds, failures)
def test_without_jitter_a_wait_is_its_bound(first, longest, before):
    backoff = Backoff(first, longest)
    assert backoff.wait(before) == backoff.bound(before)


@given(seconds, seconds, parts, failures, seconds)
def test_what_the_other_side_asks_for_takes_the_place_of_a_shorter_wait_only(first, longest, jitter, before, asked):
    backoff = Backoff(first, longest, jitter)
    most = max(backoff.bound(before), asked)
    assert most * (1 - jitter) - 1e-9 <= backoff.wait(before, at_least=asked) <= most


def test_those_who_failed_together_do_not_come_back_together():
    waits = {Backoff(1.0, 60.0, jitter=0.5).wait(3) for _ in range(20)}
    assert len(waits) > 15


def test_failures_without_end_overflow_nothing():
    assert math.isfinite(Backoff(300.0, 1e300).wait(10**12))


@pytest.mark.parametrize(("before", "wait"), [(0, 1.0), (1, 2.0), (2, 4.0), (9, 120.0)])
def test_overloaded_server_that_names_no_time_is_left_alone_for_whole_seconds(before, wait):
    assert paging.OVERLOAD_BACKOFF.wait(before) == wait
