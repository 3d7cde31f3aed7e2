"""A guard holds objects; a person with a reason lets exactly these go."""

import pytest
from core.models import ObjectChange
from users.models import User

from netbox_hedgehog.models import VPC, HeldObject, Hold, Server, SyncRun
from netbox_hedgehog.sync.decide.scope import Scope
from netbox_hedgehog.sync.execute.run import execute
from netbox_hedgehog.sync.request.override import NotHeld, approve_removal
from netbox_hedgehog.sync.request.request import request_sync
from tests.builders import manifest, vpc
from tests.netbox.sync.given import statements as statements_of
from tests.netbox.sync.given import sync, writes

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(db):
    return User.objects.create(username="operator")


@pytest.fixture
def blocked(server, fabric):
    """Seven of eight VPCs, and the only server, are gone; the run that found it."""
    server.put_all(vpc(f"vpc-{number}") for number in range(8))
    server.put(manifest("Server", "wiring", "server-1"))
    sync(fabric)
    for number in range(1, 8):
        server.delete("vpcs", f"vpc-{number}")
    server.delete("servers", "server-1")
    run = sync(fabric)
    assert run.state == "blocked"
    return run


def missing():
    return VPC.objects.filter(missing_since__isnull=False).count() + Server.objects.exclude(missing_since=None).count()


def test_blocked_run_says_what_it_would_have_removed(blocked):
    held = {(each.kind, each.name, each.code) for each in blocked.held.objects_held.all()}
    assert held == {
        ("Server", "server-1", "empty_source"),
        *(("VPC", f"vpc-{number}", "shrink_guard") for number in range(1, 8)),
    }
    assert blocked.held.count == 8
    rows = {row.name: row.pk for row in VPC.objects.all()}
    assert all(each.object_id == rows[each.name] for each in blocked.held.objects_held.filter(kind="VPC"))
    assert missing() == 0


def test_runs_that_find_the_same_gone_share_one_hold(blocked, fabric):
    again = sync(fabric)
    assert again.held == blocked.held
    assert (Hold.objects.count(), HeldObject.objects.count()) == (1, 8)
    told = writes(statements_of(fabric))
    ours = ("runissue", "netbox_hedgehog_hold ", 'SET "missing_runs"')
    assert not [each for each in told if not any(part in each for part in ours)]


def test_override_lets_exactly_what_was_held_go_once_and_keeps_who_and_why(blocked, fabric, operator):
    requested = approve_removal(blocked, "Rack 7 was taken down, ticket 4711", operator)
    assert (requested.run.trigger, requested.run.requested_by) == ("override", operator)
    run = sync(fabric)
    assert (run.pk, run.state, run.let_through) == (requested.run.pk, "succeeded", blocked.held)
    assert missing() == 8
    hold = Hold.objects.get()
    assert (hold.approved_by, hold.approver) == (operator, "operator")
    assert hold.reason == "Rack 7 was taken down, ticket 4711"
    assert hold.closed_at
    entry = ObjectChange.objects.filter(message__contains="ticket 4711").get()
    assert (entry.changed_object, entry.user) == (fabric, operator)
    assert sync(fabric).state == "succeeded"


def test_override_does_not_let_more_go_than_was_held(blocked, server, fabric, operator):
    approve_removal(blocked, "Rack 7", operator)
    server.delete("vpcs", "vpc-0")
    run = sync(fabric)
    assert (run.state, run.let_through, missing()) == ("blocked", None, 0)
    assert run.held != blocked.held
    blocked.held.refresh_from_db()
    assert blocked.held.closed_at  # the approval was for one look
    with pytest.raises(NotHeld, match="already"):
        approve_removal(blocked, "again", operator)
    approve_removal(run, "All of it", operator)
    assert (sync(fabric).state, missing()) == ("succeeded", 9)


def test_override_lets_go_what_is_left_of_what_was_held(blocked, server, fabric, operator):
    approve_removal(blocked, "Rack 7", operator)
    server.put(vpc("vpc-1", uid=VPC.objects.get(name="vpc-1").uid))
    assert sync(fabric).state == "succeeded"
    assert missing() == 7


def test_override_is_not_kept_for_another_time(blocked, server, fabric, operator):
    """What was approved came back before it went; when it goes again, somebody has to look again."""
    approve_removal(blocked, "Rack 7", operator)
    server.put_all(vpc(f"vpc-{number}", uid=VPC.objects.get(name=f"vpc-{number}").uid) for number in range(1, 8))
    server.put(manifest("Server", "wiring", "server-1", uid=Server.objects.get().uid))
    assert sync(fabric).state == "succeeded"
    for number in range(1, 8):
        server.delete("vpcs", f"vpc-{number}")
    run = sync(fabric)
    assert (run.state, missing()) == ("blocked", 0)
    assert run.held != blocked.held


def test_object_made_anew_under_the_name_of_one_that_was_approved_is_not_approved(blocked, server, fabric, operator):
    approve_removal(blocked, "Rack 7", operator)
    SyncRun.objects.filter(state="queued").delete()
    server.put(vpc("vpc-1", uid="made-anew"))
    run = request_sync(fabric, "command", scope=Scope(kind="VPC", namespace="default", name="vpc-1")).run
    execute(run.pk, "worker-1")  # which does not use the approval up
    server.delete("vpcs", "vpc-1")
    run = sync(fabric)
    assert (run.state, run.held.count, missing()) == ("blocked", 8, 0)
    assert run.held != blocked.held


