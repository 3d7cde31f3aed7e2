"""Fault 67: no failing path leaves a fabric that looks well. Endings go through the engine, then the facts are read."""

from contextlib import suppress

import pytest
from django.db import OperationalError

from netbox_hedgehog.cluster import ClusterError, ErrorCode
from netbox_hedgehog.models import ConnectionTest, Fabric, SyncRun
from netbox_hedgehog.sync.decide.scope import Scope
from netbox_hedgehog.sync.execute import fabric as of_fabric
from netbox_hedgehog.sync.execute.fabric import FabricReader
from netbox_hedgehog.sync.execute.run import execute
from netbox_hedgehog.sync.health import facts_of
from netbox_hedgehog.sync.recovery.sweep import sweep
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.runs.lease_keeper import DeadlinePassed
from netbox_hedgehog.sync.runs.transitions import Cancelled, LeaseLost
from tests.netbox.sync.aged import ago, ended, watched
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db

# A defect of ours has a code as well, and says nothing of the cluster: see RunCode.says_nothing_of_cluster.
OF_THE_CLUSTER = [code for code in ErrorCode if code is not ErrorCode.INTERNAL]

# How a run can end badly without a word of the cluster: what happens in it, its state, its code.
OWN = {
    "defect": (ValueError("a defect"), "failed", "internal"),
    "out of memory": (MemoryError("no memory"), "failed", "internal"),
    "database": (OperationalError("server closed the connection"), "failed", "database"),
    "deadline": (DeadlinePassed(), "failed", "deadline"),
    "cancelled": (Cancelled("Cancelled on request"), "cancelled", "cancelled"),
    "lease lost": (LeaseLost(), "lost", "worker_lost"),
}


@pytest.fixture
def lab():
    """Read whole twenty minutes ago, which is stale."""
    made = Fabric.objects.create(name="lab", sync_interval=300, credential_kind="in_cluster")
    ended(made, "succeeded", 1200)
    return made


@pytest.fixture
def old(lab):
    return lab.runs.get()


@pytest.fixture
def run_that(lab, monkeypatch):
    """A run in which ERROR happens, as it ended."""

    def execute(error):
        def fail(*_):
            raise error

        monkeypatch.setattr(FabricReader, "_read", fail)
        with suppress(type(error)):  # our own errors are recorded, and raised again for the job's log
            sync(lab)
        return lab.runs.latest("pk")

    return execute


def check(lab, old, run, state, code):
    """What is true after any bad ending."""
    assert (run.state, run.error_code) == (state, code)
    assert run.error_message
    assert run.error_hint
    facts = facts_of(lab)
    assert facts.drift.value != "in sync"
    assert facts.drift.color != "green"
    assert facts.health.color != "green"
    assert (facts.freshness.value, facts.freshness.at) == ("stale", old.started)
    assert facts.freshness.color != "green"
    return facts


@pytest.mark.parametrize("code", OF_THE_CLUSTER)
def test_fault_67_run_that_fails_with_any_code_leaves_no_green_fact(lab, old, run_that, code):
    run = run_that(ClusterError(code, f"words of {code}"))
    facts = check(lab, old, run, "failed", code)
    word = "access denied" if code in ("unauthorized", "forbidden") else "unreachable"
    assert (facts.connection.value, facts.connection.color, facts.connection.at) == (word, "red", run.finished)
    assert facts.connection.detail == f"words of {code}"
    assert _true(lab) == ["Stale", "SyncFailed", "Unreachable"]


@pytest.mark.parametrize("case", OWN)
def test_fault_67_run_that_ends_without_a_word_of_the_cluster_renews_no_fact(lab, old, run_that, case):
    error, state, code = OWN[case]
    run = run_that(error)
    if state == "lost":
        assert run.state == "running"
        SyncRun.objects.filter(pk=run.pk).update(lease_until=ago(5))
        assert sweep() == [run.pk]
        run.refresh_from_db()
    facts = check(lab, old, run, state, code)
    assert facts.connection.at == old.finished
    assert "20 min ago" in facts.connection.label


@pytest.mark.parametrize("code", OF_THE_CLUSTER)
def test_fault_67_connection_test_that_fails_with_any_code_is_no_connection(lab, old, code):
    ConnectionTest.objects.create(
        fabric=lab, ok=False, finished=ago(1), error_code=code, error_message="m", error_hint="h"
    )
    facts = facts_of(lab)
    assert facts.connection.value == ("access denied" if code in ("unauthorized", "forbidden") else "unreachable")
    assert facts.freshness.at == old.started


def test_fault_67_connection_test_that_a_dead_worker_left_says_nothing_of_the_cluster(lab, old):
    ConnectionTest.objects.create(fabric=lab, ok=False, finished=ago(1), error_code="worker_lost", error_message="m")
    assert (facts_of(lab).connection.value, facts_of(lab).connection.at) == ("connected", old.finished)


@pytest.mark.parametrize("code", ["", *OF_THE_CLUSTER])
def test_fault_67_watcher_that_gets_no_answer_is_neither_live_nor_a_connection(lab, old, code):
    watched(lab, "unreachable", error_at=ago(1), error_code=code, error_message="m")
    facts = facts_of(lab)
    assert facts.connection.value == ("access denied" if code in ("unauthorized", "forbidden") else "unreachable")
    assert (facts.freshness.value, facts.freshness.at) == ("stale", old.started)


def test_fault_67_run_that_could_list_nothing_has_a_code_and_is_no_look(server, fabric, monkeypatch):
    monkeypatch.setattr(of_fabric, "kind_tables", lambda *_: [])
    run = sync(fabric)
    assert (run.state, run.error_code) == ("failed", "no_hedgehog_crds")
    assert run.error_hint
    facts = facts_of(fabric)
    assert (facts.connection.value, facts.freshness.value) == ("unreachable", "unknown")


@pytest.mark.parametrize("code", ["not_served", "not_found"])
def test_fault_67_run_of_a_kind_that_is_not_there_says_nothing_of_the_connection(lab, old, code):
    ended(lab, "failed", 60, code, scope={"kind": "VPC"})
    assert (facts_of(lab).connection.value, facts_of(lab).connection.at) == ("connected", old.finished)
    ended(lab, "failed", 30, "timed_out", scope={"kind": "VPC"})
    assert facts_of(lab).connection.value == "unreachable"


def test_fault_67_run_of_a_kind_that_is_not_served_says_so(server, fabric):
    made = request_sync(fabric, "command", scope=Scope(kind="Novelty")).run
    execute(made.pk, "worker-1")
    made.refresh_from_db()
    assert (made.state, made.error_code) == ("failed", "not_found")
    assert made.error_message == "The cluster does not serve Novelty."


def test_fault_67_failures_without_a_code_are_no_connection(lab, old):
    ended(lab, "failed", 60)
    assert facts_of(lab).connection.value == "unreachable"
    ConnectionTest.objects.create(fabric=lab, ok=False, finished=ago(1))
    assert facts_of(lab).connection.value == "unreachable"


def _true(fabric):
    return list(fabric.conditions.filter(status=True).values_list("type", flat=True))
