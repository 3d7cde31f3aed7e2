"""A practice server, a fabric on it, and the watch of it."""

import pytest

from netbox_hedgehog.sync.watch import lease as leases
from netbox_hedgehog.sync.watch.batch import Batches
from netbox_hedgehog.sync.watch.limit import Limiter
from netbox_hedgehog.sync.watch.write import WatchWriter
from tests.netbox.sync.conftest import _lease_without_its_thread, fabric, plugin, server  # noqa: F401
from tests.netbox.sync.given import sync
from tests.netbox.watch.given import Clock


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def batches(fabric, plugin, clock):  # noqa: F811
    """What writes the fabric's events, with the fabric read once and the lease held."""
    plugin(watch_lease_seconds=600)
    sync(fabric)
    writer = WatchWriter(fabric, leases.claim(fabric.pk, "watcher-1"))
    return Batches(writer, Limiter(clock=clock))
