"""Many fabrics in one watcher: few threads and sessions for all of them, and none waits for another."""

import threading
import time

import psycopg
import pytest
from django.db import connection

from netbox_hedgehog.models import VPC, Watcher
from netbox_hedgehog.sync.backoff import Backoff
from netbox_hedgehog.sync.watch import turn_pool
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter
from tests.builders import fabric_on, vpc
from tests.netbox.sync.given import sync
from tests.netbox.watch.given import watching
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

FABRICS = 12
LEASE = 4  # seconds


@pytest.fixture
def fabrics(server, plugin):
    """Fabrics on one server, each read once."""
    plugin(watch_lease_seconds=LEASE, requests_per_second=0)  # all of them are one server here
    made = [fabric_on(server.kubeconfig, f"lab-{number}") for number in range(FABRICS)]
    for each in made:
        assert sync(each).state == "succeeded"
    return made


def all_live():
    return Watcher.objects.filter(state="live").count() == FABRICS


def sessions():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]


def vlans(name="vpc-1"):
    return {row.fabric_id: row.live["subnets"]["default"]["vlan"] for row in VPC.objects.filter(name=name)}


def _threads():
    """The watcher's own: the practice server in this process has some too."""
    return [each for each in threading.enumerate() if each.name.startswith("watch")]


def test_threads_and_sessions_do_not_grow_with_streams(server, fabrics):
    before = sessions()
    with watching():
        until(all_live, 40)
        assert sum(Watcher.objects.values_list("streams", flat=True)) > 20 * FABRICS
        server.put(vpc("vpc-1"))
        until(lambda: len(vlans()) == FABRICS)
        # The probe of each fabric, the turn pool, reader, beat, Redis; connectors have ended.
        until(lambda: len(_threads()) <= FABRICS + turn_pool.MOST_THREADS + 3)
        assert sessions() - before <= turn_pool.MOST_THREADS + 1


def test_fault_66_a_fabric_that_cannot_be_written_delays_no_other(server, fabrics):
    with watching():
        until(all_live, 40)
        slow, others = fabrics[0], {each.pk for each in fabrics[1:]}
        address = connection.get_connection_params()
        keys = ("host", "port", "user", "password", "dbname")
        with psycopg.connect(**{key: address[key] for key in keys}) as other:
            with other.cursor() as cursor:  # as a sync of it does that is in mid-transaction
                cursor.execute(f"SELECT 1 FROM {Watcher._meta.db_table} WHERE fabric_id = %s FOR UPDATE", [slow.pk])
            server.put(vpc("vpc-1"))
            until(lambda: vlans().keys() == others, 10)
            time.sleep(LEASE)  # the leases of all others are prolonged all the same
            server.put(vpc("vpc-2"))
            until(lambda: vlans("vpc-2").keys() == others, 10)
            assert slow.pk not in vlans()
            other.rollback()
        until(lambda: slow.pk in vlans("vpc-2"), 20)


def test_a_fault_of_our_own_ends_one_fabrics_watch_and_it_is_taken_up_again(server, fabrics, monkeypatch):
    broken = []
    lock = WatchWriter.lock

    def breaks(writer, table):
        if not broken:
            broken.append(writer.fabric.pk)
            raise RuntimeError("a defect")
        return lock(writer, table)

    monkeypatch.setattr("netbox_hedgehog.sync.watch.cooldown.BACKOFF", Backoff(1.0, 120.0, jitter=0.3))
    with watching():
        until(all_live, 40)
        monkeypatch.setattr(WatchWriter, "lock", breaks)
        server.put(vpc("vpc-1"))
        until(lambda: len(vlans()) == FABRICS, 30, "all, from where each was")
        assert len(broken) == 1
        until(all_live, 20)
