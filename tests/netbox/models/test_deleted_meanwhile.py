"""A fabric is deleted at the moment in which somebody makes something for it: the deletion wins, nobody gets a 500."""

import threading

import pytest
from django.db import connection, transaction
from django.db.models.deletion import Collector

from netbox_hedgehog.models import ConnectionTest, Fabric, FabricCondition, SyncRun, Watcher
from netbox_hedgehog.sync.connection_test import request_test
from netbox_hedgehog.sync.health.conditions import evaluate
from netbox_hedgehog.sync.request.override import approve_removal
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.runs.deleted_fabric import FabricGone
from netbox_hedgehog.sync.watch import lease
from tests.builders import fabric
from tests.netbox.api.given import admin
from tests.netbox.held import hold

pytestmark = pytest.mark.django_db(transaction=True)


class Rival(threading.Thread):
    """Does something in a session of its own; ``raised`` is what that ended with, ``made`` what it returned."""

    def __init__(self, do, *values):
        super().__init__(daemon=True)
        self.do, self.values = do, values
        self.raised = self.made = None

    def run(self):
        try:
            self.made = self.do(*self.values)
        except Exception as error:  # noqa: BLE001  it is what the test looks at
            self.raised = error
        finally:
            connection.close()


def watch(lab):
    return lease.claim(lab.pk, "watcher-1")


def sync(lab):
    return request_sync(lab, "api")


def test_connection(lab):
    return request_test(lab)


test_connection.__test__ = False


def judge(lab):
    return evaluate([lab]) or None


@pytest.mark.parametrize("rival", [watch, sync, test_connection, judge], ids=lambda rival: rival.__name__)
def test_what_is_made_while_its_fabric_is_deleted_goes_with_it(monkeypatch, rival):
    lab = fabric("lab")
    client, whole, rivals = admin(), Collector.delete, []

    def delete(collector):
        """What hangs on the fabric is gone or collected: what others make from here on would be in the way."""
        if Fabric in collector.data and not rivals:
            rivals.append(Rival(rival, lab))
            rivals[0].start()
            rivals[0].join(0.7)  # it is through, or it waits
        return whole(collector)

    monkeypatch.setattr(Collector, "delete", delete)
    answer = client.delete(f"/api/plugins/hedgehog/fabrics/{lab.pk}/")
    assert answer.status_code == 204, answer.content
    (other,) = rivals
    other.join(10)
    assert not other.is_alive()
    assert other.made is None
    assert other.raised is None or isinstance(other.raised, FabricGone)
    for model in (Fabric, Watcher, SyncRun, ConnectionTest, FabricCondition):
        assert not model.objects.exists(), model


def test_a_deletion_waits_for_a_batch_that_is_being_written():
    """Whoever holds the right to write needs the fabric's row at the end: neither waits for the other for ever."""
    lab = fabric("lab")
    held = lease.claim(lab.pk, "watcher-1")
    writing, go_on = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            lease.fence(held)
            writing.set()
            go_on.wait(10)
            ConnectionTest.objects.create(fabric=lab)

    batch = Rival(write)
    batch.start()
    assert writing.wait(10)
    client = admin()
    deletion = Rival(lambda: client.delete(f"/api/plugins/hedgehog/fabrics/{lab.pk}/").status_code)
    deletion.start()
    deletion.join(0.5)
    assert deletion.is_alive()
    go_on.set()
    for each in (batch, deletion):
        each.join(15)
        assert not each.is_alive()
    assert (batch.raised, deletion.made) == (None, 204)
    assert not ConnectionTest.objects.exists()


def test_an_approval_of_what_went_with_its_fabric_is_told_so():
    run = hold(fabric("lab"))
    run.fabric.delete()
    with pytest.raises(FabricGone):
        approve_removal(run, "they may go")
