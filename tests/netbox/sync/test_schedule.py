"""The timer: which fabrics it syncs, and what becomes of it when its worker dies."""

from datetime import timedelta
from io import StringIO

import pytest
from core.choices import JobStatusChoices
from core.models import Job, ObjectChange
from django.core.management import call_command
from django.utils import timezone

from netbox_hedgehog.jobs import FabricSyncScheduler
from netbox_hedgehog.models import Fabric, RunStateChoices, RunTriggerChoices, SyncRun
from netbox_hedgehog.sync.health import facts_of
from netbox_hedgehog.sync.queue.runners import SCHEDULE
from netbox_hedgehog.sync.queue.timer import restart_timer, timer_state
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.runs.next_attempts import next_attempts
from netbox_hedgehog.sync.schedule import due_fabrics

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab() -> Fabric:
    return Fabric.objects.create(name="lab", api_url="https://192.0.2.1:6443", credential_kind="in_cluster")


def ended(fabric: Fabric, ago: float, state: str = RunStateChoices.SUCCEEDED, code: str = "") -> SyncRun:
    """A run of FABRIC that began AGO seconds before now."""
    begun = timezone.now() - timedelta(seconds=ago)
    return SyncRun.objects.create(
        fabric=fabric,
        state=state,
        trigger=RunTriggerChoices.SCHEDULE,
        created=begun,
        started=begun,
        finished=begun + timedelta(seconds=1),
        error_code=code,
    )


def tick() -> None:
    FabricSyncScheduler(Job(log_entries=[])).run()


def queued(fabric: Fabric) -> SyncRun | None:
    return SyncRun.objects.filter(fabric=fabric, state=RunStateChoices.QUEUED).first()


def test_tick_requests_a_sync_of_a_fabric_that_was_never_read(lab):
    tick()
    assert queued(lab).trigger == RunTriggerChoices.SCHEDULE


def test_tick_leaves_a_fabric_alone_whose_interval_has_not_passed(lab):
    ended(lab, ago=100)
    tick()
    assert queued(lab) is None


def test_waiting_for_a_worker_does_not_put_the_next_sync_off(lab):
    run = ended(lab, ago=100)
    SyncRun.objects.filter(pk=run.pk).update(created=run.started - timedelta(seconds=600))
    tick()
    assert queued(lab)


def test_tick_requests_a_sync_when_the_interval_has_passed(lab):
    ended(lab, ago=480)
    tick()
    assert queued(lab)


def test_tick_leaves_suspended_fabrics_and_such_with_a_run_under_way_alone(lab):
    Fabric.objects.filter(pk=lab.pk).update(suspended=True)
    tick()
    assert not SyncRun.objects.exists()
    Fabric.objects.filter(pk=lab.pk).update(suspended=False)
    request_sync(lab, RunTriggerChoices.API)
    assert due_fabrics() == []


def test_fault_33_tick_marks_a_run_lost_whose_lease_has_ended_and_syncs_again(lab):
    now = timezone.now()
    SyncRun.objects.create(
        fabric=lab,
        state=RunStateChoices.RUNNING,
        trigger=RunTriggerChoices.API,
        created=now - timedelta(hours=1),
        started=now - timedelta(hours=1),
        lease_until=now - timedelta(minutes=50),
    )
    tick()
    assert SyncRun.objects.get(state=RunStateChoices.LOST).error_code == "worker_lost"
    assert queued(lab)


def test_interval_is_counted_from_the_last_request_even_where_its_run_failed_for_good(lab):
    run = ended(lab, ago=10, state=RunStateChoices.FAILED, code="unauthorized")
    assert next_attempts([lab])[lab.pk] >= run.created + timedelta(seconds=lab.sync_interval / 2)


def test_passing_failures_in_a_row_widen_the_back_off_and_a_success_ends_it(lab):
    for ago in (3000, 2900, 2800):
        last = ended(lab, ago=ago, state=RunStateChoices.FAILED, code="connection_refused")
    assert next_attempts([lab])[lab.pk] <= last.finished + timedelta(seconds=120)
    last = ended(lab, ago=10)
    assert next_attempts([lab])[lab.pk] >= last.created + timedelta(seconds=lab.sync_interval / 2)
    last = ended(lab, ago=5, state=RunStateChoices.LOST, code="worker_lost")
    assert next_attempts([lab])[lab.pk] <= last.finished + timedelta(seconds=30)


