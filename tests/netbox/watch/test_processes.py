"""Real watchers: killed, frozen, stopped, and a database that goes away under them."""

import os
import signal
import time

import psycopg
import pytest
from django.db import connection

from netbox_hedgehog.models import VPC, SyncRun, Watcher
from tests.builders import vpc
from tests.netbox.sync.given import sync
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = ("host", "port", "user", "password", "dbname")
LEASE = 10  # seconds; what the plugin has without a setting of its own


def row():
    return Watcher.objects.first() or Watcher()


def held_by(process):
    return row().holder.split(".")[-2:-1] == [str(process.pid)] and row().state == "live"


def _knows_that_it_lost(process):
    log = process.log.read_text()
    return "the lease was lost" in log or "is not this process's to watch any more" in log


def vlan():
    return VPC.objects.get().live["subnets"]["default"]["vlan"]


@pytest.fixture
def read(server, fabric):
    server.put(vpc("vpc-1"))
    sync(fabric)
    return fabric


@pytest.mark.slow
def test_fault_33_a_killed_watcher_is_replaced_within_seconds_and_nothing_is_missed(server, read, start):
    first, second = start(1), start(2)
    process = until(lambda: next((each for each in (first, second) if held_by(each)), None), 40)
    other = second if process is first else first
    until(lambda: "Watching" in other.log.read_text(), 40, "the other one")
    process.kill()
    server.put(vpc("vpc-1", vlan=1002))
    begun = time.monotonic()
    until(lambda: vlan() == 1002, 30)
    assert time.monotonic() - begun < LEASE + 8
    until(lambda: held_by(other))
    assert SyncRun.objects.count() == 1  # it went on where the first one was


@pytest.mark.slow
def test_fault_36_a_frozen_watcher_writes_nothing_after_its_lease(server, read, start):
    first = start(1)
    until(lambda: held_by(first), 40)
    os.kill(first.pid, signal.SIGSTOP)
    try:
        second = start(2)
        until(lambda: held_by(second), 40)
        server.put(vpc("vpc-1", vlan=1002))
        until(lambda: vlan() == 1002)
    finally:
        os.kill(first.pid, signal.SIGCONT)
    until(lambda: _knows_that_it_lost(first), 10, "what the frozen one has to learn")
    server.put(vpc("vpc-1", vlan=1003))
    until(lambda: vlan() == 1003)
    assert held_by(second)
    assert first.running()


@pytest.mark.slow
def test_fault_36_a_watcher_frozen_in_mid_transaction_holds_no_lock_beyond_its_lease(server, read, start):
    first = start(1)
    until(lambda: held_by(first), 40)
    with psycopg.connect(**{key: connection.get_connection_params()[key] for key in KEYS}) as other:
        # Its transaction waits for this one, and so is begun when it is frozen.
        other.execute("SELECT 1 FROM netbox_hedgehog_watcher FOR UPDATE")
        server.put(vpc("vpc-1", vlan=1002))
        until(lambda: waiting() > 0)
        os.kill(first.pid, signal.SIGSTOP)
        other.rollback()
    try:
        second = start(2)
        until(lambda: held_by(second), 60)
        until(lambda: vlan() == 1002)
    finally:
        os.kill(first.pid, signal.SIGCONT)


def waiting():
    """How many sessions wait for the row of a fabric's watcher, in order to write."""
    with connection.cursor() as cursor:
        sessions = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        cursor.execute(f"{sessions} AND query LIKE '%FOR UPDATE%' AND datname = current_database()")
        return cursor.fetchone()[0]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_watcher_that_is_asked_to_stop_does_in_five_seconds_and_gives_its_fabrics_back(read, start, number):
    process = start()
    until(lambda: held_by(process), 40)
    begun = time.monotonic()
    process.signal(number)
    assert process.popen.wait(10) == 0
    assert time.monotonic() - begun < 5
    assert row().lease_until is None


@pytest.mark.slow
def test_a_database_that_ends_all_sessions_is_connected_to_again(server, read, start):
    process = start()
    until(lambda: held_by(process), 40)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    server.put(vpc("vpc-1", vlan=1002))
    until(lambda: vlan() == 1002, 15)
    assert process.running()
    assert held_by(process)
