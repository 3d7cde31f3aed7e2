"""Django on a private PostgreSQL and Redis. Only tests below this directory set it up.

A test marked ``django_db`` runs in a transaction that is rolled back; with ``transaction=True`` (or a
TransactionTestCase) it commits, and the database is put back after it: quicker than emptying 250 tables.
"""

import os
from collections.abc import Iterator

import django
import pytest

from tests.live import plugin_settings
from tests.pristine import Pristine
from tests.services import services as services_of_process
from tests.worker import Worker

DATABASE = "test_netbox"

_services = services_of_process()
_netbox = _services.instance(DATABASE, PLUGINS_CONFIG={"netbox_hedgehog": plugin_settings()})
os.environ.update(_netbox.environment())
django.setup()


@pytest.fixture(scope="session", autouse=True)
def _no_database_unasked(django_db_blocker) -> Iterator[None]:
    """Without the mark ``django_db`` a test that touches the database fails."""
    with django_db_blocker.block():
        yield


@pytest.fixture(scope="session")
def django_db_setup(services, django_test_environment, django_db_blocker) -> Iterator[Pristine]:
    """The test database, in place of pytest-django's way, which runs hundreds of migrations."""
    from django.db import connections
    from django.test import TransactionTestCase

    pristine = Pristine(services, DATABASE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: _renew(pristine))
        yield pristine
    with django_db_blocker.unblock():
        connections.close_all()


def _renew(pristine: Pristine) -> None:
    """The database as it was at first, and nothing left in Redis."""
    from django.core.cache import cache
    from django.db import connections
    from django_rq.queues import get_connection

    connections.close_all()
    pristine.renew()
    get_connection("default").flushdb()
    cache.clear()


@pytest.fixture
def worker(transactional_db, tmp_path) -> Iterator[Worker]:
    """A real worker on the test's database, not started yet."""
    made = Worker(_netbox, tmp_path / "worker.log")
    yield made
    made.kill()


@pytest.fixture
def queued_jobs(db, monkeypatch):
    """Does all that waits in NetBox's default queue, in this process; returns the jobs in the order of their making."""
    import django_rq
    from core.models import Job
    from django.db import connection

    from tests.netbox.sync.receiver import InThisProcess

    monkeypatch.setattr("netbox.api.viewsets.mixins.any_workers_for_queue", lambda _queue: True)
    queue = django_rq.get_queue("default")
    queue.empty()

    def work() -> list[Job]:
        # A test's transaction is never committed: what waits for that is done here.
        while connection.run_on_commit:
            _, callback, _ = connection.run_on_commit.pop(0)
            callback()
        InThisProcess([queue], connection=queue.connection).work(burst=True, with_scheduler=False)
        return list(Job.objects.order_by("pk"))

    yield work
    queue.empty()
