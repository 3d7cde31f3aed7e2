"""``hedgehog_sync override``: what is held is listed first, and goes with a reason; other subcommands tell of it."""

import pytest

from netbox_hedgehog.management.hedgehog_sync import follow_run
from netbox_hedgehog.models import Hold, SyncRun
from netbox_hedgehog.sync.queue.workers import QueueState
from tests.builders import fabric, run
from tests.netbox.held import approve, hold, newer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _served(monkeypatch):
    monkeypatch.setattr(follow_run, "queue_state", lambda: QueueState(("worker-1",), True, ""))
    monkeypatch.setattr("getpass.getuser", lambda: "ops")


def test_without_a_reason_it_lists_what_is_held_and_what_to_do(hedgehog_sync):
    blocked = hold(fabric("lab"))
    answer = hedgehog_sync("override", "lab")
    assert answer.status == 2
    assert f"Run #{blocked.pk} held back 4 object(s) since" in answer.out
    assert "3 VPCs, 1 Server" in answer.out
    assert "Server  default    server-0" in answer.out
    assert 'Next: netbox hedgehog_sync override lab --reason "' in answer.out
    assert "marked missing at once, and removed from NetBox after 2 complete runs and 1 h without them" in answer.out
    told = hedgehog_sync("override", "lab", "--json")
    assert told.status == 2
    assert (told.json["run"]["id"], told.json["run"]["held"]["count"]) == (blocked.pk, 4)
    assert [each["name"] for each in told.json["objects"]] == ["server-0", "vpc-0", "vpc-1", "vpc-2"]
    assert not Hold.objects.filter(approved_at__isnull=False).exists()


def test_a_long_list_is_cut_for_people_only(hedgehog_sync):
    hold(fabric("lab"), vpcs=60, servers=0)
    assert "... and 10 more; --json lists them all." in hedgehog_sync("override", "lab").out
    assert len(hedgehog_sync("override", "lab", "--json").json["objects"]) == 60


def test_with_a_reason_they_go_in_the_name_of_whoever_is_at_the_terminal(hedgehog_sync):
    blocked = hold(fabric("lab"))
    answer = hedgehog_sync("override", "lab", "--reason", "Rack 7", "--json")
    requested = SyncRun.objects.get(trigger="override")
    assert (answer.status, answer.json["id"], answer.json["state"]) == (0, requested.pk, "queued")
    kept = Hold.objects.get()
    assert (kept.reason, kept.approver, kept.approved_by) == ("Rack 7", "ops", None)
    again = hedgehog_sync("override", "lab", "--reason", "again", "--run", blocked.pk)
    assert again.status == 1
    assert "ops has let it through already" in again.err
    assert f"ops let it through at {kept.approved_at:%Y}" in hedgehog_sync("override", "lab", "--run", blocked.pk).out


def test_people_are_told_which_run_lets_them_go(hedgehog_sync):
    blocked = hold(fabric("lab"))
    said = hedgehog_sync("override", "lab", "--reason", "Rack 7").out
    requested = SyncRun.objects.get(trigger="override")
    assert f"Let through what run #{blocked.pk} held: 4 object(s)." in said
    assert f"Run #{requested.pk} lets them go" in said


def test_an_empty_reason_is_none(hedgehog_sync):
    hold(fabric("lab"))
    answer = hedgehog_sync("override", "lab", "--reason", "  ", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "no_reason")
    assert not Hold.objects.filter(approved_at__isnull=False).exists()


def test_where_nothing_is_held_it_says_so(hedgehog_sync):
    lab = fabric("lab")
    answer = hedgehog_sync("override", "lab")
    assert (answer.status, answer.out.splitlines()[0]) == (0, "Nothing is held on lab.")
    refused = hedgehog_sync("override", "lab", "--reason", "r", "--json")
    assert (refused.status, refused.json["error"]["code"]) == (1, "not_held")
    blocked = hold(lab)
    newer(blocked)
    assert "Nothing is held on lab." in hedgehog_sync("override", "lab").out
    assert "cannot be let through" in hedgehog_sync("override", "lab", "--run", blocked.pk).out
    assert "newer sync has looked" in hedgehog_sync("override", "lab", "--reason", "r", "--run", blocked.pk).err


