"""A blocked run's page: what is held, who may let it go, and what has become of it."""

from functools import cached_property

import pytest
from core.models import ObjectChange
from django.utils import timezone

from netbox_hedgehog.models import VPC, Fabric, Hold, SyncRun
from netbox_hedgehog.presentation.removal_hold import HeldView
from netbox_hedgehog.sync.queue.workers import QueueState
from tests.builders import fabric, grant, run, thing, user
from tests.netbox.held import approve, hold, hold_of, newer
from tests.netbox.views.given import address, browser, root, text

pytestmark = pytest.mark.django_db

SERVED = QueueState(("worker-1",), True, "")


@pytest.fixture(autouse=True)
def _served(monkeypatch):
    for module in ("netbox_hedgehog.views.live", "netbox_hedgehog.sync.queue.workers"):
        monkeypatch.setattr(f"{module}.queue_state", lambda: SERVED)


def body(of, by=None, **query):
    return (by or root()).get(address(of), query).content.decode()


def card(said):
    """The card of what was held, in words."""
    return said.partition("Held back")[2].partition("Run Fabric")[0]


def test_the_page_says_what_is_held_and_what_becomes_of_it():
    blocked = hold(fabric(removal_runs=3, removal_hours=4))
    said = card(text(root().get(address(blocked))))
    assert "did not list 4 objects that NetBox has, and a guard holds back their removal: 3 VPCs, 1 Server" in said
    assert "Held since" in said
    assert "marked missing at once, and removed from NetBox after 3 complete runs and 4 h without them" in said
    assert "Server default server-0 More objects are gone than the fabric's guard allows present" in said
    assert f'href="{address(VPC.objects.get(name="vpc-2"))}"' in body(blocked, browser(user("r", superuser=True)))


@pytest.mark.parametrize(
    ("runs", "hours", "words"),
    [
        (0, 0, "are removed from NetBox at once"),
        (1, 0, "are removed from NetBox at once"),
        (2, 0, "after 2 complete runs without"),
        (1, 5, "after 5 h without"),
    ],
)
def test_the_page_says_when_they_are_removed(runs, hours, words):
    assert words in text(root().get(address(hold(fabric(removal_runs=runs, removal_hours=hours)))))


def test_only_objects_that_one_may_see_are_named_and_counted():
    blocked = hold(fabric())
    ann = user()
    grant(ann, ["view"], SyncRun)
    grant(ann, ["view"], VPC, constraints={"name": "vpc-1"})
    said = card(text(browser(ann).get(address(blocked))))
    assert "1 VPC and 3 that you may not see" in said
    assert "vpc-1" in said
    for hidden in ("vpc-0", "server-0", "3 VPCs", "1 Server"):
        assert hidden not in said


def test_what_is_held_comes_in_pages():
    blocked = hold(fabric(), vpcs=60, servers=0)
    admin = root()
    assert 'href="?held-page=2"' in body(blocked, admin)
    assert "vpc-59" not in card(text(admin.get(address(blocked))))
    assert "vpc-59" in card(text(admin.get(address(blocked), {"held-page": 2})))


def test_letting_go_needs_its_own_permission_on_this_run():
    mine, other = hold(fabric("mine")), hold(fabric("other"))
    ann = user()
    grant(ann, ["view", "cancel"], SyncRun)
    her = browser(ann)
    assert 'id="hedgehog-override"' not in body(mine, her)
    assert "needs a permission with the action override on sync runs" in text(her.get(address(mine)))
    assert her.post(address(mine, "override"), {"reason": "r"}).status_code == 403
    grant(ann, ["override"], SyncRun, constraints={"fabric__name": "mine"})
    her = browser(ann)
    assert 'id="hedgehog-override"' in body(mine, her)
    assert 'id="hedgehog-override"' not in body(other, her)
    assert her.post(address(other, "override"), {"reason": "r"}).status_code == 404
    assert not Hold.objects.filter(approved_at__isnull=False).exists()
    assert her.post(address(mine, "override"), {"reason": "r"}).url == address(mine)
    assert Hold.objects.get(approved_at__isnull=False) == mine.held


def test_letting_go_keeps_the_reason_and_asks_for_the_run_that_does_it():
    blocked = hold(fabric())
    admin = root()
    answer = admin.post(address(blocked, "override"), {"reason": " Rack 7, ticket 4711 "}, follow=True)
    requested = SyncRun.objects.get(trigger="override")
    assert (requested.state, requested.requester, requested.scope) == ("queued", "root", {})
    kept = Hold.objects.get()
    assert (kept.reason, kept.approver) == ("Rack 7, ticket 4711", "root")
    assert ObjectChange.objects.filter(message__contains="ticket 4711").exists()
    assert f"#{requested.pk}" in answer.content.decode()
    said = card(text(answer))
    assert "root let them through at" in said
    assert "“Rack 7, ticket 4711”" in said
    assert f"Run #{requested.pk} is to let them go" in said
    assert "let through, with the next sync" in said
    assert 'id="hedgehog-override"' not in answer.content.decode()


