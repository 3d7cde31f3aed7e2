"""A practice server for one test, and a fabric on it."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from netbox_hedgehog.sync.health import evidence
from netbox_hedgehog.sync.queue.workers import QueueState
from netbox_hedgehog.sync.runs.lease_keeper import LeaseKeeper
from practice.server import PracticeServer
from tests.builders import fabric_on


@pytest.fixture
def plugin(monkeypatch):
    """Change settings of the plugin for one test: ``plugin(lease_seconds=3)``."""

    def change(**values):
        for name, value in values.items():
            monkeypatch.setitem(settings.PLUGINS_CONFIG["netbox_hedgehog"], name, value)

    return change


@pytest.fixture(autouse=True)
def _lease_without_its_thread(request, plugin, monkeypatch) -> None:
    """Inside a test's transaction the thread that renews the lease cannot see the run, so the lease has to last."""
    mark = request.node.get_closest_marker("django_db")
    if mark and not mark.kwargs.get("transaction"):
        plugin(lease_seconds=600)
        monkeypatch.setattr(LeaseKeeper, "_keep", lambda _keeper: None)


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    """A cluster with the Hedgehog kinds and no objects."""
    with PracticeServer(empty=True) as running:
        yield running


@pytest.fixture
def fabric(request, server):
    """A fabric on ``server``; the test is marked ``django_db``."""
    return fabric_on(server.kubeconfig)


@pytest.fixture
def served(monkeypatch) -> QueueState:
    """Facts see a live worker on the queue."""
    state = QueueState(("netbox-1, process 4242",), True, "")
    monkeypatch.setattr(evidence, "queue_state", lambda: state)
    return state
