"""Sync runs: list, page, the part that moves, and what others may see of them."""

import pytest
from django.utils import timezone

from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.models import VPC, Fabric, ResourceChange, RunIssue, Switch, SyncRun
from netbox_hedgehog.presentation.error_titles import TITLES, error_title
from netbox_hedgehog.sync.queue import workers
from tests.builders import fabric, grant, run, thing, user
from tests.netbox.views.given import HTMX, address, browser, root, text

pytestmark = pytest.mark.django_db

COUNTS = {
    "VPC": {"listed": 5, "created": 2, "updated": 1, "unchanged": 2, "missing": 1, "complete": True},
    "Switch": {"listed": 3, "created": 0, "updated": 0, "unchanged": 3, "complete": True},
    "Novelty": {"listed": 0, "complete": False},
}


@pytest.fixture
def ended():
    """A partial run with counts, changes and issues of two VPCs, a switch and a whole kind."""
    made = run(fabric(), state="partial", counts=COUNTS, worker="w-1", requester="ann")
    for name in ("xenon", "neon"):
        one = thing(VPC, made.fabric, name)
        about = {"run": made, "kind": "VPC", "namespace": "default", "name": name}
        ResourceChange.objects.create(action="created", fabric=made.fabric, object_id=one.pk, fields=[], **about)
        RunIssue.objects.create(code="invalid", message=f"{name} is odd", hint=f"Mend {name}", **about)
    ResourceChange.objects.create(
        run=made, fabric=made.fabric, kind="VPC", namespace="default", name="argon", action="removed", object_id=None
    )
    RunIssue.objects.create(run=made, kind="Switch", code="forbidden", message="no switches", hint="Grant it")
    return made


def test_the_page_adds_up(ended):
    said = text(root().get(address(ended)))
    assert (
        "Kind Listed Created Updated Unchanged Missing Look VPCs 5 2 1 2 1 complete Switches 3 0 0 3 0 complete" in said
    )
    assert "Novelty — — — — — incomplete" in said
    assert "All kinds 8 2 1 5 1" in said
    for words in ("xenon is odd", "Mend xenon", "no switches", "Grant it", "w-1", "Partial"):
        assert words in said


def test_changes_link_to_the_objects(ended):
    body = root().get(address(ended)).content.decode()
    assert f'href="{address(VPC.objects.get(name="xenon"))}"' in body
    assert "argon" in body


def test_the_error_is_told_with_code_and_hint():
    made = run(
        fabric(), state="failed", error_code="unauthorized", error_message="Unauthorized", error_hint="New token"
    )
    said = text(root().get(address(made)))
    assert "The API server does not accept the credential Unauthorized New token Code: unauthorized" in said


def test_every_code_of_a_cluster_has_a_title_of_its_own():
    assert {code for code in ErrorCode if code.value not in TITLES} == set()
    assert error_title("never_heard_of") == "Never heard of"


def test_only_what_is_about_visible_objects_is_shown(ended):
    ann = user()
    grant(ann, ["view"], SyncRun)
    grant(ann, ["view"], VPC, constraints={"name__startswith": "x"})
    said = text(browser(ann).get(address(ended)))
    assert "xenon is odd" in said
    for hidden in ("neon is odd", "argon", "no switches", "VPCs 5", "Switches 3"):
        assert hidden not in said
    assert "left out" in said


def test_one_sees_the_runs_of_ones_own_fabrics(ended):
    other = run(fabric("other"), state="succeeded")
    ann = user()
    grant(ann, ["view"], SyncRun, constraints={"fabric__name": "other"})
    grant(ann, ["view"], Fabric)
    her = browser(ann)
    assert [row.record for row in her.get(address(SyncRun)).context["table"].page.object_list] == [other]
    assert her.get(address(ended)).status_code == 404
    assert her.get(address(ended, "live")).status_code == 404
    assert her.post(address(ended, "cancel")).status_code == 403
    assert "#" not in text(her.get(address(ended.fabric, "runs"))).partition("Results")[2].partition("Showing")[0]


