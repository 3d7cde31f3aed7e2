"""Must show: what a real control plane served is in NetBox, object for object, and a second sync writes nothing."""

import pytest
from django.core.management import call_command

from netbox_hedgehog import kinds
from netbox_hedgehog.models import Fabric, Reference, RunStateChoices, model_for
from practice.server import PracticeServer
from tests.netbox.sync import snapshots
from tests.netbox.sync.given import statements, sync, writes

pytestmark = pytest.mark.django_db


@pytest.fixture(params=snapshots.NAMES)
def synced(request):
    """The name of a snapshot, and the fabric that serves it, added by the command and synced."""
    with PracticeServer(snapshot=snapshots.path(request.param)) as server:
        call_command("hedgehog_sync", "add", request.param, "--kubeconfig", str(server.kubeconfig))
        fabric = Fabric.objects.get(name=request.param)
        assert sync(fabric).state == RunStateChoices.SUCCEEDED
        yield request.param, fabric


def test_snapshot_is_in_netbox_and_second_sync_writes_nothing(synced):
    name, fabric = synced
    served = snapshots.objects(name)
    for kind in kinds.KINDS:
        _compare(kind, served.get(kind, []), fabric)
    _references_hold(served, fabric)
    assert writes(statements(fabric)) == []
    run = fabric.runs.first()
    assert run.state == RunStateChoices.SUCCEEDED
    for kind, items in served.items():
        counts = run.counts[kind.kind]
        assert (counts["listed"], counts["unchanged"], counts["complete"]) == (len(items), len(items), True)
    assert not run.changes.exists()


def _compare(kind, items, fabric):
    rows = {(row.namespace, row.name): row for row in model_for(kind).objects.filter(fabric=fabric)}
    assert len(rows) == len(items), kind.kind
    for item in items:
        meta = item["metadata"]
        row = rows[meta["namespace"], meta["name"]]
        clean = kinds.redact(kind, item) if kind.kind in ("Agent", "GatewayAgent") else item
        assert row.live == clean.get("spec"), meta["name"]
        assert row.status == clean.get("status")
        assert row.labels == meta.get("labels", {})
        assert (row.uid, row.resource_version) == (meta["uid"], meta["resourceVersion"])
        assert (row.api_version, row.generation) == (item["apiVersion"], meta["generation"])
        assert row.spec is None
        assert row.missing_since is None


def _references_hold(served, fabric):
    expected = {
        (kind.kind, item["metadata"]["name"], ref.path, ref.kind, ref.name)
        for kind, items in served.items()
        for item in items
        for ref in kinds.references(kind, kinds.redact(kind, item))
    }
    columns = ("source_kind", "source_name", "path", "target_kind", "target_name")
    assert set(Reference.objects.filter(fabric=fabric).values_list(*columns)) == expected
