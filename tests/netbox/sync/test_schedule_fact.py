"""Whether the schedule does its work: a fact of its own, the same on every face, and told to event rules."""

import json
from io import StringIO
from typing import Any
from uuid import uuid4

import django_rq
import pytest
from core.choices import JobStatusChoices
from core.models import Job
from django.core.management import call_command
from prometheus_client import CollectorRegistry, generate_latest
from users.models import User

from netbox_hedgehog.jobs import FabricSyncScheduler
from netbox_hedgehog.metrics.collector import COLLECTOR
from netbox_hedgehog.models import Fabric, ScheduleStatus, SyncRun
from netbox_hedgehog.sync import schedule
from netbox_hedgehog.sync.health import facts_of
from netbox_hedgehog.sync.queue.runners import SCHEDULE
from netbox_hedgehog.sync.queue.timer import restart_timer, timer_state
from netbox_hedgehog.sync.queue.workers import NO_WORKER, QUEUE_NAME, QueueState
from netbox_hedgehog.sync.request.request import request_sync
from tests.builders import fabric, grant, user
from tests.netbox.api.given import admin
from tests.netbox.sync.aged import ago, ended
from tests.netbox.sync.receiver import ALL, receiving, rule
from tests.netbox.sync.test_fault_85_tick import Strange, for_one, raising, tick
from tests.netbox.views.given import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def labs(served):
    """Three fabrics, and a timer that has ticked and will tick again."""
    made = [fabric(name) for name in ("a-first", "culprit", "z-last")]
    tick()
    SyncRun.objects.all().delete()  # what it requested
    for each in made:
        ended(each, "succeeded", 20)
    planned(-40)
    return made


@pytest.fixture
def faces(labs):
    rest = admin()
    browser_of_root = browser(User.objects.get(username="root"))
    return lambda lab: said_by_all(lab, rest, browser_of_root)


def planned(seconds_ago: float, status: str = JobStatusChoices.STATUS_SCHEDULED) -> Job:
    """The job of the next tick."""
    Job.objects.filter(name=SCHEDULE, status=JobStatusChoices.STATUS_SCHEDULED).delete()
    moment = ago(seconds_ago)
    return Job.objects.create(name=SCHEDULE, job_id=uuid4(), status=status, scheduled=moment, queue_name=QUEUE_NAME)


def nothing_ticks_for(seconds: float) -> None:
    ScheduleStatus.objects.update(began=ago(seconds + 1), ended=ago(seconds))
    planned(seconds - 60)


def due(labs: list[Fabric]) -> None:
    SyncRun.objects.all().delete()
    for lab in labs:
        ended(lab, "succeeded", 900)


def command(*words: str) -> tuple[int, str]:
    out, status = StringIO(), 0
    try:
        call_command("hedgehog_sync", *words, stdout=out)
    except SystemExit as end:
        status = end.code
    return status, out.getvalue()


def said_by_all(lab: Fabric, client, browser_of_root) -> dict[str, Any]:
    """What each face says of LAB's schedule: its word, and on the page all that is shown."""
    rest = client.get(f"/api/plugins/hedgehog/fabrics/{lab.pk}/").json()
    listed = {each["id"]: each for each in client.get("/api/plugins/hedgehog/fabrics/").json()["results"]}
    query = f"{{ hedgehog_fabric(id: {lab.pk}) {{ schedule {{ value label at detail }} sentence }} }}"
    answer = client.post("/graphql/", {"query": query}, format="json").json()
    graph = answer["data"]["hedgehog_fabric"]
    told = json.loads(command("status", lab.name, "--json")[1])["fabrics"][0]
    assert rest["schedule"]["value"] == graph["schedule"]["value"] == listed[lab.pk]["schedule"]["value"]
    assert rest["schedule"]["detail"] == graph["schedule"]["detail"] == told["schedule"]["detail"]
    assert told["schedule"]["value"] == rest["schedule"]["value"]
    page = browser_of_root.get(lab.get_absolute_url()).content.decode()
    return {"value": rest["schedule"]["value"], "detail": rest["schedule"]["detail"], "page": page, "rest": rest}


