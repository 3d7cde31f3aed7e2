"""Fault 63: where nothing changes, nothing is written, and the cluster is asked for nothing but its lists."""

from collections import Counter

import pytest
from core.models import ObjectChange

from netbox_hedgehog import kinds
from netbox_hedgehog.models import ResourceChange
from practice.server import PracticeServer
from tests.builders import fabric_on, vpc
from tests.netbox.sync import snapshots
from tests.netbox.sync.given import statements, sync, writes

pytestmark = pytest.mark.django_db


def test_fault_63_steady_state_writes_nothing_and_asks_for_one_list_a_kind():
    with PracticeServer(snapshot=snapshots.path("medium")) as server:
        fabric = fabric_on(server.kubeconfig)
        first = sync(fabric)
        assert first.state == "succeeded"
        told, logged, begun = ResourceChange.objects.count(), ObjectChange.objects.count(), len(server.requests)
        assert writes(statements(fabric)) == []
        asked = server.requests[begun:]
        pages = -(-max(counts["listed"] for counts in first.counts.values()) // 500)
    assert {seen.method for seen in asked} == {"GET"}
    by_path = Counter(seen.path for seen in asked)
    assert by_path.pop("/apis") == 1
    assert len(by_path) == len(kinds.KINDS)
    assert all(path.startswith("/apis/") and path.count("/") == 4 for path in by_path)  # lists in all namespaces
    assert set(by_path.values()) <= set(range(1, pages + 1))
    assert (ResourceChange.objects.count(), ObjectChange.objects.count()) == (told, logged)


def test_fault_63_other_versions_of_the_same_content_are_no_change(server, fabric):
    server.put_all(vpc(f"vpc-{number}", number) for number in range(5))
    sync(fabric)
    server.put(vpc("vpc-1", 77))
    server.put(vpc("vpc-1", 1))  # back as it was, under a newer version
    run = sync(fabric)
    assert not run.changes.exists()
    assert run.counts["VPC"]["unchanged"] == 5
    assert writes(statements(fabric)) == []
