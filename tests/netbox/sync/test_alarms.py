"""NetBox's event rules are told of what goes wrong with a fabric: with a real webhook, received."""

from datetime import timedelta

import django_rq
import pytest
from core.models import Job, ObjectType
from django.db.models import F
from extras.forms import EventRuleBulkEditForm, EventRuleForm, EventRuleImportForm
from extras.models import EventRule, Notification, NotificationGroup
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from users.models import User

from netbox_hedgehog import events
from netbox_hedgehog.jobs import FabricSyncScheduler
from netbox_hedgehog.models import Fabric, FabricCondition, SyncRun
from netbox_hedgehog.models.sealed import sealed_text
from netbox_hedgehog.sync.health import notifications
from netbox_hedgehog.sync.health.conditions import evaluate
from netbox_hedgehog.sync.recovery.sweep import sweep
from practice.services.ports import free_port
from tests.builders import SECRET, vpc
from tests.builders import fabric as with_secret
from tests.netbox.api.given import admin, encoded
from tests.netbox.sync.aged import ago, ended, running, watched
from tests.netbox.sync.given import sync
from tests.netbox.sync.receiver import ALL, receiving, rule

pytestmark = pytest.mark.django_db
BOTH = [("hedgehog_fabric_unreachable", "timed_out"), ("hedgehog_sync_failed", "timed_out")]


@pytest.fixture
def receiver(request, monkeypatch):
    if not request.node.get_closest_marker("django_db").kwargs.get("transaction"):
        # Outside of a test's transaction a commit follows at once.
        monkeypatch.setattr("django_rq.queues.get_commit_mode", lambda: "auto")
    django_rq.get_queue("default").empty()
    with receiving() as made:
        yield made
    django_rq.get_queue("default").empty()


@pytest.fixture
def lab():
    return Fabric.objects.create(name="lab", sync_interval=300, api_url="https://192.0.2.7:6443")


def told(receiver):
    return [(body["event"], body["data"]["condition"]["reason"]) for body in receiver.heard()]


@pytest.mark.django_db(transaction=True)
def test_failed_sync_is_posted_to_the_webhook_with_what_happened_and_what_to_do(server, fabric, receiver):
    rule(receiver, ALL)
    user = User.objects.create(username="operator")
    server.faults.add("unauthorized")
    run = sync(fabric, user)
    failed, unreachable = sorted(receiver.heard(), key=lambda body: body["event"], reverse=True)
    assert (failed["event"], unreachable["event"]) == ("hedgehog_sync_failed", "hedgehog_fabric_unreachable")
    assert failed["object_type"] == "netbox_hedgehog.fabric"
    data = failed["data"]
    assert (data["id"], data["name"], data["connection"]["value"]) == (fabric.pk, "lab", "access denied")
    condition = data["condition"]
    assert condition.pop("changed_at")
    assert condition == {
        "type": "SyncFailed",
        "status": True,
        "reason": "unauthorized",
        "message": run.error_message,
        "hint": run.error_hint,
        "run": {"id": run.pk, "state": "failed", "url": run.get_absolute_url()},
    }
    assert failed["request"]["user"] == "operator"
    assert unreachable["data"]["condition"]["type"] == "Unreachable"
    assert unreachable["data"]["condition"]["run"]["id"] == run.pk


def test_each_edge_is_told_once_and_recovery_too(server, fabric, receiver):
    rule(receiver, ALL)
    server.put(vpc("vpc-1"))
    sync(fabric)
    assert told(receiver) == []
    server.faults.add("drop")
    sync(fabric)
    sync(fabric)
    assert [event for event, _ in told(receiver)] == ["hedgehog_sync_failed", "hedgehog_fabric_unreachable"]
    server.faults.clear()
    assert sync(fabric).state == "succeeded"
    assert told(receiver) == [("hedgehog_sync_recovered", "succeeded")]
    sync(fabric)
    assert told(receiver) == []


