"""A watcher at work: changes are there at once, and what is missed is made up for."""

import time

import pytest

from netbox_hedgehog.cluster import Cluster
from netbox_hedgehog.models import VPC, KindObservation, Watcher
from netbox_hedgehog.sync.health import facts_of
from tests.builders import vpc
from tests.netbox.sync.given import sync
from tests.netbox.watch.given import asked, hands, live, row, vlan, watching
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _short(plugin):
    plugin(watch_lease_seconds=4)


def test_a_new_fabric_is_read_once_and_then_followed(server, fabric):
    server.put(vpc("vpc-1"))
    with hands(), watching():
        until(live)
        assert [run.state for run in asked()] == ["succeeded"]
        assert vlan() == 1001
        begun = time.monotonic()
        server.put(vpc("vpc-1", vlan=1002))
        until(lambda: vlan() == 1002)
        assert time.monotonic() - begun < 1
        server.put(vpc("vpc-2"))
        until(lambda: vlan("vpc-2"))
        server.delete("vpcs", "vpc-2")
        until(lambda: not vlan("vpc-2"))
        until(lambda: row().events == 3)
        assert facts_of(fabric).freshness.value == "live"
        assert asked().count() == 1
    assert row().lease_until is None
    assert facts_of(fabric).freshness.value == "fresh"


def test_what_happened_between_the_last_sync_and_the_start_is_not_missed(server, fabric):
    server.put(vpc("vpc-1"))
    sync(fabric)
    server.put(vpc("vpc-1", vlan=1002))
    with watching():
        until(lambda: vlan() == 1002)
        until(live)
    assert not asked().exists()


def test_a_watcher_goes_on_where_the_one_before_has_left_off(server, fabric):
    sync(fabric)
    with watching():
        until(live)
        server.put(vpc("vpc-1"))
        until(lambda: row().versions.get("vpcs.vpc.githedgehog.com/"))
        until(lambda: vlan())
    KindObservation.objects.update(resource_version="")  # nothing but what the first one has left
    server.put(vpc("vpc-1", vlan=1002))
    with watching():
        until(lambda: vlan() == 1002)
    assert not asked().exists()


def test_fault_1_410_asks_for_one_full_run_and_goes_on(server, fabric):
    sync(fabric)
    with hands(), watching():
        until(live)
        server.faults.add("error", status=410, times=1, kind="vpcs")
        server.put(vpc("vpc-1"))
        run = until(lambda: asked().filter(state="succeeded").first())
        until(lambda: vlan() == 1001)
        until(lambda: row().state == "live")
        server.put(vpc("vpc-1", vlan=1002))
        until(lambda: vlan() == 1002)
        assert [each.pk for each in asked()] == [run.pk]


def test_fault_1_deletions_in_the_gap_are_found(server, fabric):
    server.put_all([vpc("vpc-1"), vpc("vpc-2")])
    sync(fabric)
    server.delete("vpcs", "vpc-2")
    server.compact()
    with hands(), watching():
        until(lambda: asked().filter(state="succeeded").exists())
        until(lambda: not vlan("vpc-2"))
        assert VPC.objects.get(name="vpc-2").state == "missing"
    assert asked().count() == 1


def test_fault_2_a_list_whose_continue_token_expires_is_begun_again_and_then_followed(server, fabric, monkeypatch):
    server.put_all(vpc(f"vpc-{number}", 1000 + number) for number in range(6))
    whole, done = Cluster.list, []

    def pages(cluster, resource, namespace=None, limit=500, **options):
        for page in whole(cluster, resource, namespace, min(limit, 2), **options):
            yield page
            if resource.plural == "vpcs" and limit > 1 and not done:
                done.append(True)
                server.delete("vpcs", "vpc-5")
                server.compact()

    monkeypatch.setattr(Cluster, "list", pages)
    with hands(), watching():
        until(live)
        assert done
        assert {run.state for run in asked()} == {"succeeded"}
        assert sorted(VPC.objects.values_list("name", flat=True)) == [f"vpc-{number}" for number in range(5)]
        server.put(vpc("vpc-1", vlan=2001))
        until(lambda: vlan() == 2001)


def test_fault_3_an_error_event_is_no_object_and_the_stream_goes_on(server, fabric):
    sync(fabric)
    with watching():
        until(live)
        server.faults.add("error", status=500, times=1, kind="vpcs")
        server.put(vpc("vpc-1"))
        until(lambda: vlan())
        until(live)
        assert list(VPC.objects.values_list("name", flat=True)) == ["vpc-1"]
    assert not asked().exists()


def test_fault_5_bookmarks_alone_move_the_version_and_write_nothing(server, fabric):
    fabric.namespaces = ["default"]
    fabric.save()
    sync(fabric)
    with watching():
        until(live)
        key = "vpcs.vpc.githedgehog.com/default"
        made = server.put(vpc("vpc-1", namespace="elsewhere"))  # not this stream's, but its version moves on
        server.bookmark()
        until(lambda: row().versions.get(key) == made["metadata"]["resourceVersion"])
        assert (row().events, row().written) == (0, 0)
    assert not asked().exists()


