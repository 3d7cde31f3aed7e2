"""A run and the watcher take turns at a kind: whoever comes second sees what the first one has committed."""

import threading

import pytest
from core.models import ObjectChange
from django.db import connection

from netbox_hedgehog.models import VPC
from netbox_hedgehog.sync.execute.kind import KindReader
from netbox_hedgehog.sync.store import object_writer
from tests.builders import vpc
from tests.netbox.sync.given import sync
from tests.netbox.watch.given import arrival, vlan
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def in_thread(do, errors):
    """DO in a thread with a session of its own, and keep in ERRORS what it raises; returns the thread."""

    def work():
        try:
            do()
        except Exception as error:  # noqa: BLE001  the test asserts that there was none
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def waiting() -> bool:
    """Whether a session of the database waits for another one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')")
        return cursor.fetchone()[0]


@pytest.fixture
def watcher_writes_first(monkeypatch):
    """The events ``listed``, ``written``, ``commit``: the run has listed; the watcher has written; it may commit."""
    written, commit, upsert, write = threading.Event(), threading.Event(), object_writer.bulk_upsert, KindReader._write
    runs, listed = [], threading.Event()

    def upsert_and_wait(*args):
        upsert(*args)
        if threading.current_thread() not in runs:
            written.set()
            assert commit.wait(120)

    def write_after(one, comparison, differing):
        if differing:
            runs.append(threading.current_thread())
            listed.set()
            assert written.wait(120)
        return write(one, comparison, differing)

    monkeypatch.setattr(object_writer, "bulk_upsert", upsert_and_wait)
    monkeypatch.setattr(KindReader, "_write", write_after)
    return listed, written, commit


def test_run_that_listed_before_does_not_write_over_what_the_watcher_is_just_writing(
    server, fabric, batches, watcher_writes_first, plugin
):
    plugin(lease_seconds=600)  # a slow machine must not end a transaction that waits here
    listed, written, commit = watcher_writes_first
    older = server.put(vpc("vpc-1", vlan=1001))
    newer = {**older, "spec": vpc("vpc-1", vlan=1002)["spec"]}
    version = int(older["metadata"]["resourceVersion"]) + 1
    run = in_thread(lambda: sync(fabric), errors := [])
    assert listed.wait(120)  # what a run lists after the watcher's write may well be an older state, and is taken
    watcher = in_thread(lambda: batches.write([arrival("VPC", "MODIFIED", newer, version)]), errors)
    assert written.wait(120)
    until(waiting, 60, what="the run that waits for its turn")
    commit.set()
    run.join(120)
    watcher.join(120)
    assert errors == []
    assert vlan() == 1002
    assert ObjectChange.objects.filter(action="create", object_repr="vpc-1").count() == 1
    assert VPC.objects.count() == 1
