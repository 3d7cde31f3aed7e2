"""A practice server, a fabric on it that is committed, and real worker processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from practice.server import PracticeServer
from tests.builders import fabric_on
from tests.netbox.conftest import _netbox
from tests.netbox.sync.conftest import plugin  # noqa: F401  a fixture
from tests.worker import Worker

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    """A cluster with the Hedgehog kinds and no objects."""
    with PracticeServer(empty=True) as running:
        yield running


@pytest.fixture
def fabric(transactional_db, server):
    return fabric_on(server.kubeconfig)


@pytest.fixture
def second_worker(transactional_db, tmp_path: Path) -> Iterator[Worker]:
    made = Worker(_netbox, tmp_path / "second-worker.log")
    yield made
    made.kill()
