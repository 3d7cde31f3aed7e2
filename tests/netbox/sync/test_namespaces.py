"""A fabric that is read in several namespaces, each with a list and a stream of its own."""

import pytest

from netbox_hedgehog.models import VPC, KindObservation, Server
from netbox_hedgehog.sync.decide.scope import Scope
from netbox_hedgehog.sync.execute.run import execute
from netbox_hedgehog.sync.request.request import request_sync
from tests.builders import manifest, vpc
from tests.netbox.sync.given import statements, sync, writes
from tests.netbox.watch.conftest import batches, clock  # noqa: F401
from tests.netbox.watch.given import arrival

pytestmark = pytest.mark.django_db

A, B, OUTSIDE = "default", "tenants", "elsewhere"


@pytest.fixture
def both(server, fabric):
    """A fabric that is read in A and B; in each, and outside, a VPC of the same name, and others."""
    fabric.namespaces = [A, B]
    fabric.save()
    server.put_all(vpc(f"vpc-{number}", namespace=where) for where in (A, B, OUTSIDE) for number in range(10))
    server.put(manifest("Server", "wiring", "server-1", namespace=A))
    assert sync(fabric).state == "succeeded"
    return fabric


def names(**which):
    return sorted(VPC.objects.filter(**which).values_list("namespace", "name"))


def missing():
    return names(missing_since__isnull=False)


def test_objects_of_the_same_name_are_told_apart_and_others_namespaces_are_not_read(server, both):
    assert len(names()) == 20
    assert not names(namespace=OUTSIDE)
    server.put(vpc("vpc-1", 77, namespace=B))
    assert sync(both).counts["VPC"]["updated"] == 1
    vlans = {row.namespace: row.live["subnets"]["default"]["vlan"] for row in VPC.objects.filter(name="vpc-1")}
    assert vlans == {A: 1001, B: 77}
    assert KindObservation.objects.get(fabric=both, kind="VPC").objects_seen == 20


def test_fault_63_steady_state_of_several_namespaces_writes_nothing(both):
    assert writes(statements(both)) == []


def test_object_gone_from_one_namespace_stays_in_the_other_and_is_removed_with_proof(server, both):
    server.delete("vpcs", "vpc-1", B)
    assert sync(both).counts["VPC"]["missing"] == 1
    assert missing() == [(B, "vpc-1")]
    both.removal_runs = both.removal_hours = 0
    both.save()
    assert sync(both).counts["VPC"]["removed"] == 1
    assert (A, "vpc-1") in names()
    assert (B, "vpc-1") not in names()


def test_object_that_moves_to_another_namespace_is_gone_there_and_new_here(server, both):
    server.delete("vpcs", "vpc-1", A)
    server.put(vpc("vpc-77", namespace=B))
    run = sync(both)
    assert (run.counts["VPC"]["missing"], run.counts["VPC"]["created"]) == (1, 1)
    assert missing() == [(A, "vpc-1")]


def test_empty_list_of_one_namespace_proves_nothing(server, both):
    """A namespace whose objects the server does not have yet after a restore looks like this."""
    both.shrink_count = 100
    both.save()
    for number in range(10):
        server.delete("vpcs", f"vpc-{number}", B)
    run = sync(both)
    assert (run.state, run.error_code, run.held.count) == ("blocked", "empty_source", 10)
    assert run.error_message == "VPC: The cluster listed no VPC in tenants, where NetBox knows 10."
    assert missing() == []


def test_shrink_guard_counts_all_namespaces_together(server, both):
    both.shrink_percent, both.shrink_count = 20, 3
    both.save()
    for where in (A, B):
        for number in (1, 2, 3):
            server.delete("vpcs", f"vpc-{number}", where)
    run = sync(both)
    assert (run.state, run.error_code) == ("blocked", "shrink_guard")
    assert "6 of 20" in run.issues.get(kind="VPC").message
    assert missing() == []


@pytest.mark.parametrize("refused", [A, B])
def test_namespace_that_may_not_be_read_keeps_its_objects_and_the_other_goes_on(server, both, refused):
    other = {A: B, B: A}[refused]
    server.faults.forbid("vpcs", namespace=refused)
    server.put_all([vpc("vpc-1", 77, namespace=other), vpc("vpc-new", namespace=other)])
    for where in (A, B):
        server.delete("vpcs", "vpc-2", where)
    run = sync(both)
    assert run.state == "partial"
    issue = run.issues.get()
    assert (issue.kind, issue.code) == ("VPC", "forbidden")
    assert refused in issue.message
    assert (run.counts["VPC"]["created"], run.counts["VPC"]["updated"]) == (1, 1)
    assert (other, "vpc-new") in names()
    assert missing() == []
    server.faults.clear()
    assert sync(both).state == "succeeded"
    assert missing() == [(A, "vpc-2"), (B, "vpc-2")]


def test_each_namespace_that_may_not_be_read_is_named(server, both):
    server.faults.forbid("vpcs")
    run = sync(both)
    told = run.issues.values_list("message", flat=True)
    assert sorted(name for text in told for name in (A, B) if f'"{name}"' in text) == [A, B]


def test_namespace_that_is_named_twice_is_read_once(server, both):
    both.namespaces = [A, B, A]
    both.save()
    run = sync(both)
    assert (run.counts["VPC"]["listed"], run.counts["VPC"]["unchanged"]) == (20, 20)


def test_sync_of_one_object_asks_its_namespace_alone(server, both):
    for where in (A, B):
        server.delete("vpcs", "vpc-1", where)
    scope = Scope("vpc.githedgehog.com", "VPC", B, "vpc-1")
    run = request_sync(both, "command", scope=scope).run
    execute(run.pk, "worker-1")
    assert missing() == [(B, "vpc-1")]


def test_sync_of_one_kind_reads_it_in_all_namespaces(server, both):
    for where in (A, B):
        server.put(vpc("vpc-new", namespace=where))
    run = request_sync(both, "command", scope=Scope("vpc.githedgehog.com", "VPC")).run
    execute(run.pk, "worker-1")
    assert names(name="vpc-new") == [(A, "vpc-new"), (B, "vpc-new")]
    assert Server.objects.count() == 1


def test_events_of_several_namespaces_touch_their_own_objects(server, batches):  # noqa: F811
    made = {where: server.put(vpc("vpc-1", namespace=where)) for where in (A, B)}
    batches.write([arrival("VPC", "ADDED", each) for each in made.values()])
    assert names() == [(A, "vpc-1"), (B, "vpc-1")]
    version = int(made[B]["metadata"]["resourceVersion"])
    changed = vpc("vpc-1", 77, namespace=A, uid=made[A]["metadata"]["uid"])
    batches.write(
        [
            arrival("VPC", "DELETED", made[B], version + 1),
            arrival("VPC", "MODIFIED", changed, version + 2),
        ]
    )
    assert missing() == [(B, "vpc-1")]
    assert VPC.objects.get(namespace=A).live["subnets"]["default"]["vlan"] == 77
