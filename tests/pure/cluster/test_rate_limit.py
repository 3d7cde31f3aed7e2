"""How fast one API server is asked."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from netbox_hedgehog.cluster.http import rate_limit
from netbox_hedgehog.cluster.http.rate_limit import Pace, pace_of


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(rate_limit, "time", made)
    return made


def test_burst_goes_at_once_and_what_follows_at_the_pace(clock):
    ten = Pace(10)
    for _ in range(60):
        ten.wait()
    assert clock.slept == []
    ten.wait()
    ten.wait()
    assert clock.slept == pytest.approx([0.1, 0.2])  # each has its place in the queue


def test_pause_gives_back_one_burst_and_no_more(clock):
    ten = Pace(10)
    for _ in range(60):
        ten.wait()
    clock.now += 3600
    for _ in range(60):
        ten.wait()
    assert clock.slept == []
    ten.wait()
    assert clock.slept == pytest.approx([0.1])


def test_threads_do_not_take_the_same_place(clock):
    one = Pace(1)
    for _ in range(4):
        one.wait()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: one.wait(), range(10)))
    assert sorted(clock.slept) == pytest.approx([float(number) for number in range(1, 9)])


def test_all_clients_of_a_server_in_a_process_share_a_pace():
    assert pace_of("https://one", 5) is pace_of("https://one", 5)
    assert pace_of("https://one", 5) is not pace_of("https://two", 5)
    assert pace_of("https://one", 0) is None
