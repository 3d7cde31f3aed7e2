"""``hedgehog_sync status`` and ``runs``: the same words as everywhere, and who serves the queue."""

import pytest

from netbox_hedgehog.management.hedgehog_sync import runs, status
from netbox_hedgehog.management.hedgehog_sync.serialize import when
from netbox_hedgehog.sync.health.conditions import evaluate
from netbox_hedgehog.sync.queue.workers import QueueState
from tests.builders import SECRET, fabric, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(monkeypatch):
    for module in (status, runs):
        monkeypatch.setattr(module, "queue_state", lambda: QueueState(("worker-1",), True, ""))


def test_all_fabrics_with_their_facts(hedgehog_sync, served):
    fabric("lab")
    failed = run(fabric("prod"), state="failed", error_code="timed_out", error_message="no answer", error_hint="look")
    answer = hedgehog_sync("status")
    assert answer.status == 0
    for words in ("lab: ", "connection  never tried", "freshness   unknown", "prod: ", "unreachable", "1 worker"):
        assert words in answer.out
    assert f"last run    #{failed.pk} failed\n    timed_out: no answer\n    Next: look\n" in answer.out


def test_one_fabric_as_json(hedgehog_sync, served):
    done = run(fabric("lab"), state="succeeded", counts={"VPC": {"listed": 2}})
    fabric("other")
    answer = hedgehog_sync("status", "lab", "--json")
    (shown,) = answer.json["fabrics"]
    assert (answer.status, shown["name"], shown["connection"]["value"]) == (0, "lab", "connected")
    assert (shown["last_run"]["id"], shown["last_run"]["error"]) == (done.pk, None)
    assert answer.json["queue"] == {"workers": ["worker-1"], "reachable": True, "message": ""}
    assert SECRET not in answer.out


def test_what_is_wrong_is_told_with_its_time_and_everything_as_json(hedgehog_sync, served):
    lab = fabric("lab")
    run(lab, state="failed", error_code="timed_out", error_message="no answer", error_hint="look")
    evaluate([lab])
    since = when(lab.conditions.get(type="SyncFailed").changed_at)
    out = hedgehog_sync("status").out
    assert f"SyncFailed  since {since}: timed_out\n" in out
    assert f"Unreachable since {since}: timed_out\n" in out
    assert "Blocked" not in out
    shown = hedgehog_sync("status", "lab", "--json").json["fabrics"][0]["conditions"]
    assert [(each["type"], each["status"]) for each in shown] == [
        ("Blocked", False),
        ("Stale", False),
        ("SyncFailed", True),
        ("Unreachable", True),
    ]
    assert (shown[2]["reason"], shown[2]["message"], bool(shown[2]["changed_at"])) == ("timed_out", "no answer", True)


def test_no_worker_is_told_with_the_command_that_starts_one(hedgehog_sync):
    answer = hedgehog_sync("status")
    assert answer.status == 3
    assert "start one with: netbox rqworker netbox_hedgehog.hedgehog_sync" in answer.out
    assert "There is no fabric yet" in answer.out


def test_an_unknown_fabric_lists_what_there_is(hedgehog_sync):
    fabric("lab"), fabric("prod")
    for subcommand in ("status", "trigger", "runs", "test-connection", "test-sync"):
        answer = hedgehog_sync(subcommand, "nope")
        assert answer.status == 2
        assert "There is no fabric called nope." in answer.err
        assert "Fabrics: lab, prod" in answer.err
    answer = hedgehog_sync("trigger", "nope", "--json")
    assert answer.json["error"] == {
        "code": "unknown_fabric",
        "message": "There is no fabric called nope.",
        "hint": "Fabrics: lab, prod",
    }


def test_wrong_use(hedgehog_sync):
    for arguments in ((), ("nonsense",), ("trigger",), ("trigger", "lab", "--timeout", "soon"), ("add", "lab")):
        assert hedgehog_sync(*arguments).status == 2


def test_runs_newest_first(hedgehog_sync, served):
    lab = fabric("lab")
    assert "never synced" in hedgehog_sync("runs", "lab").out
    first = run(lab, state="failed", error_code="timed_out", error_message="no answer")
    second = run(lab, state="succeeded", requester="ann", counts={"VPC": {"listed": 3, "created": 3}})
    lines = hedgehog_sync("runs", "lab").out.splitlines()
    assert lines[1].startswith(f"#{second.pk}")
    assert lines[1].endswith("3 listed: 3 created")
    assert lines[2].startswith(f"#{first.pk}")
    assert lines[2].endswith("timed_out: no answer")
    rows = hedgehog_sync("runs", "lab", "--limit", 1, "--json").json
    assert [(row["id"], row["requested_by"]) for row in rows] == [(second.pk, "ann")]