def metric(name: str) -> float:
    registry = CollectorRegistry()
    registry.register(COLLECTOR)
    lines = generate_latest(registry).decode().splitlines()
    (line,) = [each for each in lines if each.startswith(f"netbox_hedgehog_schedule_{name} ")]
    return float(line.split()[1])


def test_schedule_that_does_its_work_is_on_time_on_every_face(labs, faces):
    for lab in labs:
        said = faces(lab)
        assert said["value"] == "on time"
        assert "hedgehog-schedule" not in said["page"]
    assert command("schedule")[0] == 0
    assert metric("errors") == 0
    assert metric("last_tick_age_seconds") < 60


def test_tick_that_fails_for_one_fabric_is_seen_on_every_face_of_every_fabric(labs, faces, monkeypatch):
    due(labs)
    monkeypatch.setattr(schedule, "request_sync", for_one("culprit", request_sync, KeyError("secret words")))
    tick()
    first, culprit, last = labs
    said = faces(culprit)
    assert said["value"] == "failing"
    assert "Step request fails for this fabric: KeyError: 'secret words'" in said["detail"]
    assert 'id="hedgehog-schedule"' in said["page"]
    assert "secret words" in said["page"]
    for lab in (first, last):
        said = faces(lab)
        assert said["value"] == "failing"
        assert said["detail"] == "It fails for 1 other fabric; this one is synced as planned."
        assert 'id="hedgehog-schedule"' in said["page"]
        assert "secret words" not in said["page"] + json.dumps(said["rest"])
        assert "culprit" not in json.dumps(said["rest"])
    status, text = command("schedule")
    assert status == 1
    assert "request of culprit: KeyError: 'secret words'" in text
    assert metric("errors") == 1
    monkeypatch.undo()
    tick()
    assert facts_of(culprit).schedule.value == "on time"


def test_step_that_fails_for_all_is_said_without_words_that_may_be_of_another_fabric(labs, monkeypatch):
    monkeypatch.setattr(schedule, "close_jobs", raising(RuntimeError("of fabric culprit")))
    tick()
    for lab in labs:
        fact = facts_of(lab).schedule
        assert (fact.value, fact.color) == ("failing", "red")
        assert "Step close_jobs fails for all fabrics: RuntimeError." in fact.detail
        assert "culprit" not in fact.detail


def test_schedule_that_has_not_ticked_for_long_is_late_on_every_face(labs, faces):
    nothing_ticks_for(600)
    for lab in labs:
        said = faces(lab)
        assert said["value"] == "late"
        assert "has not ticked for 10 min" in said["detail"]
        assert 'id="hedgehog-schedule"' in said["page"]
        assert "the schedule is late by 10 min" in said["page"]
        assert "next sync in" not in said["page"]
    status, text = command("schedule")
    assert status == 1
    assert "has not ticked for 10 min" in text
    assert metric("last_tick_age_seconds") == pytest.approx(600, abs=10)


def test_schedule_that_was_begun_anew_has_its_minute(labs):
    nothing_ticks_for(600)
    planned(0)
    assert facts_of(labs[0]).schedule.value == "on time"


@pytest.mark.parametrize(
    ("queue", "words"),
    [
        (QueueState((), True, NO_WORKER), "no worker runs, so the schedule does not tick"),
        (QueueState((), False, "Redis cannot be reached"), "Redis cannot be reached"),
    ],
)
def test_no_sync_is_promised_where_no_worker_runs_or_redis_is_away(labs, monkeypatch, queue, words):
    from netbox_hedgehog.sync.health import evidence

    assert "next sync in" in facts_of(labs[0]).sentence
    monkeypatch.setattr(evidence, "queue_state", lambda: queue)
    sentence = facts_of(labs[0]).sentence
    assert words in sentence
    assert "next sync in" not in sentence


def test_no_sync_is_promised_where_no_tick_is_planned(labs):
    Job.objects.filter(name=SCHEDULE).delete()
    facts = facts_of(labs[0])
    assert facts.schedule.value == "stopped"
    assert "the schedule is not running" in facts.sentence


