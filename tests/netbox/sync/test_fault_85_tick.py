"""Fault 85, the tick: whatever goes wrong in one step or for one fabric ends that one; all others go on."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from core.models import Job
from django.db import OperationalError, connection
from django.utils import timezone

from netbox_hedgehog.jobs import FabricSyncScheduler
from netbox_hedgehog.models import ConnectionTest, Fabric, FabricCondition, RunStateChoices, ScheduleStatus, SyncRun
from netbox_hedgehog.sync import schedule
from netbox_hedgehog.sync.db import idle_timeout
from netbox_hedgehog.sync.execute import dispatch
from netbox_hedgehog.sync.health import conditions
from netbox_hedgehog.sync.queue.runners import SCHEDULE
from netbox_hedgehog.sync.runs import next_attempts as agendas
from netbox_hedgehog.sync.schedule import due_fabrics
from tests.netbox.sync.aged import ago, ended, running

pytestmark = pytest.mark.django_db
DAY = 86400


class Strange(Exception):
    """Not even its words can be had."""

    def __str__(self):
        raise ValueError("no words")


ERRORS = [Strange(), RecursionError("too deep"), MemoryError(), KeyError("x\0y"), OperationalError("server closed")]


def tick() -> Job:
    job = Job(name=SCHEDULE, job_id=uuid4(), log_entries=[])
    job.start()
    FabricSyncScheduler(job).run()
    job.terminate()  # as NetBox does when it has run
    return job


def fabric(name: str, **columns) -> Fabric:
    return Fabric.objects.create(name=name, api_url="https://192.0.2.1:6443", credential_kind="in_cluster", **columns)


def queued(named: Fabric, **columns) -> SyncRun:
    return SyncRun.objects.create(fabric=named, state="queued", trigger="api", created=timezone.now(), **columns)


class World:
    """Something to do for each step of a tick, and whether it was done."""

    def __init__(self) -> None:
        self.dead, self.waits, self.due, self.stale = (fabric(name) for name in ("dead", "waits", "due", "stale"))
        self.lost = running(self.dead, lease=-60)
        self.waiting = queued(self.waits)
        ended(self.stale, "succeeded", 900)
        self.job = Job.objects.create(name="Hedgehog sync", job_id=uuid4(), status="running", started=ago(3600))
        self.test = ConnectionTest.objects.create(fabric=self.waits)
        ConnectionTest.objects.update(created=ago(3600))
        self.old = ended(self.waits, "succeeded", 100 * DAY)
        ended(self.waits, "succeeded", 99 * DAY)
        for _ in range(9):
            Job.objects.create(name=SCHEDULE, job_id=uuid4(), status="completed", completed=ago(60))

    def done(self) -> set[str]:
        """The steps whose work is done."""
        found = {
            "sweep": SyncRun.objects.get(pk=self.lost.pk).state == "lost",
            "close_jobs": Job.objects.get(pk=self.job.pk).status == "errored",
            "end_tests": ConnectionTest.objects.get(pk=self.test.pk).ok is False,
            "dispatch_waiting": SyncRun.objects.get(pk=self.waiting.pk).job_id is not None,
            "request_sync": SyncRun.objects.filter(fabric=self.due, state="queued").exists(),
            "evaluate": FabricCondition.objects.filter(fabric=self.stale, type="Stale", status=True).exists(),
            "forget_old": not SyncRun.objects.filter(pk=self.old.pk).exists(),
            "forget_ticks": Job.objects.filter(name=SCHEDULE, status="completed").count() < 9,
        }
        return {step for step, done in found.items() if done}


STEPS = [
    "sweep",
    "close_jobs",
    "end_tests",
    "dispatch_waiting",
    "request_sync",
    "evaluate",
    "forget_old",
    "forget_ticks",
]


def raising(error):
    def fail(*_args, **_kwargs):
        raise error

    return fail


def test_tick_does_everything_that_there_is_to_do():
    world = World()
    assert world.done() == set()
    assert tick().status == "completed"
    assert world.done() == set(STEPS)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("step", STEPS)
def test_fault_85_step_that_raises_anything_ends_alone_and_is_told(monkeypatch, step, error):
    world = World()
    monkeypatch.setattr(schedule, step, raising(error))
    job = tick()
    assert world.done() == set(STEPS) - {step}
    assert job.status == "failed"
    assert type(error).__name__ in job.error
    assert "Traceback" in str(job.log_entries)
    assert ScheduleStatus.objects.get().errors


@pytest.mark.parametrize("step", ["begin", "end", "notify_schedule"])
def test_fault_85_tick_that_cannot_be_kept_or_told_does_its_work(monkeypatch, step):
    world = World()
    monkeypatch.setattr(schedule.ticks, step, raising(Strange()))
    assert tick().status == "failed"
    assert world.done() == set(STEPS)


def for_one(name: str, original, error):
    """ORIGINAL, but for the fabric called NAME."""

    def some(first, *args, **kwargs):
        fabrics = first if isinstance(first, list) else [first]
        if any((each if isinstance(each, Fabric) else Fabric.objects.get(pk=each)).name == name for each in fabrics):
            if error is None:
                connection.cursor().execute("SELECT 1/0")
            raise error
        return original(first, *args, **kwargs)

    return some


PLACES = [
    (schedule, "request_sync"),
    (schedule, "evaluate"),
    (conditions, "findings"),
    (dispatch, "dispatch"),
    (agendas, "planned"),
]


@pytest.mark.parametrize("error", [*ERRORS, None], ids=lambda error: type(error).__name__ if error else "aborted")
@pytest.mark.parametrize(("module", "name"), PLACES, ids=[name for _, name in PLACES])
def test_fault_85_fabric_among_several_that_raises_anything_ends_alone(monkeypatch, module, name, error):
    first, culprit, last = (fabric(each) for each in ("a-first", "culprit", "z-last"))
    for each in (first, culprit, last):
        ended(each, "succeeded", 900)
    if name == "dispatch":
        for each in (first, culprit, last):
            queued(each)
    monkeypatch.setattr(module, name, for_one("culprit", getattr(module, name), error))
    job = tick()
    waiting = SyncRun.objects.filter(state=RunStateChoices.QUEUED)
    assert {run.fabric.name for run in waiting} >= {"a-first", "z-last"}
    stale = FabricCondition.objects.filter(type="Stale", status=True)
    assert {row.fabric.name for row in stale} >= {"a-first", "z-last"}
    if name == "dispatch":
        assert {run.fabric.name for run in waiting.exclude(job=None)} == {"a-first", "z-last"}
    assert job.status == "failed"
    errors = ScheduleStatus.objects.get().errors
    assert {each["fabric"] for each in errors} == {culprit.pk}


def test_fault_85_fabric_whose_interval_is_nonsense_is_synced_and_stops_nobody():
    lab, other = fabric("lab"), fabric("other")
    for each in (lab, other):
        ended(each, "succeeded", 900)
    Fabric.objects.filter(pk=lab.pk).update(sync_interval=0)
    assert tick().status == "completed"
    assert SyncRun.objects.filter(state="queued").count() == 2


def test_fabrics_that_were_never_synced_come_before_those_that_are_due_longest_first():
    late, later, new, newer = (fabric(name) for name in ("late", "later", "new", "newer"))
    ended(later, "succeeded", 2000)
    ended(late, "succeeded", 900)
    assert [each.name for each in due_fabrics()][:2] == ["new", "newer"]
    assert {each.name for each in due_fabrics()} == {"late", "later", "new", "newer"}
    assert (new, newer) == (due_fabrics()[0], due_fabrics()[1])


@pytest.mark.django_db(transaction=True)
def test_fault_85_fabric_whose_rows_are_locked_holds_nobody_up(monkeypatch):
    monkeypatch.setattr(idle_timeout, "LOCK_WAIT", "300ms")
    locked, other = fabric("a-locked"), fabric("other")
    address = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    with psycopg.connect(**{name: address[name] for name in names if name in address}) as somebody:
        somebody.execute("SELECT 1 FROM netbox_hedgehog_fabric WHERE id = %s FOR UPDATE", [locked.pk])
        begun = timezone.now()
        tick()
        assert timezone.now() - begun < timedelta(seconds=20)
        somebody.rollback()
    assert {run.fabric.name for run in SyncRun.objects.filter(state="queued")} == {"other"}
    errors = ScheduleStatus.objects.get().errors
    assert {(each["step"], each["fabric"]) for each in errors} == {("request", locked.pk), ("conditions", locked.pk)}
    assert all("lock timeout" in each["message"] for each in errors)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
    tick()
    assert SyncRun.objects.filter(state="queued", fabric=locked).exists()
    assert other.pk


def test_finished_ticks_do_not_fill_netboxs_job_list_and_failed_ones_stay_longer(monkeypatch):
    for number in range(12):
        Job.objects.create(
            name=SCHEDULE, job_id=uuid4(), status="failed" if number % 4 == 3 else "completed", completed=ago(60)
        )
    Job.objects.create(name="Another job", job_id=uuid4(), status="completed", completed=ago(60))
    planned = Job.objects.create(name=SCHEDULE, job_id=uuid4(), status="scheduled", scheduled=ago(-60))
    tick()
    left = list(Job.objects.filter(name=SCHEDULE).values_list("status", flat=True))
    assert sorted(left) == sorted(["completed"] * 4 + ["failed"] * 3 + ["scheduled"])  # this tick's own among them
    assert Job.objects.filter(pk=planned.pk).exists()
    assert Job.objects.filter(name="Another job").exists()


def test_sweep_of_a_fabric_whose_row_is_refused_leaves_the_others_swept():
    with connection.cursor() as cursor:
        refused = "CHECK (epoch <> 77 OR state <> 'lost')"
        cursor.execute(f"ALTER TABLE netbox_hedgehog_syncrun ADD CONSTRAINT strange {refused}")
    runs = [running(fabric(name), lease=-60) for name in ("a-first", "culprit", "z-last")]
    SyncRun.objects.filter(pk=runs[1].pk).update(epoch=77)
    tick()
    assert [SyncRun.objects.get(pk=run.pk).state for run in runs] == ["lost", "running", "lost"]
    (error,) = ScheduleStatus.objects.get().errors
    assert (error["step"], error["fabric"]) == ("sweep", runs[1].fabric_id)
    assert "strange" in error["message"]
    assert "DETAIL" not in error["message"]  # it quotes the row


def test_job_log_has_the_words_that_were_logged():
    running(fabric("dead"), lease=-60)
    job = tick()
    (said,) = [entry["message"] for entry in job.log_entries if "is lost" in entry["message"]]
    assert said == f"Run #{SyncRun.objects.get(state='lost').pk} is lost: its worker stopped reporting."
