"""Runs of one kind, of one object, and hard ones."""

from datetime import timedelta

import pytest
from django.db.models import F

from netbox_hedgehog.models import VPC, KindObservation, OtherResource, Server, SyncRun
from netbox_hedgehog.sync.decide.scope import FABRIC, Scope
from netbox_hedgehog.sync.execute.run import execute
from netbox_hedgehog.sync.health import facts_of
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.schedule import due_fabrics
from tests.builders import manifest, vpc
from tests.netbox.history import rewritable
from tests.netbox.sync.given import statements as statements_of
from tests.netbox.sync.given import sync, writes

pytestmark = pytest.mark.django_db

VPCS = Scope(kind="VPC")
ONE = Scope(kind="VPC", namespace="default", name="vpc-1")
HARD = Scope(hard=True)


def scoped(fabric, scope):
    run = request_sync(fabric, "command", scope=scope).run
    execute(run.pk, "worker-1")
    return SyncRun.objects.get(pk=run.pk)


@pytest.fixture
def changed(server, fabric):
    """Two VPCs and a server that are stored, and have all changed on the cluster since."""
    for vlan in (1001, 1002):
        server.put_all([vpc("vpc-1", vlan), vpc("vpc-2", vlan)])
        server.put(manifest("Server", "wiring", "server-1", {"description": str(vlan)}))
        if vlan == 1001:
            sync(fabric)


def vlans():
    return [row.live["subnets"]["default"]["vlan"] for row in VPC.objects.order_by("name")]


def test_run_of_one_kind_reads_that_kind_alone(server, fabric, changed):
    before = len(server.requests)
    run = scoped(fabric, VPCS)
    assert (run.state, list(run.counts), run.scope) == ("succeeded", ["VPC"], {"kind": "VPC"})
    assert vlans() == [1002, 1002]
    assert Server.objects.get().live["description"] == "1001"
    assert [seen.path for seen in server.requests[before:] if "v1beta1/" in seen.path] == [
        "/apis/vpc.githedgehog.com/v1beta1/vpcs"
    ]


def test_run_of_one_object_reads_that_object_alone(server, fabric, changed):
    seen = dict(KindObservation.objects.values_list("kind", "complete_at"))
    run = scoped(fabric, ONE)
    assert (run.state, run.counts["VPC"]["listed"], run.counts["VPC"]["updated"]) == ("succeeded", 1, 1)
    assert vlans() == [1002, 1001]
    assert dict(KindObservation.objects.values_list("kind", "complete_at")) == seen  # no look at a whole kind


def test_object_that_is_gone_is_missing_after_a_run_of_it_and_never_removed_by_one(server, fabric, changed):
    server.delete("vpcs", "vpc-1")
    fabric.removal_runs = fabric.removal_hours = 0
    fabric.save()
    for _ in range(3):
        run = scoped(fabric, ONE)
        assert run.state == "succeeded"
    assert [row.state for row in VPC.objects.order_by("name")] == ["missing", "present"]
    server.put(vpc("vpc-1", uid=VPC.objects.get(name="vpc-1").uid))
    scoped(fabric, ONE)
    assert VPC.objects.get(name="vpc-1").state == "present"


def test_object_of_an_unknown_kind_can_be_synced_alone(server, fabric):
    scope = Scope(kind="Widget", namespace="default", name="w-1", group="vpc.githedgehog.com")
    run = scoped(fabric, scope)
    assert run.state == "failed"  # it is not served: nothing was read
    assert not OtherResource.objects.exists()


def test_run_of_one_kind_is_guarded(server, fabric):
    server.put_all(vpc(f"vpc-{number}") for number in range(8))
    sync(fabric)
    for number in range(7):
        server.delete("vpcs", f"vpc-{number}")
    run = scoped(fabric, VPCS)
    assert (run.state, run.held.count) == ("blocked", 7)
    assert not VPC.objects.filter(missing_since__isnull=False).exists()


def test_scoped_runs_make_a_fabric_neither_fresh_nor_due_later(server, fabric, changed):
    with rewritable():
        SyncRun.objects.update(**{name: F(name) - timedelta(hours=3) for name in ("created", "started", "finished")})
    assert facts_of(fabric).freshness.value == "stale"
    scoped(fabric, VPCS)
    scoped(fabric, ONE)
    facts = facts_of(fabric)
    assert (facts.freshness.value, facts.connection.value) == ("stale", "connected")
    assert due_fabrics() == [fabric]


def test_hard_run_repairs_what_somebody_changed_behind_the_engine(server, fabric, changed):
    sync(fabric)
    VPC.objects.filter(name="vpc-1").update(live={"edited": True})
    assert sync(fabric).counts["VPC"]["updated"] == 0  # the cluster serves the bytes that were seen before
    run = scoped(fabric, HARD)
    assert (run.counts["VPC"]["updated"], run.counts["VPC"]["unchanged"]) == (1, 1)
    assert vlans() == [1002, 1002]
    assert [change.name for change in run.changes.all()] == ["vpc-1"]


def test_hard_run_writes_nothing_where_nothing_differs(server, fabric, changed):
    sync(fabric)
    request_sync(fabric, "command", scope=HARD)
    assert writes(statements_of(fabric)) == []


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        (FABRIC, FABRIC, {}),
        (ONE, ONE, ONE.as_json()),
        (ONE, VPCS, {}),
        (VPCS, FABRIC, {}),
        (FABRIC, ONE, {}),
        (FABRIC, HARD, {"hard": True}),
        (HARD, FABRIC, {"hard": True}),
        (VPCS, HARD, {"hard": True}),
        (VPCS, Scope(kind="VPC", hard=True), {"kind": "VPC", "hard": True}),
        (HARD, HARD, {"hard": True}),
    ],
)
def test_request_that_joins_a_queued_run_is_covered_by_it(fabric, first, second, joined):
    one = request_sync(fabric, "button", scope=first)
    two = request_sync(fabric, "api", scope=second)
    assert (two.created, two.run.pk, two.run.scope) == (False, one.run.pk, joined)


def test_scope_of_an_object_needs_its_kind_and_namespace():
    for parts in ({"name": "vpc-1"}, {"kind": "VPC", "name": "vpc-1"}, {"group": "vpc.githedgehog.com"}):
        with pytest.raises(ValueError, match="needed"):
            Scope(**parts)
    assert Scope.of(ONE.as_json()) == ONE