def test_override_of_an_older_block_is_refused_once_a_newer_sync_has_looked(blocked, server, fabric, operator):
    server.put_all(vpc(f"vpc-{number}") for number in range(1, 8))
    server.put(manifest("Server", "wiring", "server-1"))
    assert sync(fabric).state == "succeeded"
    with pytest.raises(NotHeld, match="newer sync"):
        approve_removal(blocked, "too late", operator)
    with pytest.raises(NotHeld, match="held nothing"):
        approve_removal(SyncRun.objects.first(), "nothing there", operator)


def test_block_of_a_run_of_one_kind_is_decided_on_a_run_of_the_whole_fabric(server, fabric, operator):
    server.put_all(vpc(f"vpc-{number}") for number in range(8))
    sync(fabric)
    for number in range(7):
        server.delete("vpcs", f"vpc-{number}")
    run = request_sync(fabric, "command", scope=Scope(kind="VPC")).run
    execute(run.pk, "worker-1")
    run.refresh_from_db()
    with pytest.raises(NotHeld, match="VPC only"):
        approve_removal(run, "Rack 7", operator)
    again = sync(fabric)
    assert again.held == run.held  # it holds the same
    approve_removal(again, "Rack 7", operator)
    assert (sync(fabric).state, missing()) == ("succeeded", 7)


def test_override_needs_a_reason(blocked, operator):
    with pytest.raises(ValueError, match="reason"):
        approve_removal(blocked, "  ", operator)
    assert not Hold.objects.filter(approved_at__isnull=False).exists()


def test_failed_run_leaves_the_approval_to_the_next(blocked, server, fabric, operator):
    approve_removal(blocked, "Rack 7", operator)
    server.faults.fail(500, kind="vpcs")
    assert sync(fabric).state == "failed"
    server.faults.clear()
    assert (sync(fabric).state, missing()) == ("succeeded", 8)


def test_last_object_of_a_kind_goes_with_an_override(server, fabric, operator):
    server.put(vpc("vpc-1"))
    sync(fabric)
    server.delete("vpcs", "vpc-1")
    run = sync(fabric)
    assert (run.state, run.error_code) == ("blocked", "empty_source")
    approve_removal(run, "The last tenant has left", operator)
    assert (sync(fabric).state, VPC.objects.get().state) == ("succeeded", "missing")


def test_guard_of_one_kind_is_in_place_of_the_fabrics(server, fabric):
    server.put_all(vpc(f"vpc-{number}") for number in range(4))
    server.put_all(manifest("Server", "wiring", f"server-{number}") for number in range(4))
    fabric.kind_guards = {"VPC": {"percent": 0, "count": 0}}
    fabric.full_clean()
    fabric.save()
    sync(fabric)
    server.delete("vpcs", "vpc-1")
    server.delete("servers", "server-1")
    run = sync(fabric)
    assert (run.state, [issue.kind for issue in run.issues.all()]) == ("blocked", ["VPC"])
    assert (Server.objects.get(name="server-1").state, VPC.objects.get(name="vpc-1").state) == ("missing", "present")


def test_a_little_of_each_kind_blocks_where_all_together_is_too_much(server, fabric):
    kinds = {"Server": "servers", "SwitchGroup": "switchgroups", "ServerProfile": "serverprofiles"}
    for kind in kinds:
        server.put_all(manifest(kind, "wiring", f"one-{number}") for number in range(4))
    sync(fabric)
    for plural in kinds.values():
        for number in range(3):
            server.delete(plural, f"one-{number}")
    run = sync(fabric)
    assert (run.state, run.held.count, run.issues.get().kind) == ("blocked", 9, "")
    assert "9 of 12 objects of all kinds" in run.error_message


def test_what_is_gone_is_weighed_against_all_that_the_fabric_has(server, fabric):
    server.put_all(vpc(f"vpc-{number}") for number in range(30))
    for kind in ("Server", "SwitchGroup"):
        server.put_all(manifest(kind, "wiring", f"one-{number}") for number in range(4))
    sync(fabric)
    for plural in ("servers", "switchgroups"):
        for number in range(3):
            server.delete(plural, f"one-{number}")
    assert sync(fabric).state == "succeeded"  # six of 38, though six of eight of these kinds


def test_run_of_one_kind_knows_nothing_of_the_rest_of_the_fabric(server, fabric):
    server.put_all(vpc(f"vpc-{number}") for number in range(8))
    fabric.kind_guards = {"VPC": {"percent": 100, "count": 0}}
    fabric.save()
    sync(fabric)
    for number in range(7):
        server.delete("vpcs", f"vpc-{number}")
    run = request_sync(fabric, "command", scope=Scope(kind="VPC")).run
    assert execute(run.pk, "worker-1") == "succeeded"


def test_deleting_a_fabric_takes_its_holds_along(blocked, fabric):
    fabric.delete()
    assert not Hold.objects.exists()
    assert not HeldObject.objects.exists()
