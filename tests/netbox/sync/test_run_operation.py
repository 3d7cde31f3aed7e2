"""A run that does not read the cluster tells nothing of how the fabric is, and nothing waits for it or goes by it."""

import csv
import json
from collections import Counter
from contextlib import suppress
from dataclasses import asdict

import pytest
from django.core.management import call_command
from users.models import User

from netbox_hedgehog.filtersets import SyncRunFilterSet
from netbox_hedgehog.management.hedgehog_sync.status import _row
from netbox_hedgehog.metrics import runs as metrics
from netbox_hedgehog.models import VPC, Hold, RunStateChoices, SyncRun
from netbox_hedgehog.presentation.object_page import ObjectPage
from netbox_hedgehog.presentation.removal_hold import HeldView
from netbox_hedgehog.queries.viewer import Viewer
from netbox_hedgehog.sync.db.clock import database_time
from netbox_hedgehog.sync.execute.dispatch import dispatch_waiting
from netbox_hedgehog.sync.health import facts_for
from netbox_hedgehog.sync.health.evidence import of_the_cluster
from netbox_hedgehog.sync.health.rules import findings
from netbox_hedgehog.sync.queue.workers import queue_state
from netbox_hedgehog.sync.request.override import approvable
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.runs import retention
from netbox_hedgehog.sync.runs.latest import latest_requested
from netbox_hedgehog.sync.runs.next_attempts import next_attempts
from netbox_hedgehog.sync.runs.retention import forget_old
from netbox_hedgehog.sync.schedule import due_fabrics
from netbox_hedgehog.views.live import FabricLive
from tests.builders import fabric as new_fabric
from tests.builders import thing, user
from tests.netbox.api.given import BASE, admin
from tests.netbox.sync.aged import ago, ended
from tests.netbox.views.given import address, browser

pytestmark = pytest.mark.django_db
HOUR = 3600
OTHER = "another"  # no operation of this version: the column is set by hand
CODES = {"failed": "unauthorized", "lost": "worker_lost", "blocked": "shrink_guard", "cancelled": "cancelled"}


@pytest.fixture
def fabric():
    """A fabric whose last reads were blocked, and then failed in passing."""
    made = new_fabric()
    thing(VPC, made)
    hold = Hold.objects.create(fabric=made, digest="0" * 32, count=1, created=ago(4 * HOUR))
    ended(made, "succeeded", 5.5 * HOUR)
    ended(made, "blocked", 4.5 * HOUR, "shrink_guard", held=hold)
    ended(made, "failed", 3.5 * HOUR, "timed_out")
    return made


@pytest.fixture
def reader():
    return user("root", superuser=True)


def another(fabric, state):
    """A run in STATE, of another operation, that is newer than every read."""
    if state in RunStateChoices.TERMINAL:
        run = ended(fabric, state, 60, CODES.get(state, ""))
    else:
        begun = {"started": ago(50), "epoch": 1, "lease_until": ago(-60)} if state == "running" else {}
        run = SyncRun.objects.create(fabric=fabric, state=state, trigger="command", created=ago(60), **begun)
    SyncRun.objects.filter(pk=run.pk).update(operation=OTHER)
    return run


def told(fabric, reader, now):
    """Everything that is told of FABRIC by its runs, and what the schedule does about it."""
    found = [asdict(each) | {"fabric": fabric.pk, "run": each.run and each.run.pk} for each in _findings(fabric)]
    live = FabricLive(fabric, Viewer(reader))
    view = HeldView(SyncRun.objects.get(state="blocked", operation="read"), reader)
    return {
        "facts": facts_for([fabric])[fabric.pk],
        "findings": found,
        "next attempt": next_attempts([fabric]),
        "due": due_fabrics(),
        "latest requested": latest_requested([fabric.pk]),
        "approvable": list(approvable()),
        "hold": (view.newest, view.awaited),
        "metrics": [family.samples for family in metrics.families({fabric.pk: "lab"}, now)],
        "page": (live.active, live.runs, live.failure),
        "object": ObjectPage(VPC.objects.get(), Viewer(reader)).under_way,
        "command": _row(fabric, facts_for([fabric])[fabric.pk], queue_state()),
        **{f"full={value}": list(_filtered(value)) for value in ("true", "false")},
    }


def _findings(fabric):
    return findings(fabric, of_the_cluster([fabric])[fabric.pk])


def _filtered(value):
    return SyncRunFilterSet({"full": value}, SyncRun.objects.all()).qs.values_list("pk", flat=True)


@pytest.mark.parametrize("state", RunStateChoices.values())
def test_run_of_another_operation_changes_nothing_that_is_told_of_its_fabric(fabric, reader, state):
    now = database_time()
    before = told(fabric, reader, now)
    assert before["due"] == [fabric]
    another(fabric, state)
    assert told(fabric, reader, now) == before


def test_request_joins_no_queued_run_of_another_operation(fabric):
    waiting = another(fabric, "queued")
    dispatch_waiting()
    waiting.refresh_from_db()
    assert waiting.job is None
    requested = request_sync(fabric, "command")
    assert requested.created
    assert (requested.run.operation, requested.run.pk != waiting.pk) == ("read", True)
    assert not request_sync(fabric, "command").created


def test_newest_run_of_each_state_is_kept_of_each_operation(fabric, monkeypatch):
    monkeypatch.setattr(retention, "get_config", lambda: type("Config", (), {"JOB_RETENTION": 1}))
    old, newest, other = (ended(fabric, "partial", days * 24 * HOUR) for days in (5, 4, 3))
    SyncRun.objects.filter(pk=other.pk).update(operation=OTHER)
    assert forget_old() == 1
    assert set(SyncRun.objects.filter(state="partial")) == {newest, other}
    assert not SyncRun.objects.filter(pk=old.pk).exists()


def test_every_face_says_the_operation_and_filters_by_it(fabric, capsys):
    ended(fabric, "succeeded", operation=OTHER)
    caller = admin()
    wanted = {"read": 3, OTHER: 1}
    rows = caller.get(f"{BASE}/runs/").json()["results"]
    assert Counter(row["operation"] for row in rows) == wanted
    assert caller.get(f"{BASE}/runs/?operation=read").json()["count"] == 3
    query = '{ hedgehog_sync_run_list(filters: {operation: {exact: "read"}}) { operation } }'
    answer = caller.post("/graphql/", {"query": query}, format="json").json()["data"]
    assert [row["operation"] for row in answer["hedgehog_sync_run_list"]] == ["read"] * 3
    exported = browser(User.objects.get(username="root")).get(f"{address(SyncRun)}?export")
    lines = csv.DictReader(exported.content.decode().splitlines())
    assert Counter(line["Operation"] for line in lines) == {"Read": 3, OTHER: 1}
    with suppress(SystemExit):  # the exit status is of another test
        call_command("hedgehog_sync", "runs", fabric.name, "--json")
    assert Counter(row["operation"] for row in json.loads(capsys.readouterr().out)) == wanted