def test_a_queued_run_says_that_no_worker_serves_the_queue():
    made = run(fabric(), state="queued")
    admin = root()
    assert workers.NO_WORKER in text(admin.get(address(made)))
    assert workers.NO_WORKER in text(admin.get(address(made, "live") + "?shown=queued", **HTMX))


def test_the_bar_moves_and_its_end_brings_the_rest():
    made = run(fabric(), state="running", started=timezone.now(), progress={"percent": 30, "phase": "finish"})
    admin = root()
    body = admin.get(address(made)).content.decode()
    assert 'aria-valuenow="30"' in body
    assert "What changed" not in body
    assert "HX-Retarget" not in admin.get(address(made, "live") + "?shown=running", **HTMX)
    SyncRun.objects.update(state="succeeded", finished=timezone.now())
    answer = admin.get(address(made, "live") + "?shown=running", **HTMX)
    assert answer["HX-Retarget"] == "#hedgehog-live"
    assert "Succeeded" in text(answer)
    assert "What changed" in text(answer)
    assert "every 1s" not in answer.content.decode()


def test_cancel_needs_its_permission():
    made = run(fabric(), state="queued")
    ann = user()
    grant(ann, ["view"], SyncRun)
    assert 'id="hedgehog-cancel"' not in browser(ann).get(address(made)).content.decode()
    assert browser(ann).post(address(made, "cancel")).status_code == 403
    grant(ann, ["cancel"], SyncRun)
    her = browser(ann)
    assert 'id="hedgehog-cancel"' in her.get(address(made)).content.decode()
    assert her.get(address(made, "cancel")).status_code == 302
    made.refresh_from_db()
    assert made.state == "queued"
    assert her.post(address(made, "cancel")).url == address(made)
    made.refresh_from_db()
    assert made.state == "cancelled"


def test_an_ended_run_offers_no_cancel(ended):
    admin = root()
    assert 'id="hedgehog-cancel"' not in admin.get(address(ended)).content.decode()
    assert "had ended already" in admin.post(address(ended, "cancel"), follow=True).content.decode()


def test_pages_of_changes():
    made = run(fabric(), state="succeeded")
    rows = [
        ResourceChange(
            run=made, fabric=made.fabric, kind="VPC", namespace="default", name=f"v-{n:03}", action="created"
        )
        for n in range(120)
    ]
    ResourceChange.objects.bulk_create(rows)
    admin = root()
    assert "v-060" not in text(admin.get(address(made)))
    assert 'href="?changes-page=3"' in admin.get(address(made)).content.decode()
    second = admin.get(address(made), {"changes-page": 2})
    assert "v-060" in text(second)
    assert "Showing 51-100 of 120" in text(second)


def test_the_list_filters_and_exports(ended):
    run(fabric("other"), state="succeeded")
    admin = root()
    assert len(admin.get(address(SyncRun), {"state": "partial"}).context["table"].rows) == 1
    assert "3 created" not in text(admin.get(address(SyncRun)))
    assert "2 created, 1 updated, 1 missing" in text(admin.get(address(SyncRun), {"include_columns": "changes"}))
    assert b"partial" in admin.get(address(SyncRun), {"export": ""}).content.lower()
    assert Switch.objects.count() == 0


def test_the_same_issue_of_many_kinds_is_one_sentence(ended):
    for kind in ("Agent", "Gateway", "Server", "VPC"):
        RunIssue.objects.create(run=ended, kind=kind, code="forbidden", message=f"no {kind}s", hint="Grant `list`")
    page = root().get(address(ended))
    body, said = page.content.decode(), text(page)
    assert "lacks a permission on the cluster, for 5 kinds: Switches, Agents, Gateways, Servers, VPCs. Grant it" in said
    folded = body.partition("What was said of each</summary>")[2].partition("</details>")[0]
    assert "<strong>Server</strong>: no Servers" in folded
    assert body.count("no Servers") == 1
    for words in ("xenon is odd", "Mend xenon"):  # an object's own trouble stands for itself
        assert words in said
    ann = user()
    grant(ann, ["view"], SyncRun)
    grant(ann, ["view"], VPC)
    assert "no Servers" not in browser(ann).get(address(ended)).content.decode()
