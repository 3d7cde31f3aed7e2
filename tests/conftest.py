"""Fixtures that need no Django in the test's own process: services, and a NetBox that runs beside it."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live import LiveNetBox
from tests.services import Services
from tests.services import services as services_of_process


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The slow ones first: one worker goes through them while the others do the rest.
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[Any]:
    """Neither while tests are loaded nor afterwards is there any use in looking for garbage in them, or in NetBox.

    A full collection walks over a million objects that stay: a third of the time of loading, a sixth of what follows.
    """
    gc.disable()
    collected = yield
    gc.collect()
    gc.freeze()
    gc.enable()
    return collected


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Reports travel between xdist's processes as UTF-8, and tests of odd texts log halves of characters."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "replace").decode()) for name, text in report.sections]
    return report


def pytest_sessionfinish() -> None:
    made = services_of_process(make=False)
    if made:
        made.stop()


@pytest.fixture(scope="session")
def services() -> Services:
    """PostgreSQL and Redis of this pytest process, running."""
    made = services_of_process()
    made.start()
    return made


@pytest.fixture(scope="session")
def live_netbox(services: Services) -> Iterator[LiveNetBox]:
    """A NetBox with the plugin as processes of its own: web server and worker, on a database of its own."""
    netbox = LiveNetBox(services)
    try:
        netbox.start()
        yield netbox
    finally:
        netbox.stop()
