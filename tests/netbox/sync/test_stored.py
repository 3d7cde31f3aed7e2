"""What a run knows before it asks the cluster, and what becomes of what a watcher writes in the meantime."""

import pytest

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster import ApiResource
from netbox_hedgehog.models import VPC, Server, model_for
from netbox_hedgehog.sync.decide.decode import DIGEST
from netbox_hedgehog.sync.decide.scope import Scope
from netbox_hedgehog.sync.execute import kind as kind_sync
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.store.snapshot import load_by_digest, load_current, load_snapshots
from tests.builders import manifest, vpc
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db
NEWER = "99999999"  # a version that the practice server does not come to


@pytest.fixture
def few(server, fabric):
    """Three VPCs and two servers, in NetBox already."""
    server.put_all(vpc(f"vpc-{number}", number) for number in (1, 2, 3))
    server.put_all(manifest("Server", "wiring", f"server-{number}") for number in (1, 2))
    assert sync(fabric).state == "succeeded"
    return fabric


def task_of(kind, **scope):
    """The table of KIND, as a run has it that covers SCOPE."""
    entry = kinds.by_name(kind)
    resource = ApiResource(entry.group, "v1beta1", kind, entry.plural, namespaced=True, verbs=("list",))
    return KindTable(resource, entry, model_for(entry), Scope(group=entry.group, kind=kind, **scope))


def names(rows):
    return sorted(row.name for row in rows)


def test_objects_as_they_were_last_seen_are_known_by_their_digests_alone(few, django_assert_num_queries):
    both = [task_of("VPC"), task_of("Server")]
    with django_assert_num_queries(1):
        found = load_snapshots(few, both)
    assert found[both[0]].digests == set(VPC.objects.values_list("digest", flat=True))
    assert (found[both[0]].rows, found[both[0]].count) == ([], 3)
    assert {len(digest) for digest in found[both[1]].digests} == {DIGEST}
    assert found[both[1]].count == Server.objects.count() == 2


def test_what_is_missing_or_has_no_digest_is_known_by_its_row(few):
    VPC.objects.filter(name="vpc-1").update(digest="")
    VPC.objects.filter(name="vpc-2").update(missing_since="2026-07-24T10:00:00Z", absence_proven=True)
    found = load_snapshots(few, [table := task_of("VPC")])[table]
    assert found.digests == {VPC.objects.get(name="vpc-3").digest}
    assert names(found.rows) == ["vpc-1", "vpc-2"]
    assert found.count == 2


def test_hard_sync_knows_every_row_and_trusts_no_digest(few):
    found = load_snapshots(few, [table := task_of("VPC", hard=True)])[table]
    assert (found.digests, names(found.rows), found.count) == (set(), ["vpc-1", "vpc-2", "vpc-3"], 3)


def test_only_what_the_list_will_speak_of_is_known(few):
    one = task_of("VPC", namespace="default", name="vpc-2")
    assert load_snapshots(few, [one])[one].digests == {VPC.objects.get(name="vpc-2").digest}
    few.namespaces = ["elsewhere"]
    assert load_snapshots(few, [table := task_of("VPC")])[table].empty


def test_rows_are_found_by_key_and_by_digest(few):
    table, row = task_of("VPC"), VPC.objects.get(name="vpc-2")
    keys = [("default", "vpc-2"), ("default", "nobody")]
    assert {key: found.pk for key, found in load_current(few, table, keys).items()} == {("default", "vpc-2"): row.pk}
    assert [found.pk for found in load_by_digest(few, table, [row.digest, "0" * DIGEST])] == [row.pk]


@pytest.fixture
def while_listed(monkeypatch):
    """Have something done after the first page of each kind's list has come, before it is compared."""

    def arrange(do):
        listed = kind_sync.iter_pages

        def pages(*arguments):
            for page in listed(*arguments):
                do()
                yield page

        monkeypatch.setattr(kind_sync, "iter_pages", pages)

    return arrange


def test_fault_9_newer_version_that_a_watcher_writes_while_the_list_is_on_its_way_stays(server, few, while_listed):
    server.put(vpc("vpc-1", 55))
    while_listed(lambda: VPC.objects.filter(name="vpc-1").update(resource_version=NEWER, digest="f" * DIGEST))
    run = sync(few)
    row = VPC.objects.get(name="vpc-1")
    assert (row.resource_version, row.digest) == (NEWER, "f" * DIGEST)
    assert row.live["subnets"]["default"]["vlan"] == 1
    assert (run.counts["VPC"]["updated"], run.counts["VPC"]["unchanged"]) == (0, 3)


def test_object_that_a_watcher_writes_while_a_list_without_it_is_on_its_way_is_not_missing(server, few, while_listed):
    server.delete("vpcs", "vpc-1")
    server.delete("vpcs", "vpc-2")
    while_listed(lambda: VPC.objects.filter(name="vpc-1").update(resource_version=NEWER, digest="f" * DIGEST))
    sync(few)
    assert names(VPC.objects.exclude(missing_since=None)) == ["vpc-2"]