def test_without_a_reason_nothing_goes_and_the_page_says_why():
    blocked = hold(fabric())
    admin = root()
    for reason in ("", "  \n "):
        answer = admin.post(address(blocked, "override"), {"reason": reason})
        assert answer.status_code == 200
        assert "Say why these objects may go" in text(answer)
        assert 'id="hedgehog-override"' in answer.content.decode()
    assert not Hold.objects.filter(approved_at__isnull=False).exists()
    assert SyncRun.objects.count() == 1


def test_what_is_over_is_refused_and_the_typed_reason_stays():
    blocked = hold(fabric())
    now = newer(blocked, "blocked", held=hold_of(blocked.fabric, thing(VPC, blocked.fabric, "x"), digest="d2"))
    answer = root().post(address(blocked, "override"), {"reason": "A <b>long</b> story"})
    assert answer.status_code == 200
    said = text(answer)
    assert "Nothing was let through A newer sync has looked since" in said
    assert "A &lt;b&gt;long&lt;/b&gt; story</textarea>" in answer.content.decode()
    assert f"by run #{now.pk} other objects were gone too, or only some of these" in said
    assert address(now) in answer.content.decode()
    assert 'id="hedgehog-override"' not in answer.content.decode()


def test_two_people_at_once_let_it_through_once():
    blocked = hold(fabric())
    approve(blocked.held)
    said = text(root().post(address(blocked, "override"), {"reason": "me too"}))
    assert "bob has let it through already" in said
    assert "me too" in said
    assert Hold.objects.get().reason == "Rack 7"


def test_the_page_tells_which_run_let_them_go_and_that_run_what_it_let_go():
    blocked = hold(fabric())
    approve(blocked.held)
    went = newer(blocked, trigger="override", let_through=blocked.held)
    admin = root()
    said = card(text(admin.get(address(blocked))))
    assert "bob let them through at" in said
    assert f"Run #{went.pk} let them go" in said
    assert said.startswith(" let through The cluster did not list")
    said = text(admin.get(address(went)))
    assert "This run let go what a guard had held: 3 VPCs, 1 Server" in said
    assert "“Rack 7”" in said
    assert "vpc-2" in said
    ann = user()
    grant(ann, ["view"], SyncRun)
    said = text(browser(ann).get(address(went)))
    assert "4 that you may not see" in said
    assert "vpc-2" not in said


def test_an_approval_that_let_nothing_go_says_so():
    blocked = hold(fabric())
    approve(blocked.held)
    later = newer(blocked)
    said = card(text(root().get(address(blocked))))
    assert f"They did not go all the same: run #{later.pk} has looked at the fabric since, and held nothing" in said


def test_a_blocked_run_of_one_kind_leads_to_the_whole_fabric():
    blocked = hold(fabric(), scope={"kind": "VPC"})
    shown = root().get(address(blocked))
    assert "looked at a part of the fabric only" in text(shown)
    assert 'id="hedgehog-override"' not in shown.content.decode()
    assert "Scope VPC" in text(shown)


def test_a_run_that_held_nothing_has_no_such_card():
    ended = run(fabric(), state="succeeded")
    shown = root().get(address(ended))
    assert "Held back" not in text(shown)
    assert "let through" not in text(shown).lower()
    again = browser(user("r", superuser=True)).post(address(ended, "override"), {"reason": "r"})
    assert again.status_code == 200
    assert "has held nothing back" in text(again)


def test_looking_at_the_buttons_address_does_nothing():
    blocked = hold(fabric())
    assert root().get(address(blocked, "override")).url == address(blocked)
    assert not Hold.objects.filter(approved_at__isnull=False).exists()


def test_the_fabrics_banner_leads_to_the_decision():
    lab = fabric()
    blocked = hold(lab)
    admin = root()
    link = f'<a href="{address(blocked)}" class="btn btn-warning btn-sm">4 objects are held; look and decide</a>'
    assert link in body(lab, admin)
    # A newer run of another sort does not hide it, and tells its own tale beside it.
    run(lab, state="succeeded", scope={"kind": "Server"})
    assert body(lab, admin).count(link) == 1
    run(lab, state="failed", error_code="timed_out", error_message="too slow")
    shown = body(lab, admin)
    assert shown.count(link) == 1
    assert "too slow" in shown
    newer(blocked)
    assert link not in body(lab, admin)


def test_who_may_not_see_the_run_sees_no_banner():
    lab = fabric()
    hold(lab)
    ann = user()
    grant(ann, ["view"], Fabric)
    assert "are held" not in text(browser(ann).get(address(lab)))


def test_a_run_that_ends_while_the_page_is_made_is_told_of_all_the_same(monkeypatch):
    blocked = hold(fabric())
    approve(blocked.held)
    lets_go = run(blocked.fabric, state="running", trigger="override")
    active = HeldView.awaited.func

    def ends_now(view):
        found = active(view)
        ended = {"state": "succeeded", "finished": timezone.now(), "let_through": blocked.held}
        SyncRun.objects.filter(pk=lets_go.pk).update(**ended)
        return found

    late = cached_property(ends_now)
    late.__set_name__(HeldView, "awaited")
    monkeypatch.setattr(HeldView, "awaited", late)
    assert f"Run #{lets_go.pk} let them go" in card(text(root().get(address(blocked))))