@pytest.mark.parametrize("how", ["clean", "abort", "error"])
def test_fault_4_a_stream_that_ends_is_resumed_without_a_run(server, fabric, how):
    sync(fabric)
    with watching():
        until(live)
        server.end_watches(how)
        server.put(vpc("vpc-1"))
        until(lambda: vlan())
        until(live)
    assert not asked().exists()


def test_fault_4_a_line_that_is_cut_comes_again(server, fabric):
    sync(fabric)
    with watching():
        until(live)
        server.faults.add("cut", verb="watch", kind="vpcs", times=1)
        server.put(vpc("vpc-1"))
        until(lambda: vlan())
    assert not asked().exists()


def test_fault_9_streams_that_double_and_swap_events_end_in_the_same_state(server, fabric):
    sync(fabric)
    with watching():
        until(live)
        server.faults.add("double", kind="vpcs")
        server.faults.add("swap", kind="vpcs", seconds=0.2)
        for number in range(1001, 1011):
            server.put(vpc("vpc-1", vlan=number))
        until(lambda: vlan() == 1010)
        server.put(vpc("vpc-2"))  # comes after all that a swap may have kept back
        until(lambda: vlan("vpc-2"))
        assert vlan() == 1010


def test_fault_7_a_cluster_put_back_is_read_anew_and_followed(server, fabric):
    server.put(vpc("vpc-1"))
    sync(fabric)
    backup, version = server.backup()
    with hands(), watching():
        until(live)
        for number in range(1002, 1010):
            server.put(vpc("vpc-1", vlan=number))
        until(lambda: vlan() == 1009)
        server.restore(backup, version)
        until(lambda: vlan() == 1001, 20)
        until(lambda: row().state == "live", 20)
        server.put(vpc("vpc-1", vlan=1099))
        until(lambda: vlan() == 1099)
        assert asked().count() <= 2


def test_fault_12_a_kind_that_may_not_be_watched_is_told_and_the_others_go_on(server, fabric):
    sync(fabric)
    server.faults.forbid(kind="switches", verb="watch")
    with watching():
        until(lambda: row().state == "partial")
        assert row().error_code == "forbidden"
        server.put(vpc("vpc-1"))
        until(lambda: vlan())
        assert facts_of(fabric).freshness.value == "fresh"


def test_a_cluster_that_stops_answering_is_unreachable_within_seconds(server, fabric):
    sync(fabric)
    with watching():
        until(live)
        assert facts_of(fabric).connection.value == "connected"
        fault = server.faults.add("drop")
        server.end_watches("abort")
        until(lambda: facts_of(fabric).connection.value == "unreachable", 15)
        assert facts_of(fabric).freshness.value == "fresh"
        server.faults.remove(fault)
        until(lambda: facts_of(fabric).freshness.value == "live", 20)
        until(lambda: asked().exists())  # it may have come back with another past


def test_a_fabric_whose_watch_is_switched_off_is_let_go(server, fabric):
    sync(fabric)
    with watching():
        until(live)
        fabric.watch = False
        fabric.save()
        until(lambda: row().lease_until is None)
        until(lambda: not server.watches)


def test_a_fabric_that_is_deleted_leaves_nothing_behind(server, fabric):
    server.put(vpc("vpc-1"))
    sync(fabric)
    with watching() as supervisor:
        until(live)
        fabric.delete()
        server.put(vpc("vpc-1", vlan=1002))
        until(lambda: not supervisor.followers)
    assert not VPC.objects.exists()
    assert not Watcher.objects.exists()


def test_a_steady_state_writes_nothing_but_the_heartbeat(server, fabric):
    server.put(vpc("vpc-1"))
    sync(fabric)
    with watching():
        until(live)
        before = list(VPC.objects.values())
        begun, ended = time.monotonic(), server.end_watches("clean")

        def anew():
            young = [each for each in server.watches if each["seconds"] < time.monotonic() - begun]
            return len(young) == len(server.watches) == ended

        until(anew, what="a new stream for each that ended")
        since = row().heartbeat
        until(lambda: row().heartbeat > since and live())
        assert row().written == 0
        assert list(VPC.objects.values()) == before


def test_fabric_with_several_namespaces_is_followed_in_each_of_them_and_nowhere_else(server, fabric):
    fabric.namespaces = ["default", "tenants"]
    fabric.save()
    server.put_all(vpc("vpc-1", namespace=where) for where in ("default", "tenants", "elsewhere"))

    def stored():
        rows = VPC.objects.filter(missing_since=None)
        return sorted((each.namespace, each.live["subnets"]["default"]["vlan"]) for each in rows)

    with hands(), watching():
        until(live)
        assert row().streams == 2 * KindObservation.objects.filter(complete_at__isnull=False).count()
        assert stored() == [("default", 1001), ("tenants", 1001)]
        for vlan_id, where in ((1002, "elsewhere"), (1003, "tenants"), (1004, "default")):
            server.put(vpc("vpc-1", vlan=vlan_id, namespace=where))
        until(lambda: stored() == [("default", 1004), ("tenants", 1003)])
        server.delete("vpcs", "vpc-1", "tenants")
        until(lambda: stored() == [("default", 1004)])
        assert asked().count() == 1
    assert not VPC.objects.filter(namespace="elsewhere").exists()
    assert set(row().versions) >= {"vpcs.vpc.githedgehog.com/default", "vpcs.vpc.githedgehog.com/tenants"}
