"""Deletions that the watcher saw and a guard then held back: one story, told alike on every face."""

from datetime import timedelta

import pytest
from django.db.models import F
from users.models import User

from netbox_hedgehog.models import VPC, Server, SyncRun
from netbox_hedgehog.sync.request.override import approve_removal
from tests.builders import grant, manifest, user, vpc
from tests.netbox.api.given import BASE, client
from tests.netbox.sync.given import sync
from tests.netbox.views.given import address, browser, text
from tests.netbox.watch.given import arrival

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(server, batches):
    """A fabric whose eight VPCs were deleted one and all; the watcher saw it, and three syncs were blocked since."""
    made = [server.put(vpc(f"vpc-{number}")) for number in range(9)]
    server.put(manifest("Server", "wiring", "server-1"))
    fabric = batches.writer.fabric
    sync(fabric)
    for each in made[:8]:
        server.delete("vpcs", each["metadata"]["name"])
        batches.write([arrival("VPC", "DELETED", each, int(each["metadata"]["resourceVersion"]) + 100)])
    for _ in range(3):
        assert sync(fabric).state == "blocked"
    return fabric


def last() -> SyncRun:
    return SyncRun.objects.first()


def hours_pass(hours: int) -> None:
    gone = VPC.objects.exclude(missing_since=None)
    assert gone.update(missing_since=F("missing_since") - timedelta(hours=hours))


def test_runs_that_looked_are_counted_though_a_guard_held_what_they_did_not_find(lab):
    rows = VPC.objects.exclude(missing_since=None)
    assert rows.count() == 8
    for row in rows:
        assert (row.missing_by, row.missing_runs, row.absence_proven, row.held_run) == ("watcher", 3, False, last().pk)


def test_what_is_held_is_never_removed_however_many_runs_and_hours_pass(lab):
    hours_pass(100)
    for _ in range(3):
        assert sync(lab).state == "blocked"
    assert VPC.objects.count() == 9


def test_what_has_been_missing_long_enough_goes_with_the_sync_that_lets_it_go(lab):
    hours_pass(2)
    run = last()
    approve_removal(run, "Rack 7 was taken down", User.objects.create(username="operator"))
    assert sync(lab).counts["VPC"]["removed"] == 8
    assert VPC.objects.get().name == "vpc-8"


def test_what_has_not_been_missing_long_enough_stays_when_it_is_let_go(lab):
    approve_removal(last(), "Rack 7 was taken down", User.objects.create(username="operator"))
    run = sync(lab)
    assert (run.state, run.counts["VPC"]["removed"]) == ("succeeded", 0)
    row = VPC.objects.get(name="vpc-0")
    assert (row.missing_by, row.missing_runs, row.absence_proven, row.held_run) == ("watcher", 4, True, None)


def test_pages_tell_who_marked_it_why_its_removal_is_held_back_and_what_approving_does(lab):
    admin = browser(user("root", superuser=True))
    said = text(admin.get(address(VPC.objects.get(name="vpc-0"))))
    assert "Marked missing by the watcher, which saw it deleted; 3 complete runs did not find it." in said
    assert (
        f"A guard holds back its removal, last in run #{last().pk} : 8 of 9 VPC objects are gone from the cluster"
        in said
    )
    assert "Once somebody has let it go, it is removed from NetBox after 2 complete runs and 1 h without it." in said
    said = text(admin.get(address(last())))
    assert "a guard holds back their removal: 8 VPCs" in said
    assert "NetBox shows 8 of them as missing already, since the watcher saw them deleted." in said
    assert "exactly these objects are removed from NetBox after 2 complete runs and 1 h without them." in said
    assert "marked missing at once" not in said
    assert "as they were" not in said
    assert "shrink guard" not in said
    hours_pass(2)
    said = text(admin.get(address(last())))
    assert "8 of them have been missing that long, and go with the next sync" in said


