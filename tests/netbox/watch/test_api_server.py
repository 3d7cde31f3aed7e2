"""An API server that is stopped, killed, emptied and put back, under the watcher and in the middle of runs.

Nothing is ever removed that the cluster has not been seen without, NetBox says within seconds how it is, and when the
server is back all is live and true again without a hand.
"""

import os
import signal
import threading

import pytest
from core.models import ObjectChange
from django.db import connection

from netbox_hedgehog.cluster import Cluster, ErrorCode
from netbox_hedgehog.models import Server, SyncRun
from netbox_hedgehog.sync.health import facts_of
from tests.builders import fabric_on
from tests.netbox.sync.given import sync
from tests.netbox.watch.given import hands, watching
from tests.netbox.watch.program import Practice, Real
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NAMES = [f"s-{number:02}" for number in range(20)]
SECONDS = 15  # within which NetBox says that a cluster is gone
BACK = 40  # within which all is live again


without_programs = pytest.mark.skipif(
    not os.environ.get("KUBEBUILDER_ASSETS"), reason="KUBEBUILDER_ASSETS is not set: not tried on a real API server"
)


@pytest.fixture(params=["practice", pytest.param("real", marks=without_programs)])
def program(request, tmp_path):
    """A server with twenty objects."""
    made = Practice(tmp_path / "cluster") if request.param == "practice" else Real(tmp_path / "cluster")
    made.start()
    try:
        made.create(*NAMES)
        made.settle(NAMES[-1])
        yield made
    finally:
        made.stop(signal.SIGKILL) if isinstance(made, Practice) else made.down()


@pytest.fixture
def fabric(program, plugin):
    """A fabric that was read once."""
    plugin(watch_lease_seconds=4)
    made = fabric_on(program.kubeconfig)
    assert sync(made).state == "succeeded"
    return made


def live(fabric):
    return facts_of(fabric).freshness.value == "live"


def shown():
    """What NetBox shows as present."""
    rows = Server.objects.filter(missing_since=None).values_list("name", "live")
    return {name: spec.get("description", "") for name, spec in rows}


def nothing_is_removed():
    assert not ObjectChange.objects.filter(action="delete").exists()
    assert set(NAMES) <= set(Server.objects.values_list("name", flat=True))


def agrees_again(fabric, program):
    until(lambda: live(fabric), BACK, "being live")
    until(lambda: shown() == program.held(), 10, "agreement")
    program.describe(NAMES[0], "followed")
    until(lambda: shown()[NAMES[0]] == "followed", 10, "a change")
    assert facts_of(fabric).connection.value == "connected"
    nothing_is_removed()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_is_stopped_and_started_under_the_watcher(fabric, program, number):
    with hands(), watching():
        until(lambda: live(fabric), BACK)
        program.stop(number)
        until(lambda: facts_of(fabric).connection.value == "unreachable", SECONDS, "the truth")
        assert not live(fabric)
        assert shown().keys() == set(NAMES)
        program.start()
        agrees_again(fabric, program)


def test_a_store_that_is_emptied_under_the_watcher_takes_nothing_with_it(fabric, program):
    backup = program.backup()
    with hands(), watching():
        until(lambda: live(fabric), BACK)
        program.restore(None)
        blocked = until(lambda: SyncRun.objects.filter(state="blocked").first(), BACK, "a blocked run")
        assert blocked.error_code == "empty_source"
        assert shown().keys() == set(NAMES)
        until(lambda: SyncRun.objects.filter(state__in=["queued", "running"]).count() == 0)
        assert not live(fabric)
        program.restore(backup)
        agrees_again(fabric, program)


def test_a_store_that_is_put_back_under_the_watcher_is_read_as_it_is_and_followed(fabric, program):
    backup = program.backup()
    with hands(), watching():
        until(lambda: live(fabric), BACK)
        program.create("s-99")
        program.describe("s-01", "later")
        until(lambda: shown() == program.held(), 10)
        program.restore(backup)
        until(lambda: shown().keys() == set(NAMES), BACK, "the older state")
        assert shown()["s-01"] == ""
        assert Server.objects.get(name="s-99").state == "missing"
        agrees_again(fabric, program)


# --- in the middle of a run


def between_pages(monkeypatch, do):
    """Have lists come in pages of five, and DO done once, after the second page of the Servers."""
    whole, done = Cluster.list, []

    def pages(cluster, resource, namespace=None, limit=500, **options):
        for number, page in enumerate(whole(cluster, resource, namespace, min(limit, 5), **options)):
            yield page
            if resource.plural == "servers" and number == 1 and not done:
                done.append(True)
                do()

    monkeypatch.setattr(Cluster, "list", pages)
    return done


def emptied(program, backup):
    program.restore(None)


def put_back(program, backup):
    program.restore(backup)


def killed(program, backup):
    program.stop(signal.SIGKILL)


def stopped_and_started(program, backup):
    program.stop()
    program.start()


@pytest.mark.parametrize(
    ("what", "ends"),
    [
        # A real server is stopped to be emptied, and answers nothing until it is back: where that takes longer than the
        # read time-out, the next page is not there in time, and the run says so.
        (emptied, {"blocked", "failed"}),
        (put_back, {"succeeded"}),
        (killed, {"failed"}),
        (stopped_and_started, {"succeeded", "failed"}),  # a real server's tokens outlive it, the connection does not
    ],
)
def test_what_happens_between_two_pages_removes_nothing_and_is_repaired(fabric, program, monkeypatch, what, ends):
    backup = program.backup()
    program.describe("s-01", "later")
    done = between_pages(monkeypatch, lambda: what(program, backup))
    run = sync(fabric)
    assert done
    assert run.state in ends
    if run.state == "failed":
        assert ErrorCode(run.error_code).transient, run.error_message  # it was not there, and nothing else was wrong
    nothing_is_removed()
    assert shown().keys() == set(NAMES)
    assert facts_of(fabric).connection.value == ("unreachable" if run.state == "failed" else "connected")
    if what is killed:
        program.start()
    elif what is emptied:
        program.restore(backup)
    assert sync(fabric).state == "succeeded"
    assert shown() == program.held()
    nothing_is_removed()


def test_a_server_that_dies_in_mid_run_under_the_watcher_is_told_and_all_comes_back(fabric, program, monkeypatch):
    between_pages(monkeypatch, lambda: program.stop(signal.SIGKILL))
    with watching():
        until(lambda: live(fabric), BACK)
        ended = []
        thread = threading.Thread(target=lambda: (ended.append(sync(fabric).state), connection.close()))
        thread.start()
        until(lambda: facts_of(fabric).connection.value == "unreachable", SECONDS)
        thread.join(60)
        assert ended == ["failed"]
        until(lambda: not live(fabric), 5)
        nothing_is_removed()
        program.start()
        with hands():
            agrees_again(fabric, program)


# --- many deletions at once are the cluster's own word


def test_a_mass_of_deletions_is_missing_at_once_and_removed_only_past_the_guards(fabric, program):
    fabric.removal_runs, fabric.removal_hours = 0, 0  # a complete list is enough
    fabric.save()
    with watching():
        until(lambda: live(fabric), BACK)
        program.delete(*NAMES[:18])
        until(lambda: len(shown()) == 2, 10, "their absence")
        nothing_is_removed()
        run = sync(fabric)
        assert (run.state, run.error_code) == ("blocked", "shrink_guard")
        nothing_is_removed()
        assert not live(fabric)