def test_agenda_of_many_fabrics_costs_as_many_statements_as_that_of_one(lab, django_assert_num_queries):
    fabrics = [lab, *(Fabric.objects.create(name=f"f{n}", credential_kind="in_cluster") for n in range(20))]
    for fabric in fabrics:
        ended(fabric, ago=100, state=RunStateChoices.FAILED, code="timed_out")
    with django_assert_num_queries(3):
        next_attempts(fabrics)


def test_fabric_says_when_it_is_synced_next_and_that_it_is_suspended(lab, served):
    ended(lab, ago=60)
    FabricSyncScheduler.enqueue_once(interval=1)
    assert "next sync in" in facts_of(lab).sentence
    lab.suspended = True
    assert "suspended" in facts_of(lab).sentence


def test_fabric_says_that_the_schedule_is_not_running(lab):
    ended(lab, ago=60)
    assert "the schedule is not running" in facts_of(lab).sentence


@pytest.mark.parametrize(
    ("status", "columns"),
    [
        (JobStatusChoices.STATUS_RUNNING, {"started": -600}),
        (JobStatusChoices.STATUS_SCHEDULED, {"scheduled": -600}),
    ],
)
def test_fault_33_chain_that_a_killed_worker_broke_is_seen_and_begun_anew(status, columns):
    FabricSyncScheduler.enqueue_once(interval=1)
    assert timer_state().alive
    moments = {name: timezone.now() + timedelta(seconds=seconds) for name, seconds in columns.items()}
    Job.objects.filter(name=SCHEDULE).update(status=status, **moments)
    assert not timer_state().alive
    restart_timer()
    assert timer_state().alive
    assert Job.objects.filter(name=SCHEDULE, status=JobStatusChoices.STATUS_ERRORED).count() == 1


def test_chain_that_is_well_is_left_alone():
    FabricSyncScheduler.enqueue_once(interval=1)
    before = list(Job.objects.values_list("pk", "status"))
    restart_timer()
    assert list(Job.objects.values_list("pk", "status")) == before


def test_request_begins_a_broken_chain_anew(lab, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        request_sync(lab, RunTriggerChoices.API)
    assert timer_state().alive


def command(*words: str) -> str:
    out = StringIO()
    call_command("hedgehog_sync", *words, stdout=out)
    return out.getvalue()


def test_command_suspends_resumes_and_tells_the_schedule(lab):
    FabricSyncScheduler.enqueue_once(interval=1)
    command("suspend", "lab")
    assert "suspended" in command("schedule")
    command("resume", "lab")
    assert "at the next tick" in command("schedule")
    lab.refresh_from_db()
    assert not lab.suspended
    logged = ObjectChange.objects.filter(changed_object_id=lab.pk, message="By netbox hedgehog_sync")
    assert [entry.postchange_data["suspended"] for entry in logged.order_by("pk")] == [True, False]


def test_command_bootstrap_begins_the_timer_and_may_be_repeated(lab):
    with pytest.raises(SystemExit) as ended_with:
        command("schedule")
    assert ended_with.value.code == 1
    assert "begun anew" in command("bootstrap")
    assert "ticks already" in command("bootstrap")


def test_command_rotates_keys_and_names_what_no_key_opens(lab, settings):
    from cryptography.fernet import Fernet

    from netbox_hedgehog.models import credential

    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    options = settings.PLUGINS_CONFIG["netbox_hedgehog"]
    settings.PLUGINS_CONFIG = {"netbox_hedgehog": {**options, "encryption_keys": [old]}}
    lab.set_credential(token="t0ken")
    lab.save()
    broken = Fabric.objects.create(name="broken", credential_kind="in_cluster", credential_data="nonsense")
    settings.PLUGINS_CONFIG = {"netbox_hedgehog": {**options, "encryption_keys": [new, old]}}
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("hedgehog_sync", "rotate-keys", stdout=out)
    assert "broken" in out.getvalue()
    settings.PLUGINS_CONFIG = {"netbox_hedgehog": {**options, "encryption_keys": [new]}}
    lab.refresh_from_db()
    assert credential.parts_of(lab) == {"token": "t0ken"}
    broken.refresh_from_db()
    assert broken.credential_data == "nonsense"