def test_blocked_run_is_told(server, fabric, receiver):
    rule(receiver, ALL)
    server.put_all(vpc(f"vpc-{number}") for number in range(10))
    sync(fabric)
    server.faults.add("empty", verb="list")
    run = sync(fabric)
    assert run.state == "blocked"
    (body,) = receiver.heard()
    assert (body["event"], body["data"]["condition"]["reason"]) == ("hedgehog_run_blocked", "empty_source")
    assert body["data"]["condition"]["run"]["id"] == run.pk


def test_tick_tells_of_stale_and_unreachable_fabrics(lab, receiver):
    rule(receiver, ALL)
    run = ended(lab, "succeeded", 700)
    watched(lab, "unreachable", error_at=ago(3), error_code="timed_out", error_message="no answer in 5 s")
    FabricSyncScheduler(Job(log_entries=[])).run()
    stale, unreachable = sorted(receiver.heard(), key=lambda body: body["event"])
    assert (stale["event"], stale["data"]["condition"]["run"]["id"]) == ("hedgehog_fabric_stale", run.pk)
    assert "hedgehog_sync status lab" in stale["data"]["condition"]["hint"]
    condition = unreachable["data"]["condition"]
    assert (condition["reason"], condition["message"]) == ("timed_out", "no answer in 5 s")
    FabricSyncScheduler(Job(log_entries=[])).run()
    assert told(receiver) == []


def test_run_that_the_sweep_calls_lost_is_told(lab, receiver, django_capture_on_commit_callbacks):
    rule(receiver, ALL)
    running(lab, lease=-5)
    with django_capture_on_commit_callbacks(execute=True):
        sweep()
    assert told(receiver) == [("hedgehog_sync_failed", "worker_lost")]


@pytest.fixture
def minute_passes():
    """What was changed up to now was changed more than a minute ago."""
    return lambda: FabricCondition.objects.update(changed_at=F("changed_at") - timedelta(seconds=61))


def test_event_of_a_worker_that_was_killed_before_it_told_is_told_once_by_the_tick(
    lab, receiver, monkeypatch, minute_passes
):
    rule(receiver, ALL)
    ended(lab, "failed", 60, "timed_out")
    with monkeypatch.context() as killing:
        killing.setattr(notifications, "flush_events", _killed)
        with pytest.raises(KeyboardInterrupt):
            evaluate([lab])
    evaluate([lab])
    assert told(receiver) == [], "whoever found the edge may be about to tell"
    minute_passes()
    FabricSyncScheduler(Job(log_entries=[])).run()
    assert sorted(told(receiver)) == [
        ("hedgehog_fabric_unreachable", "timed_out"),
        ("hedgehog_sync_failed", "timed_out"),
    ]
    minute_passes()
    FabricSyncScheduler(Job(log_entries=[])).run()
    assert told(receiver) == []


def _killed(_events):
    raise KeyboardInterrupt


def test_event_that_redis_could_not_take_is_told_when_it_is_back_if_it_is_still_so(
    lab, receiver, monkeypatch, minute_passes
):
    rule(receiver, ALL)
    ended(lab, "failed", 60, "timed_out")
    with monkeypatch.context() as away:
        away.setattr(notifications, "flush_events", _no_redis)
        evaluate([lab])
        minute_passes()
        evaluate([lab])
    evaluate([lab])
    assert sorted(told(receiver)) == [
        ("hedgehog_fabric_unreachable", "timed_out"),
        ("hedgehog_sync_failed", "timed_out"),
    ]


def test_event_that_was_not_told_and_is_past_stays_untold(lab, receiver, monkeypatch, minute_passes):
    rule(receiver, ALL)
    ended(lab, "failed", 60, "timed_out")
    with monkeypatch.context() as away:
        away.setattr(notifications, "flush_events", _no_redis)
        evaluate([lab])
    ended(lab, "succeeded", 30)
    minute_passes()
    evaluate([lab])
    assert told(receiver) == [("hedgehog_sync_recovered", "succeeded")]


