"""A fabric's page: facts, banners, counts that never guess, and the fragment that moves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from netbox_hedgehog.models import VPC, ConnectionTest, Fabric, FabricCondition, Server, Switch, SyncRun, kind_models
from netbox_hedgehog.queries.viewer import Viewer
from netbox_hedgehog.sync.health.conditions import evaluate
from netbox_hedgehog.sync.queue import workers
from netbox_hedgehog.sync.queue.workers import QueueState
from netbox_hedgehog.views.live import FabricLive
from tests.builders import fabric, grant, run, thing, user
from tests.netbox.views.given import HTMX, address, browser, look, root, text

pytestmark = pytest.mark.django_db

SERVED = QueueState(("worker-1",), True, "")


@pytest.fixture
def served(monkeypatch):
    """A worker serves the queue, as far as the page can tell."""
    for module in ("netbox_hedgehog.views.live", "netbox_hedgehog.sync.queue.workers"):
        monkeypatch.setattr(f"{module}.queue_state", lambda: SERVED)


def hours_ago():
    """Three hours ago, and long enough that it stays so while the test runs."""
    return timezone.now() - timedelta(hours=3, minutes=1)


def page(of, **query):
    return root().get(address(of), query)


def test_a_new_fabric_says_what_to_do_first(served):
    shown = page(fabric())
    said = text(shown)
    assert "First steps" in said
    assert "kind: ClusterRole" in said
    assert "vpc.githedgehog.com" in said
    assert "never tried" in said
    assert "Test connection" in said
    assert 'hx-trigger="every 1s"' not in shown.content.decode()


def test_a_zero_stands_only_where_someone_has_looked(served):
    lab = fabric()
    thing(VPC, lab, "vpc-1")
    thing(VPC, lab, "vpc-2", missing_since=timezone.now())
    look(lab, Switch)
    look(lab, Server, complete=False, error_code="not_served")
    said = text(page(lab))
    assert "VPCs 1 missing 2" in said
    assert "Switches 0" in said
    assert "Servers not served by the cluster" in said
    assert "Connections not looked" in said


def test_refused_kinds_are_told_in_the_clusters_words(served):
    lab = fabric()
    words = 'vpcs is forbidden: User "x" cannot list'
    look(lab, VPC, error_code="forbidden", error_message=words, complete_at=hours_ago())
    said = text(page(lab))
    assert "forbidden VPC : vpcs is forbidden" in said
    assert "Last read whole 3 h ago" in said


def test_a_failed_run_is_told_in_three_lines(served):
    lab = fabric()
    told = {"error_code": "tls_unknown_ca", "error_message": "self-signed", "error_hint": "Give `ca`."}
    run(lab, state="failed", finished=hours_ago(), **told)
    said = text(page(lab))
    assert "failed 3 h ago: the API server's certificate is signed by an unknown authority" in said
    assert "self-signed" in said
    assert "Give ca ." in said
    assert "tls_unknown_ca" in said


def test_a_fabric_that_fails_again_says_since_when(served):
    lab = fabric()
    run(lab, state="failed", error_code="timed_out", error_message="too slow")
    evaluate([lab])
    admin = root()
    assert "Syncs have failed" not in text(admin.get(address(lab)))
    FabricCondition.objects.update(changed_at=timezone.now() - timedelta(minutes=12))
    run(lab, state="failed", error_code="timed_out", error_message="too slow")
    assert "Syncs have failed for 12 min" in text(admin.get(address(lab)))


def test_a_later_success_takes_the_banner_away(served):
    lab = fabric()
    run(lab, state="failed", error_code="timed_out", error_message="too slow")
    run(lab, state="succeeded")
    assert "too slow" not in text(page(lab))


def test_no_worker_is_said_with_the_command_to_start_one():
    lab = fabric()
    assert "start one with: netbox rqworker netbox_hedgehog.hedgehog_sync" in text(page(lab))


def test_an_active_run_is_followed_until_it_ends(served):
    lab = fabric()
    progress = {"phase": "gather", "kind": "VPC", "kinds_total": 22, "kinds_done": 4, "percent": 18, "listed": 7}
    active = run(lab, state="running", started=timezone.now(), progress=progress)
    admin = root()
    body = admin.get(address(lab)).content.decode()
    assert 'aria-valuenow="18"' in body
    assert "reading VPCs, kind 5 of 22" in body
    poll = address(lab, "live") + f"?shown={active.pk}r"
    assert f'hx-get="{poll}"' in body

    SyncRun.objects.update(progress={**progress, "percent": 40})
    fragment = admin.get(poll, **HTMX)
    assert 'aria-valuenow="40"' in fragment.content.decode()
    assert "HX-Retarget" not in fragment
    assert "hedgehog-facts" not in fragment.content.decode()

    now = timezone.now()
    SyncRun.objects.update(state="succeeded", started=now - timedelta(seconds=130), finished=now)
    ended = admin.get(poll, **HTMX)
    body = ended.content.decode()
    assert (ended["HX-Retarget"], ended["HX-Reswap"]) == ("#hedgehog-live", "outerHTML")
    assert 'id="hedgehog-facts"' in body
    assert "hx-swap-oob" in body
    assert "every 1s" not in body
    assert "fresh (2 min)" in text(ended)


def test_the_next_queued_run_is_followed_after_the_first(served):
    lab = fabric()
    first = run(lab, state="running", started=timezone.now())
    second = run(lab, state="queued")
    admin = root()
    body = admin.get(address(lab)).content.decode()
    assert f"shown={first.pk}r-{second.pk}q" in body
    assert f"Waits for run #{first.pk} to end" in body
    SyncRun.objects.filter(pk=first.pk).update(state="succeeded", finished=timezone.now())
    answer = admin.get(address(lab, "live") + f"?shown={first.pk}r-{second.pk}q", **HTMX)
    assert f"shown={second.pk}q" in answer.content.decode()
    assert "HX-Retarget" in answer


def test_a_queued_run_without_a_worker_says_so_on_the_next_poll():
    lab = fabric()
    queued = run(lab, state="queued")
    answer = root().get(address(lab, "live") + f"?shown={queued.pk}q", **HTMX)
    assert workers.NO_WORKER in text(answer)


def test_a_connection_test_is_followed_and_shown_step_by_step(served):
    lab = fabric()
    made = ConnectionTest.objects.create(fabric=lab)
    admin = root()
    body = admin.get(address(lab)).content.decode()
    assert "Testing the connection" in body
    assert f"shown=t{made.pk}" in body
    made.steps = [{"name": "resolve", "ok": True, "detail": "192.0.2.1", "seconds": 0.1}]
    made.ok, made.finished = False, timezone.now()
    made.error_code, made.error_message, made.error_hint = "connection_refused", "Connection refused", "Check the port"
    made.save()
    answer = admin.get(address(lab, "live") + f"?shown=t{made.pk}", **HTMX)
    said = text(answer)
    for words in ("Resolve name", "192.0.2.1", "Connection refused", "Check the port", "connection_refused"):
        assert words in said
    assert "unreachable (0 s ago)" in said


def test_a_fragment_for_nobody_reloads_the_page():
    answer = browser(user()).get(address(fabric(), "live"), **HTMX)
    assert answer["HX-Refresh"] == "true"
    assert answer.content == b""


def test_a_fragment_of_a_deleted_fabric_reloads_the_page():
    lab = fabric()
    where = address(lab, "live")
    lab.delete()
    admin = root()
    assert admin.get(where, **HTMX)["HX-Refresh"] == "true"
    assert admin.get(where).status_code == 404


def test_buttons_need_their_own_permission_on_this_fabric(served):
    mine, other = fabric("mine"), fabric("other")
    ann = user()
    grant(ann, ["view"], Fabric)
    grant(ann, ["sync"], Fabric, constraints={"name": "mine"})
    her = browser(ann)
    body = her.get(address(mine)).content.decode()
    assert 'id="hedgehog-sync"' in body
    assert 'id="hedgehog-test"' not in body
    assert 'id="hedgehog-sync"' not in her.get(address(other)).content.decode()
    assert her.post(address(mine, "sync")).status_code == 302
    assert her.post(address(other, "sync")).status_code == 404
    assert her.post(address(mine, "test")).status_code == 403
    assert [made.fabric for made in SyncRun.objects.all()] == [mine]
    assert not ConnectionTest.objects.exists()


def test_buttons_only_ask_and_come_back():
    lab = fabric()
    admin = root()
    answer = admin.post(address(lab, "sync"), follow=True)
    made = SyncRun.objects.get()
    assert (made.state, made.trigger, made.requester) == ("queued", "button", "root")
    assert f"Sync requested as run #{made.pk}" in " ".join(answer.content.decode().split()).replace(
        f'<a href="{made.get_absolute_url()}">', ""
    )
    admin.post(address(lab, "sync"))
    assert SyncRun.objects.count() == 1
    admin.post(address(lab, "test"))
    assert ConnectionTest.objects.get().finished is None


def test_looking_at_a_buttons_address_does_nothing():
    lab = fabric()
    admin = root()
    for action in ("sync", "test"):
        assert admin.get(address(lab, action)).url == lab.get_absolute_url()
    assert not SyncRun.objects.exists()
    assert not ConnectionTest.objects.exists()


def test_a_button_needs_a_token_against_forgery():
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user("root", superuser=True))
    assert strict.post(address(fabric(), "sync")).status_code == 403


def test_the_list_shows_the_four_facts_and_counts_what_one_may_see(served):
    lab = fabric()
    for name in ("xenon", "xylan", "neon"):
        thing(VPC, lab, name)
    ann = user()
    grant(ann, ["view"], Fabric)
    grant(ann, ["view"], VPC, constraints={"name__startswith": "x"})
    her = browser(ann)
    row = her.get(address(Fabric)).context["table"].page.object_list[0]
    shown = {column.name: str(cell) for column, cell in row.items()}
    assert "never tried" in shown["connection"]
    assert "unknown" in shown["freshness"]
    assert "text-bg-gray" in shown["drift"]
    assert ">2<" in shown["objects"]
    assert "VPCs 2" in text(her.get(address(lab)))
    assert "Switches" not in text(her.get(address(lab)))


def test_what_ends_while_the_page_is_made_is_followed_once_more(served):
    lab = fabric()
    made = ConnectionTest.objects.create(fabric=lab)
    active = run(lab, state="running", started=timezone.now())
    live = FabricLive(lab, Viewer(user("root", superuser=True)))
    ConnectionTest.objects.update(ok=True, finished=timezone.now())
    SyncRun.objects.update(state="succeeded", finished=timezone.now())
    assert live.facts.freshness.value == "fresh"
    assert live.polls
    assert live.token == f"{active.pk}r-t{made.pk}"


def test_the_same_refusal_of_many_kinds_is_one_sentence(served):
    lab = fabric()
    refused = [model for model in kind_models() if model.kind_entry]
    for model in refused:
        words = f'{model.kind_entry.plural} is forbidden: User "x" cannot list'
        look(lab, model, complete=False, error_code="forbidden", error_message=words)
    shown = page(lab)
    said, body = text(shown), shown.content.decode()
    assert f"forbidden The credential lacks a permission on the cluster, for {len(refused)} kinds: " in said
    assert "Agents" in said.partition(" kinds: ")[2].partition(". ")[0]
    folded = body.partition("What was said of each</summary>")[2].partition("</details>")[0]
    assert folded.count("is forbidden") == len(refused)
    assert "is forbidden" not in body.replace(folded, "").partition('id="hedgehog-live"')[2]
    assert "Never read whole." in folded


def test_two_refused_kinds_stand_for_themselves(served):
    lab = fabric()
    for model in (VPC, Switch):
        look(lab, model, error_code="forbidden", error_message="no")
    assert "What was said of each" not in text(page(lab))
