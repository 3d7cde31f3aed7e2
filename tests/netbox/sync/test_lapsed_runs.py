"""A run whose worker is gone is shown as lost from the moment that its lease has ended, marked or not."""

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from users.models import User

from netbox_hedgehog.metrics.collector import COLLECTOR
from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync.health import facts_of
from netbox_hedgehog.sync.queue.workers import QueueState, waiting_reason
from netbox_hedgehog.sync.recovery.sweep import sweep
from netbox_hedgehog.sync.runs.transitions import WORKER_LOST, known_failure
from tests.builders import fabric
from tests.netbox.api.given import admin
from tests.netbox.sync.aged import ago, running
from tests.netbox.views.given import browser

pytestmark = pytest.mark.django_db
SERVED = QueueState(("netbox-1, process 4242",), True, "")
LOST = {"code": WORKER_LOST.code, "message": WORKER_LOST.message, "hint": WORKER_LOST.hint}


@pytest.fixture
def dead():
    return running(fabric("dead"), lease=-40)


@pytest.fixture
def alive():
    return running(fabric("alive"), lease=600)


def test_rest_says_lost_with_the_reason_and_filters_by_what_it_says(dead, alive):
    client, runs = admin(), "/api/plugins/hedgehog/runs/"
    found = {each["id"]: each for each in client.get(runs).json()["results"]}
    assert (found[dead.pk]["state"], found[dead.pk]["error"]) == ("lost", LOST)
    assert (found[alive.pk]["state"], found[alive.pk]["error"]) == ("running", None)
    assert client.get(f"{runs}{dead.pk}/").json()["state"] == "lost"
    for query, expected in (
        ("state=running", alive),
        ("state=lost", dead),
        ("state__n=lost", alive),
        ("active=true", alive),
        ("active=false", dead),
    ):
        assert [each["id"] for each in client.get(f"{runs}?{query}").json()["results"]] == [expected.pk], query


def test_graphql_says_lost_and_filters_by_what_it_says(dead, alive):
    client = admin()

    def ask(query):
        answer = client.post("/graphql/", {"query": query}, format="json").json()
        assert "errors" not in answer, answer
        return answer["data"]["hedgehog_sync_run_list"]

    found = {each["id"]: each for each in ask("{ hedgehog_sync_run_list { id state error_code error_hint } }")}
    assert found[str(dead.pk)] == {
        "id": str(dead.pk),
        "state": "lost",
        "error_code": "worker_lost",
        "error_hint": WORKER_LOST.hint,
    }
    assert found[str(alive.pk)]["state"] == "running"
    for state, expected in (("lost", dead), ("running", alive)):
        query = f'{{ hedgehog_sync_run_list(filters: {{state: {{exact: "{state}"}}}}) {{ id }} }}'
        assert ask(query) == [{"id": str(expected.pk)}]


def test_pages_say_lost_with_what_comes_next(dead):
    admin()
    root = browser(User.objects.get(username="root"))
    lab = dead.fabric
    for page in (
        dead.get_absolute_url(),
        lab.get_absolute_url(),
        f"{lab.get_absolute_url()}runs/",
        "/plugins/hedgehog/runs/",
    ):
        text = root.get(page).content.decode()
        assert "Lost" in text, page
        assert not re.search(r"badge[^>]*>\s*Running", text), page
    assert "its worker stopped" in root.get(lab.get_absolute_url()).content.decode()
    exported = root.get("/plugins/hedgehog/runs/?export=table").content.decode()
    assert "Lost" in exported
    assert "worker_lost" in exported
    # A page that was shown while it was running is replaced as a whole.
    moved = root.get(f"{dead.get_absolute_url()}live/?shown=running", headers={"HX-Request": "true"})
    assert moved.headers["HX-Retarget"] == "#hedgehog-live"


def test_command_metrics_and_the_fabrics_sentence_say_lost(dead, alive):
    out = StringIO()
    call_command("hedgehog_sync", "runs", "dead", "--json", stdout=out)
    (row,) = json.loads(out.getvalue())
    assert (row["state"], row["error"]) == ("lost", LOST)
    assert f"run #{dead.pk} is lost: its worker has not reported for 40 s" in facts_of(dead.fabric).sentence.lower()
    families = {family.name: family for family in COLLECTOR.collect()}
    samples = families["netbox_hedgehog_active_runs"].samples
    counts = {(each.labels["fabric"], each.labels["state"]): each.value for each in samples}
    assert (counts["dead", "running"], counts["alive", "running"]) == (0, 1)


def test_what_is_said_before_the_sweep_is_what_it_marks(dead):
    before = known_failure(SyncRun.objects.get(pk=dead.pk))
    sweep()
    marked = SyncRun.objects.get(pk=dead.pk)
    assert (marked.state, known_failure(marked)) == ("lost", before)


def test_list_of_runs_asks_nothing_more_for_lost_ones():
    for number in range(5):
        running(fabric(f"dead-{number}"), lease=-40)
    with CaptureQueriesContext(connection) as captured:
        assert {run.known_state for run in SyncRun.objects.lapses()} == {"lost"}
    assert len(captured) == 1


def test_queued_run_says_that_it_waits_for_one_whose_worker_is_gone(dead):
    waits = SyncRun.objects.create(fabric=dead.fabric, state="queued", trigger="api", created=ago(5))
    assert f"run #{dead.pk}, whose worker stopped" in waiting_reason(waits, SERVED)


def test_run_that_has_begun_since_it_was_read_does_not_wait_for_itself(alive):
    read_before = SyncRun.objects.get(pk=alive.pk)
    read_before.state = "queued"
    assert waiting_reason(read_before, SERVED) == ""
