"""The world of the stories: one server for a test, clocks that jump, lease keepers that look when they are told to."""

import threading
from contextlib import contextmanager

import pytest

from netbox_hedgehog.sync.runs.lease_keeper import LeaseKeeper
from practice.server import PracticeServer
from tests.netbox.promises import clocks
from tests.netbox.promises.story import Story
from tests.netbox.sync.conftest import plugin  # noqa: F401  a fixture


@pytest.fixture
def promises(transactional_db, plugin, monkeypatch):  # noqa: F811
    """The machine, on a server of its own. A lease keeper looks when its worker is attentive, and never by itself."""
    check = LeaseKeeper.check

    def look_and_check(keeper):
        if getattr(threading.current_thread(), "attentive", True):
            keeper._look(renew=True)
        check(keeper)

    plugin(lease_seconds=clocks.LEASE, watch_lease_seconds=clocks.LEASE)
    monkeypatch.setattr(LeaseKeeper, "_keep", lambda _keeper: None)
    monkeypatch.setattr(LeaseKeeper, "check", look_and_check)
    clocks.skewed(monkeypatch)
    with PracticeServer(empty=True) as server:
        Story.server = server
        yield Story
    clocks.skew.clear()


@pytest.fixture
def added(promises):
    """``with added() as story:`` a fabric with five objects of each kind, and one story of it, its end included."""

    @contextmanager
    def begin():
        told = promises()
        told.told = True
        try:
            told.fabric_is_added(number=5, shrink=(30, 1), removal=(2, 1))
            yield told
        finally:
            told.teardown()

    return begin
