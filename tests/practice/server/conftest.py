from collections.abc import Iterator

import pytest

from practice.server import PracticeServer
from tests.practice.server.client import OPEN, Client


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().connection.close()


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    """An empty server of this test alone."""
    with PracticeServer(empty=True) as started:
        yield started


@pytest.fixture
def client(server: PracticeServer) -> Client:
    return Client(server)
