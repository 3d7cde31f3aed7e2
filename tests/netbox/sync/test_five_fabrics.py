"""Must show: of five fabrics three were never synced, one is unreachable, and one refuses the credential. Each is tried
at its time, and every face says what is true of each."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import yaml
from core.models import Job
from django.db.models import F
from users.models import User

from netbox_hedgehog.jobs import FabricSyncScheduler
from netbox_hedgehog.models import Fabric, KindObservation, ScheduleStatus, SyncRun
from netbox_hedgehog.sync.execute.run import execute
from netbox_hedgehog.sync.queue.runners import SCHEDULE
from netbox_hedgehog.sync.queue.workers import QUEUE_NAME
from tests.builders import fabric_on, vpc
from tests.netbox.api.given import admin
from tests.netbox.history import rewritable
from tests.netbox.sync.aged import ago, ended
from tests.netbox.views.given import browser

pytestmark = pytest.mark.django_db
NEW = ("new-1", "new-2", "new-3")
MINUTE = timedelta(minutes=1)
UNITS = {"s": 1, "min": 60}


@pytest.fixture
def fabrics(server, tmp_path, served) -> dict[str, Fabric]:
    server.put(vpc("vpc-1"))
    refused, closed = tmp_path / "refused", tmp_path / "closed"
    config = yaml.safe_load(server.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": "of-somebody-else"}
    refused.write_text(yaml.safe_dump(config))
    config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    closed.write_text(yaml.safe_dump(config))
    made = {name: fabric_on(server.kubeconfig, name, sync_interval=60) for name in NEW}
    made["unreachable"] = fabric_on(closed, "unreachable", sync_interval=60)
    made["refused"] = fabric_on(refused, "refused", sync_interval=180)
    # These two were tried before: due fabrics beside such that were never synced.
    ended(made["unreachable"], "failed", 900, "connection_refused")
    ended(made["refused"], "failed", 900, "unauthorized")
    return made


def minute() -> list[str]:
    """One tick, then a worker that does what waits, and a minute that passes; returns the fabrics that were tried."""
    Job.objects.filter(name=SCHEDULE).delete()
    FabricSyncScheduler(Job(log_entries=[])).run()
    assert ScheduleStatus.objects.get().errors == []
    tried = list(SyncRun.objects.filter(state="queued").order_by("pk"))
    for run in tried:
        execute(run.pk, "netbox-1, process 4242")
    with rewritable():
        SyncRun.objects.update(**{name: F(name) - MINUTE for name in ("created", "started", "finished")})
    ScheduleStatus.objects.update(began=F("began") - MINUTE, ended=F("ended") - MINUTE)
    KindObservation.objects.update(looked_at=F("looked_at") - MINUTE)
    planned = {"status": "scheduled", "scheduled": ago(0), "queue_name": QUEUE_NAME}
    Job.objects.create(name=SCHEDULE, job_id=uuid4(), **planned)
    return [run.fabric.name for run in tried]


def test_every_fabric_is_tried_at_its_time_and_every_face_is_true(fabrics):
    minutes = [minute() for _ in range(4)]
    assert sorted(minutes[0]) == sorted(fabrics)
    assert minutes[0][:3] == list(NEW)  # nobody has waited longer than who was never synced
    for tried in minutes[1:]:
        assert {*NEW, "unreachable"} <= set(tried)
    # An interval of three minutes: again within them, and not in each tick.
    turns = ["refused" in tried for tried in minutes]
    assert turns[0]
    assert any(turns[1:])
    assert not all(turns)

    client = admin()
    root = browser(User.objects.get(username="root"))
    said = {each["name"]: each for each in client.get("/api/plugins/hedgehog/fabrics/").json()["results"]}
    assert said.keys() == fabrics.keys()
    for name, lab in fabrics.items():
        newest = SyncRun.objects.filter(fabric=lab).order_by("-created").first()
        facts, page = said[name], root.get(lab.get_absolute_url()).content.decode()
        assert facts["schedule"]["value"] == "on time"
        assert f"{facts['connection']['label'].partition('(')[0]}(" in page
        assert f"#{newest.pk}" in page
        promise = re.search(r"ext sync in (?:(\d+) (s|min)|a moment)", facts["sentence"])
        assert promise, facts["sentence"]
        assert int(promise[1] or 0) * UNITS[promise[2] or "s"] <= lab.sync_interval
        if name in NEW:
            assert (facts["connection"]["value"], facts["freshness"]["value"]) == ("connected", "fresh")
            assert newest.state == "succeeded"
            continue
        code = {"unreachable": "connection_refused", "refused": "unauthorized"}[name]
        assert (newest.state, newest.error_code) == ("failed", code)
        assert facts["connection"]["value"] not in ("connected", "never tried")
        assert facts["freshness"]["value"] == "unknown"
        assert f"ended failed ({code})" in facts["sentence"]
        wrong = {each["type"]: each["reason"] for each in facts["conditions"] if each["status"]}
        assert wrong == {"SyncFailed": code, "Unreachable": code}
