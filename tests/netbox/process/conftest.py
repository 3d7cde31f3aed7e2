"""A practice server, a fabric on it that is committed, and real worker processes."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from practice.server import PracticeServer
from tests.netbox.conftest import _netbox
from tests.netbox.sync.conftest import plugin  # noqa: F401  a fixture
from tests.netbox.sync.given import fabric_on
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


@pytest.fixture
def until() -> Callable[..., Any]:
    """Wait for a condition: ``until(lambda: ..., 10)`` returns its value once it is true."""

    def wait(condition: Callable[[], Any], seconds: float) -> Any:
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < deadline, f"not so within {seconds} s"
            time.sleep(0.05)
        return value

    return wait