@pytest.mark.parametrize("number", range(12))
def test_promise_is_never_more_than_the_interval(labs, number):
    """Whatever the fabric's phase: a sync that somebody asked for may lie anywhere between two slots."""
    lab = fabric(f"phase-{number}")
    ended(lab, "succeeded", 1)
    (minutes,) = [part for part in facts_of(lab).sentence.split("; ") if part.startswith("next sync in")]
    unit = {"s.": 1, "min.": 60}[minutes.split()[-1]]
    assert int(minutes.split()[3]) * unit <= lab.sync_interval


# --- event rules


@pytest.fixture
def receiver(monkeypatch):
    monkeypatch.setattr("django_rq.queues.get_commit_mode", lambda: "auto")
    django_rq.get_queue("default").empty()
    with receiving() as made:
        rule(made, ALL)
        yield made
    django_rq.get_queue("default").empty()


def heard(receiver):
    events = [(body["event"], body["data"]["name"]) for body in receiver.heard() if "schedule" in body["event"]]
    return sorted(events)


def test_event_rules_hear_once_that_a_fabrics_tick_fails_and_that_it_recovers(labs, receiver, monkeypatch):
    due(labs)
    monkeypatch.setattr(schedule, "request_sync", for_one("culprit", request_sync, Strange()))
    tick()
    (body,) = [each for each in receiver.heard() if "schedule" in each["event"]]
    assert (body["event"], body["data"]["name"]) == ("hedgehog_schedule_failed", "culprit")
    condition = body["data"]["condition"]
    assert (condition["status"], condition["reason"]) == (True, "request")
    assert "Strange" in condition["message"]
    assert condition["hint"]
    tick()
    assert heard(receiver) == []
    monkeypatch.undo()
    monkeypatch.setattr("django_rq.queues.get_commit_mode", lambda: "auto")
    tick()
    assert heard(receiver) == [("hedgehog_schedule_recovered", "culprit")]
    tick()
    assert heard(receiver) == []


ALL_FABRICS = ("a-first", "culprit", "z-last")


def test_event_rules_hear_of_a_late_schedule_by_the_next_request_and_of_its_recovery(
    labs, receiver, django_capture_on_commit_callbacks
):
    nothing_ticks_for(600)
    with django_capture_on_commit_callbacks(execute=True):
        request_sync(labs[0], "api")
    # The request has begun the chain anew, so the first tick says how long nothing ticked.
    tick()
    both = [("hedgehog_schedule_failed", name) for name in ALL_FABRICS]
    assert heard(receiver) == both + [("hedgehog_schedule_recovered", name) for name in ALL_FABRICS]
    tick()
    assert heard(receiver) == []


def test_tick_that_waits_for_a_busy_worker_is_told_as_late_and_gets_no_second_one_beside_it(
    labs, receiver, monkeypatch
):
    Job.objects.filter(name=SCHEDULE).delete()
    queue = django_rq.get_queue(QUEUE_NAME)
    queue.empty()
    job = FabricSyncScheduler.enqueue(interval=1)
    queue.enqueue("builtins.print", job_id=str(job.job_id))  # where the commit would put it
    ScheduleStatus.objects.update(began=ago(600), ended=ago(600))
    Job.objects.filter(pk=job.pk).update(created=ago(540))
    try:
        assert facts_of(labs[0]).schedule.value == "late"
        schedule.ticks.keep_ticking()
        assert heard(receiver) == [("hedgehog_schedule_failed", name) for name in ALL_FABRICS]
        schedule.ticks.keep_ticking()
        assert heard(receiver) == []
        restart_timer()
        assert list(Job.objects.filter(name=SCHEDULE, completed=None).values_list("pk", flat=True)) == [job.pk]
        assert not timer_state().alive
    finally:
        queue.empty()


def test_whoever_may_see_one_fabric_sees_nothing_of_another_ones_trouble(labs, monkeypatch):
    due(labs)
    monkeypatch.setattr(schedule, "request_sync", for_one("culprit", request_sync, KeyError("secret words")))
    tick()
    ann = user()
    grant(ann, ["view"], Fabric, constraints={"name": "a-first"})
    page = browser(ann).get(labs[0].get_absolute_url()).content.decode()
    assert "It fails for 1 other fabric" in page
    assert "culprit" not in page
    assert "secret words" not in page
