"""A practice server, a fabric on it, and the watch of it."""

import pytest

from netbox_hedgehog.sync.watch import lease as leases
from netbox_hedgehog.sync.watch.batch import Batches
from netbox_hedgehog.sync.watch.throttle import Throttle
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter
from practice.services.process import Process
from tests.netbox.command.conftest import hedgehog_sync  # noqa: F401
from tests.netbox.conftest import _netbox
from tests.netbox.sync.conftest import _lease_without_its_thread, fabric, plugin, server  # noqa: F401
from tests.netbox.sync.given import sync
from tests.netbox.watch.given import Clock


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def start(tmp_path):
    """Starts a watcher as a process of its own and returns it."""
    started = []

    def begin(number: int = 1) -> Process:
        process = _netbox.watcher(tmp_path / f"watcher-{number}.log")
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()


@pytest.fixture
def batches(fabric, plugin, clock):  # noqa: F811
    """What writes the fabric's events, with the fabric read once and the lease held."""
    plugin(watch_lease_seconds=600)
    sync(fabric)
    writer = WatchWriter(fabric, leases.claim(fabric.pk, "watcher-1"))
    return Batches(writer, Throttle(clock=clock))
