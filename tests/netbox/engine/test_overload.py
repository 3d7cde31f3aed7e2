"""Fault 16: an overloaded server is given the time that it asks for, and not all its clients come back at once."""

from itertools import pairwise

import pytest

from netbox_hedgehog.cluster import ApiResource, ClusterError, ErrorCode, Page
from netbox_hedgehog.sync.execute import paging

VPCS = ApiResource("vpc.githedgehog.com", "v1beta1", "VPC", "vpcs")


class Clock:
    """In place of ``time``: sleeping takes no time."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Overloaded:
    """A cluster that refuses its first lists; ``asked`` has when it was asked."""

    def __init__(self, clock: Clock, refusals: int, retry_after: float | None, code=ErrorCode.OVERLOADED) -> None:
        self.clock, self.refusals, self.retry_after, self.code = clock, refusals, retry_after, code
        self.asked: list[float] = []

    def list(self, resource, again, **options):
        while True:
            self.asked.append(self.clock.now)
            if len(self.asked) > self.refusals:
                break
            error = ClusterError(self.code, "too many requests", status=429, retry_after=self.retry_after)
            if not again(error):
                raise error
        yield Page([], "7", None)


def waits_of(cluster: Overloaded) -> list[float]:
    return [second - first for first, second in pairwise(cluster.asked)]


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(paging, "time", made)
    return made


def listed(cluster, check=lambda: None):
    return list(paging.iter_pages(cluster, VPCS, (), check))


@pytest.mark.parametrize("seconds", [1, 20, 110])
def test_fault_16_retry_after_is_obeyed_with_jitter(clock, seconds):
    waits = []
    for _ in range(10):
        cluster = Overloaded(clock, 3, seconds)
        assert len(listed(cluster)) == 1
        assert len(waits_of(cluster)) == 3
        waits += waits_of(cluster)
    assert min(waits) >= seconds
    assert max(waits) <= seconds + 1.5
    assert len({round(wait, 3) for wait in waits}) > 20, "clients that were refused together come back together"


def test_fault_16_server_that_asks_for_more_than_a_run_waits_is_not_asked_again(clock):
    cluster = Overloaded(clock, 1, 600)
    with pytest.raises(ClusterError) as caught:
        listed(cluster)
    assert caught.value.code == ErrorCode.OVERLOADED
    assert len(cluster.asked) == 1


def test_fault_16_server_that_names_no_time_is_asked_ever_more_rarely_and_a_few_times_only(clock):
    cluster = Overloaded(clock, 99, None)
    with pytest.raises(ClusterError):
        listed(cluster)
    assert all(base <= wait <= base + 1.5 for base, wait in zip((1, 2, 4), waits_of(cluster), strict=True))


def test_fault_16_run_that_is_cancelled_waits_no_longer(clock):
    def check():
        if clock.now > 1003:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        listed(Overloaded(clock, 1, 100), check)
    assert clock.now < 1005


def test_other_errors_are_not_waited_for(clock):
    cluster = Overloaded(clock, 1, 5, ErrorCode.SERVER_ERROR)
    with pytest.raises(ClusterError):
        listed(cluster)
    assert len(cluster.asked) == 1