def _no_redis(_events):
    raise RedisConnectionError("refused")


def test_rule_hears_only_the_events_that_it_names_under_its_conditions(lab, receiver):
    rule(receiver, [events.FABRIC_UNREACHABLE], conditions={"attr": "condition.reason", "value": "timed_out"})
    for number, (state, code) in enumerate(
        [("failed", "timed_out"), ("succeeded", ""), ("failed", "tls_expired"), ("succeeded", ""), ("lost", "")]
    ):
        ended(lab, state, 60 - number, code)
        evaluate([lab])
    assert told(receiver) == [("hedgehog_fabric_unreachable", "timed_out")]


def test_users_of_a_group_are_notified(lab):
    ann = User.objects.create(username="ann")
    group = NotificationGroup.objects.create(name="on call")
    group.users.add(ann)
    made = EventRule.objects.create(
        name="notify",
        event_types=[events.SYNC_FAILED],
        action_type="notification",
        action_object_type=ObjectType.objects.get_for_model(NotificationGroup),
        action_object_id=group.pk,
    )
    made.object_types.set([ObjectType.objects.get_for_model(Fabric)])
    ended(lab, "failed", 60, "timed_out")
    evaluate([lab])
    note = Notification.objects.get(user=ann)
    assert (note.object, note.event.text) == (lab, "Hedgehog sync failed")


def test_event_types_are_taken_by_netbox_in_rest_and_offered_in_its_forms():
    group = NotificationGroup.objects.create(name="group")
    action = {"action_type": "notification", "action_object_type": "extras.notificationgroup"}
    about = {"name": "r", "object_types": ["netbox_hedgehog.fabric"], "event_types": ALL}
    answer = admin().post("/api/extras/event-rules/", {**about, **action, "action_object_id": group.pk}, "json")
    assert answer.status_code == 201, answer.content
    for form in (EventRuleForm, EventRuleBulkEditForm, EventRuleImportForm):
        offered = dict(form.base_fields["event_types"].choices)
        assert all(str(offered[name]).startswith("Hedgehog ") for name in ALL)


@pytest.mark.django_db(transaction=True)
def test_redis_away_fails_no_run_and_the_log_says_what_was_not_told(server, fabric, receiver, monkeypatch, caplog):
    rule(receiver, ALL)

    away = django_rq.get_queue("default")
    away.connection = Redis(port=free_port())
    with monkeypatch.context() as patch:
        patch.setattr("extras.event_rules.get_queue", lambda _name: away)
        server.faults.add("unauthorized")
        run = sync(fabric)
    assert (run.state, run.error_code) == ("failed", "unauthorized")
    assert "Event hedgehog_sync_failed of lab was not told: Redis cannot be reached" in caplog.text
    assert "Event hedgehog_fabric_unreachable of lab was not told" in caplog.text
    server.faults.clear()
    assert sync(fabric).state == "succeeded"
    assert [event for event, _ in told(receiver)] == ["hedgehog_sync_recovered"]


def test_without_an_event_rule_nothing_is_made_ready(lab, monkeypatch):
    monkeypatch.setattr(notifications, "_event", lambda _edge: pytest.fail("serialized for nobody"))
    ended(lab, "failed", 60, "timed_out")
    assert len(evaluate([lab])) == 2


def test_fault_68_no_secret_is_in_an_event(receiver):
    rule(receiver, ALL)
    fabric = with_secret("lab")
    ended(fabric, "failed", 60, "timed_out")
    evaluate([fabric])
    queued = [str(job.kwargs) for job in django_rq.get_queue("default").jobs]
    bodies = receiver.heard()
    assert len(queued) == len(bodies) == 2
    for secret in (*encoded(SECRET), sealed_text(fabric.credential_data)):
        assert secret not in str(bodies)
        assert secret not in str(queued)
    assert SyncRun.objects.exists()