def test_rest_tells_the_same(lab):
    root = client(user("root", superuser=True))
    listed = root.get(f"{BASE}/vpcs/", {"state": "missing"}).json()["results"]
    assert len(listed) == 8
    names = ("missing_by", "missing_run", "missing_runs", "held_run")
    assert {tuple(each[name] for name in names) for each in listed} == {("watcher", None, 3, last().pk)}
    held = root.get(f"{BASE}/runs/{last().pk}/held/").json()["results"]
    assert [each["state"] for each in held] == ["missing"] * 8


def test_who_may_not_see_the_run_reads_no_words_of_it(lab):
    ann = user("ann")
    grant(ann, ["view"], VPC)
    said = text(browser(ann).get(address(VPC.objects.get(name="vpc-0"))))
    assert "A guard holds back its removal" in said
    assert "objects are gone from the cluster" not in said
    assert "decide on that run's page" not in said


def test_what_a_guard_keeps_and_no_watcher_saw_go_is_not_shown_as_if_all_were_well(server, fabric):
    server.put_all(vpc(f"vpc-{number}") for number in range(9))
    sync(fabric)
    for number in range(8):
        server.delete("vpcs", f"vpc-{number}")
    for _ in range(2):
        sync(fabric)
    row = VPC.objects.get(name="vpc-0")
    assert (row.state, row.missing_runs, row.held_run) == ("present", 2, last().pk)
    admin = browser(user("root", superuser=True))
    said = text(admin.get(address(row)))
    assert "2 complete runs did not find it, and a guard doubts that it is gone." in said
    assert "it is marked missing, and removed from NetBox after 2 complete runs and 1 h without it" in said
    badge = '<span class="badge text-bg-orange">present</span> <span class="badge text-bg-orange">removal held back'
    for page in (address(row), address(VPC), address(fabric, "resources")):
        assert badge in admin.get(page).content.decode(), page


def test_what_is_found_again_is_counted_no_more(server, fabric):
    server.put_all(vpc(f"vpc-{number}") for number in range(9))
    sync(fabric)
    stored = {row.name: row.digest for row in VPC.objects.all()}
    server.faults.add("empty", kind="vpcs")
    assert sync(fabric).state == "blocked"
    assert VPC.objects.filter(missing_runs=1).count() == 9
    server.faults.clear()
    run = sync(fabric)
    assert (run.state, run.counts["VPC"]["unchanged"]) == ("succeeded", 9)
    assert not run.changes.exists()
    assert not VPC.objects.exclude(missing_runs=0, held_run=None).exists()
    assert {row.name: row.digest for row in VPC.objects.all()} == stored
    assert sync(fabric).counts["VPC"]["unchanged"] == 9


def test_what_is_missing_by_a_run_names_it(server, fabric):
    server.put(vpc("vpc-1"))
    server.put(manifest("Server", "wiring", "server-1"))
    server.put(manifest("Server", "wiring", "server-2"))
    sync(fabric)
    server.delete("servers", "server-1")
    run = sync(fabric)
    row = Server.objects.get(name="server-1")
    assert (row.missing_by, row.missing_run, row.missing_runs, row.absence_proven) == ("run", run.pk, 1, True)
    said = text(browser(user("root", superuser=True)).get(address(row)))
    assert f"Marked missing by run #{run.pk} , which did not find it; 1 complete run did not find it." in said
    assert "It is removed from NetBox after 2 complete runs and 1 h without it." in said


def test_where_only_some_are_marked_missing_the_page_and_the_command_say_what_becomes_of_both(
    lab, server, hedgehog_sync
):
    server.delete("vpcs", "vpc-8")  # which no watcher sees
    server.put(vpc("vpc-9"))
    assert sync(lab).state == "blocked"
    told = (
        "NetBox shows 8 of them as missing already, since the watcher saw them deleted, and 1 as they were last seen.",
        "are marked missing at once where they are not yet, and removed from NetBox after 2 complete runs and 1 h",
    )
    shown = text(browser(user("root", superuser=True)).get(address(last())))
    listed = hedgehog_sync("override", "lab").out
    for words in told:
        assert words in shown
        assert words in listed
    assert "vpc-8  present" in listed
    assert "vpc-0  missing" in listed
