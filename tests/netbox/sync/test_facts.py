"""The four facts, word for word, from rows that say what happened and when."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from netbox_hedgehog.models import Agent, ConnectionTest, Fabric, KindObservation, SyncRun, Watcher
from netbox_hedgehog.sync.health import facts_for, facts_of
from netbox_hedgehog.sync.health.fact import WORDS
from tests.netbox.sync.aged import ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def fabric():
    return Fabric.objects.create(name="lab", sync_interval=300)


def run(fabric, state, seconds=60, code=""):
    active = state in ("queued", "running")
    return SyncRun.objects.create(
        fabric=fabric,
        state=state,
        trigger="command",
        created=ago(seconds + 2),
        started=None if state == "queued" else ago(seconds + 1),
        finished=None if active else ago(seconds),
        error_code=code,
        error_message=f"words of {code}" if code else "",
    )


def tried(fabric, ok, seconds=60, code=""):
    test = ConnectionTest.objects.create(fabric=fabric, ok=ok, finished=ago(seconds), error_code=code)
    assert test.pk


def look(fabric, kind, seconds=60, code=""):
    KindObservation.objects.create(
        fabric=fabric,
        api_group="agent.githedgehog.com",
        kind=kind,
        looked_at=ago(seconds),
        complete_at=None if code else ago(seconds),
        error_code=code,
    )


def agent(fabric, name, heartbeat=70, generation=3, applied=3):
    status = {"lastAppliedGen": applied}
    if heartbeat is not None:
        status["lastHeartbeat"] = ago(heartbeat).isoformat()
    Agent.objects.create(fabric=fabric, name=name, generation=generation, status=status)


CONNECTION = {
    "nothing": ([], "never tried", "gray"),
    "queued": ([("queued", 5, "")], "never tried", "gray"),
    "running": ([("running", 5, "")], "never tried", "gray"),
    "succeeded": ([("succeeded", 5, "")], "connected", "green"),
    "partial without a refusal": ([("partial", 5, "malformed_object")], "connected", "green"),
    "blocked": ([("blocked", 5, "empty_source")], "connected", "green"),
    "unauthorized": ([("failed", 5, "unauthorized")], "access denied", "red"),
    "forbidden": ([("failed", 5, "forbidden")], "access denied", "red"),
    "closed port": ([("failed", 5, "connection_refused")], "unreachable", "red"),
    "wrong CA": ([("failed", 5, "tls_unknown_ca")], "unreachable", "red"),
    "unreachable after success": ([("succeeded", 90, ""), ("failed", 5, "timed_out")], "unreachable", "red"),
    "success after unreachable": ([("failed", 90, "timed_out"), ("succeeded", 5, "")], "connected", "green"),
    "lost": ([("lost", 5, "worker_lost")], "never tried", "gray"),
    "cancelled": ([("cancelled", 5, "cancelled")], "never tried", "gray"),
    "own fault": ([("failed", 5, "internal")], "never tried", "gray"),
    "database": ([("failed", 5, "database")], "never tried", "gray"),
    "own fault after unreachable": ([("failed", 90, "timed_out"), ("failed", 5, "internal")], "unreachable", "red"),
}


@pytest.mark.parametrize("case", CONNECTION)
def test_connection_is_what_the_newest_contact_says(fabric, case):
    runs, word, color = CONNECTION[case]
    for state, seconds, code in runs:
        run(fabric, state, seconds, code)
    fact = facts_of(fabric).connection
    assert (fact.value, fact.color) == (word, color)
    if fact.at:
        assert "ago" in fact.label


@pytest.mark.parametrize("state", ["partial", "blocked"])
def test_connection_is_degraded_where_some_kinds_are_refused(fabric, state):
    run(fabric, state, 5, "forbidden" if state == "partial" else "empty_source")
    look(fabric, "Agent", 5, "forbidden")
    fact = facts_of(fabric).connection
    assert (fact.value, fact.color) == ("degraded", "orange")
    assert "Agent" in fact.detail


@pytest.mark.parametrize(
    ("ok", "code", "word"),
    [(True, "", "connected"), (False, "unauthorized", "access denied"), (False, "name_not_resolved", "unreachable")],
)
def test_newer_connection_test_decides_over_an_older_run(fabric, ok, code, word):
    run(fabric, "succeeded" if code else "failed", 60, "" if code else "timed_out")
    tried(fabric, ok, 5, code)
    assert facts_of(fabric).connection.value == word
    run(fabric, "failed", 1, "connection_lost")
    assert facts_of(fabric).connection.value == "unreachable"


def test_connection_test_that_has_not_ended_says_nothing(fabric):
    ConnectionTest.objects.create(fabric=fabric)
    assert facts_of(fabric).connection.value == "never tried"


FRESHNESS = {
    "nothing": ([], "unknown", "gray"),
    "only failures": ([("failed", 5, "timed_out")], "unknown", "gray"),
    "lost": ([("lost", 5, "worker_lost")], "unknown", "gray"),
    "cancelled": ([("cancelled", 5, "cancelled")], "unknown", "gray"),
    "just read": ([("succeeded", 5, "")], "fresh", "green"),
    "within two intervals and a minute": ([("succeeded", 640, "")], "fresh", "green"),
    "older": ([("succeeded", 680, "")], "stale", "orange"),
    "failing for long": ([("succeeded", 680, ""), ("failed", 5, "timed_out")], "stale", "orange"),
}


@pytest.mark.parametrize("case", FRESHNESS)
def test_freshness_is_the_age_of_the_newest_look(fabric, case):
    runs, word, color = FRESHNESS[case]
    for state, seconds, code in runs:
        run(fabric, state, seconds, code)
    fact = facts_of(fabric).freshness
    assert (fact.value, fact.color) == (word, color)


def test_drift_is_unknown_as_long_as_nothing_is_intended(fabric):
    run(fabric, "succeeded", 5)
    fact = facts_of(fabric).drift
    assert (fact.value, fact.color) == ("unknown", "gray")


@pytest.mark.parametrize(
    ("agents", "word", "color"),
    [
        ([], "unknown", "gray"),
        ([{"heartbeat": None}], "unknown", "gray"),
        ([{}, {}], "healthy", "green"),
        ([{}, {"heartbeat": 600}], "unhealthy", "red"),
        ([{}, {"applied": 2}], "unhealthy", "red"),
        ([{}, {"heartbeat": None}], "unhealthy", "red"),
    ],
)
def test_health_is_what_the_agents_reported_when_they_were_read(fabric, agents, word, color):
    run(fabric, "succeeded", 60)
    look(fabric, "Agent", 60)
    for number, fields in enumerate(agents):
        agent(fabric, f"leaf-{number}", **fields)
    facts = facts_of(fabric)
    fact = facts.health
    assert (fact.value, fact.color) == (word, color)
    assert {name: getattr(facts, name).value in words for name, words in WORDS.items()} == dict.fromkeys(WORDS, True)
    counted = {"unknown": (None, None), "healthy": (0, 2), "unhealthy": (1, 2)}
    assert (fact.count, fact.total) == counted[word]
    assert fact.label.startswith("1 of 2 unhealthy (") == (word == "unhealthy")


def test_health_is_unknown_where_agents_were_never_read(fabric):
    agent(fabric, "leaf-1")
    look(fabric, "Agent", 60, "forbidden")
    assert facts_of(fabric).health.value == "unknown"


def test_facts_of_fifty_fabrics_take_as_many_statements_as_of_one():
    fabrics = [Fabric.objects.create(name=f"fabric-{number}") for number in range(50)]
    for each in fabrics:
        run(each, "succeeded", 60)
        run(each, "queued", 5)
        tried(each, True)
        look(each, "Agent")
        agent(each, "leaf-1")
    counts = []
    for some in (fabrics[:1], fabrics):
        with CaptureQueriesContext(connection) as captured:
            facts = facts_for(some)
        assert len(facts) == len(some)
        assert {each.health.value for each in facts.values()} == {"healthy"}
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- with a watcher


def watched(fabric, state="live", heartbeat=1, contact=2, lease=10, **columns):
    about = {"streams": 22, "streams_wanted": 22, "lag_ms": 240, "events": 7, "last_event": ago(5), **columns}
    times = {"heartbeat": ago(heartbeat), "contact": ago(contact), "lease_until": ago(-lease)}
    Watcher.objects.create(fabric=fabric, holder="host.1", state=state, **times, **about)


def test_live_with_its_lag_while_a_watcher_follows_everything(fabric):
    run(fabric, "succeeded", seconds=3000)
    watched(fabric)
    facts = facts_of(fabric)
    assert (facts.freshness.value, facts.freshness.label) == ("live", "live (lag 0.2 s)")
    assert facts.connection.label == "connected (2 s ago)"
    assert "watched live with 7 events, the last 5 s ago" in facts.sentence


@pytest.mark.parametrize(
    "how",
    [
        {"lease": -1},
        {"heartbeat": 40},
        {"contact": 40},
        {"state": "partial"},
        {"state": "catching up"},
        {"state": "unreachable"},
    ],
)
def test_not_live_where_anything_is_amiss(fabric, how):
    run(fabric, "succeeded", seconds=40)
    watched(fabric, **how)
    assert facts_of(fabric).freshness.value == "fresh"


def test_never_live_before_the_cluster_was_read_whole(fabric):
    watched(fabric)
    assert facts_of(fabric).freshness.value == "unknown"


def test_unreachable_by_the_watchers_word_where_that_is_the_newest(fabric):
    run(fabric, "succeeded", seconds=40)
    watched(fabric, "unreachable", error_at=ago(3), error_code="connection_refused", error_message="Connection refused")
    connection = facts_of(fabric).connection
    assert (connection.label, connection.detail) == ("unreachable (3 s ago)", "Connection refused")


def failed_watch(fabric, code, heartbeat=1):
    run(fabric, "succeeded", seconds=40)
    told = {"error_at": ago(3), "error_code": code, "error_message": "RecursionError: too deep."}
    watched(fabric, "failed", heartbeat=heartbeat, streams=0, **told)
    Watcher.objects.update(lease_until=None)  # given back until it is tried again


def test_a_watch_that_failed_says_why_as_long_as_it_is_tried_again(fabric):
    failed_watch(fabric, "internal")
    facts = facts_of(fabric)
    assert facts.watching.state == "failed"
    assert "the watcher failed and tries again soon (RecursionError: too deep)" in facts.sentence
    assert (facts.freshness.value, facts.connection.value) == ("fresh", "connected")


def test_a_watch_that_failed_and_whose_process_has_gone_is_stopped(fabric):
    failed_watch(fabric, "internal", heartbeat=40)
    assert facts_of(fabric).watching.state == "stopped"
    assert "RecursionError" not in facts_of(fabric).sentence


def test_a_credential_that_a_watcher_cannot_use_is_told_of_the_connection(fabric):
    failed_watch(fabric, "credential_invalid")
    assert facts_of(fabric).connection.value == "unreachable"


def test_watcher_that_has_never_had_an_answer_has_tried(fabric):
    words = {"error_at": ago(3), "error_code": "timed_out", "error_message": "no answer in 5 s"}
    watched(fabric, "unreachable", **words)
    Watcher.objects.update(contact=None)
    connection = facts_of(fabric).connection
    assert (connection.value, connection.detail) == ("unreachable", "no answer in 5 s")