def test_what_a_part_of_the_fabric_held_is_decided_on_the_whole(hedgehog_sync):
    blocked = hold(fabric("lab"), scope={"kind": "VPC"})
    answer = hedgehog_sync("override", "lab", "--run", blocked.pk)
    assert answer.status == 2
    assert "Next: netbox hedgehog_sync trigger lab --wait" in answer.out


def test_a_run_of_another_fabric_is_not_this_ones(hedgehog_sync):
    fabric("lab")
    other = hold(fabric("other"))
    answer = hedgehog_sync("override", "lab", "--reason", "r", "--run", other.pk)
    assert answer.status == 2
    assert f"lab has no run #{other.pk}." in answer.err


def test_runs_show_their_scope_and_what_they_held(hedgehog_sync):
    lab = fabric("lab")
    blocked = hold(lab)
    run(lab, state="succeeded", scope={"kind": "VPC", "namespace": "default", "name": "vpc-1", "hard": True})
    said = hedgehog_sync("runs", "lab").out
    assert "VPC default/vpc-1, hard" in said
    assert "whole fabric" in said
    newest, before = hedgehog_sync("runs", "lab", "--json").json
    assert newest["scope"] == {"kind": "VPC", "namespace": "default", "name": "vpc-1", "hard": True}
    assert (before["held"]["id"], newest["held"], newest["let_through"]) == (blocked.held_id, None, None)
    approve(blocked.held)
    newer(blocked, let_through=blocked.held)
    assert hedgehog_sync("runs", "lab", "--json").json[0]["let_through"]["reason"] == "Rack 7"


def test_status_says_that_something_waits_for_a_decision(hedgehog_sync):
    blocked = hold(fabric("lab"))
    assert (
        f"held        4 object(s) by run #{blocked.pk}: netbox hedgehog_sync override lab"
        in hedgehog_sync("status").out
    )
    newer(blocked)
    assert "override" not in hedgehog_sync("status").out


@pytest.mark.parametrize(
    ("asked", "scope", "words"),
    [
        (["--kind", "vpcattach"], {"kind": "VPCAttachment"}, "(VPCAttachment)"),
        (["--kind", "VPC", "--name", "v"], {"kind": "VPC", "namespace": "default", "name": "v"}, "(VPC default/v)"),
        (
            ["--kind", "sw", "--name", "s", "--namespace", "far", "--hard"],
            {"kind": "Switch", "namespace": "far", "name": "s", "hard": True},
            "(Switch far/s, hard)",
        ),
        (["--hard"], {"hard": True}, "(whole fabric, hard)"),
    ],
)
def test_trigger_syncs_a_part_or_all_anew(hedgehog_sync, asked, scope, words):
    fabric("lab")
    said = hedgehog_sync("trigger", "lab", *asked).out
    assert SyncRun.objects.get().scope == scope
    assert words in said


def test_trigger_says_what_a_run_that_it_joins_looks_at(hedgehog_sync):
    fabric("lab")
    hedgehog_sync("trigger", "lab", "--hard")
    assert "of lab (whole fabric, hard) was queued already" in hedgehog_sync("trigger", "lab", "--kind", "VPC").out


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--kind", "Widget"], "There is no kind Widget. Kinds: Agent,"),
        (["--name", "v"], "The kind is needed too"),
        (["--kind", "VPC", "--namespace", "far"], "The name is needed too"),
    ],
)
def test_trigger_refuses_what_cannot_be_synced(hedgehog_sync, asked, words):
    fabric("lab")
    answer = hedgehog_sync("trigger", "lab", *asked)
    assert answer.status == 2
    assert words in answer.err
    assert not SyncRun.objects.exists()
