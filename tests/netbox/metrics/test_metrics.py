"""What Prometheus reads: parsed by its own client from what the plugin's page serves."""

import re
import textwrap
from pathlib import Path

import pytest
import yaml
from django.db import DatabaseError, connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django_prometheus.exports import ExportToDjangoView
from django_rq.queues import get_connection
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from netbox_hedgehog import events
from netbox_hedgehog.metrics import collector, metrics_page
from netbox_hedgehog.models import VPC, ConditionChoices, Fabric, OtherResource, Switch
from netbox_hedgehog.models.sealed import sealed_text
from netbox_hedgehog.sync.health.conditions import evaluate
from practice.services.ports import free_port
from tests.builders import SECRET, thing
from tests.builders import fabric as with_secret
from tests.netbox.api.given import encoded
from tests.netbox.sync.aged import ago, ended, running, watched
from tests.netbox.sync.receiver import ALL
from tests.some import some

pytestmark = pytest.mark.django_db
PREFIX = "netbox_hedgehog_"
ADDRESS = "/plugins/hedgehog/metrics/"
OF_OBJECTS = (events.OBJECT_MISSING, events.OBJECT_RESTORED)
DOCS = Path(__file__).parents[3] / "docs" / "monitoring.md"


@pytest.fixture
def page(settings):
    """The page that Prometheus reads, as text."""
    settings.METRICS_ENABLED = True
    get_connection("default").flushdb()  # of jobs that other tests have left
    return lambda: metrics_page(RequestFactory().get(ADDRESS)).content.decode()


@pytest.fixture
def metrics(page):
    """Our samples by name, without the prefix, and the values of their labels."""

    def read():
        found = {}
        for family in text_string_to_metric_families(page()):
            for sample in family.samples:
                if sample.name.startswith(PREFIX):
                    key = sample.name.removeprefix(PREFIX), *sample.labels.values()
                    assert key not in found, f"twice: {key}"
                    found[key] = sample.value
        return found

    return read


@pytest.fixture
def lab():
    return Fabric.objects.create(name="lab", sync_interval=300)


def test_runs_are_counted_by_result_and_the_newest_full_one_is_told(lab, metrics):
    ended(lab, "succeeded", 3700)
    ended(lab, "succeeded", 200)
    ended(lab, "succeeded", 100)
    ended(lab, "failed", 50, "timed_out", started=ago(57.5))
    ended(lab, "succeeded", 10, scope={"kind": "VPC"})
    running(lab, lease=20)
    found = metrics()
    assert found["runs_last_hour", "lab", "succeeded"] == 3
    assert found["runs_last_hour", "lab", "failed"] == 1
    assert found["runs_last_hour", "lab", "lost"] == 0
    assert (found["active_runs", "lab", "queued"], found["active_runs", "lab", "running"]) == (0, 1)
    assert found["last_run_duration_seconds", "lab"] == pytest.approx(7.5, abs=0.1)
    results = {key[2]: value for key, value in found.items() if key[0] == "last_run_result"}
    assert results == {"failed": 1, **dict.fromkeys(("succeeded", "partial", "blocked", "cancelled", "lost"), 0)}
    assert found["last_success_age_seconds", "lab"] == pytest.approx(100, abs=5)
    assert found["last_look_age_seconds", "lab"] == pytest.approx(101, abs=5)


def test_fabric_that_was_never_read_has_no_age(lab, metrics):
    ended(lab, "failed", 50, "timed_out")
    found = metrics()
    assert ("last_success_age_seconds", "lab") not in found
    assert ("last_look_age_seconds", "lab") not in found
    assert found["runs_last_hour", "lab", "failed"] == 1


def test_partial_run_is_a_look_and_no_success(lab, metrics):
    ended(lab, "partial", 50, "forbidden")
    found = metrics()
    assert found["last_look_age_seconds", "lab"] == pytest.approx(51, abs=5)
    assert ("last_success_age_seconds", "lab") not in found


def test_conditions_are_told_by_type(lab, metrics):
    ended(lab, "failed", 50, "timed_out")
    evaluate([lab])
    found = metrics()
    told = {key[2]: value for key, value in found.items() if key[0] == "condition"}
    assert told == {"SyncFailed": 1, "Blocked": 0, "Unreachable": 1, "Stale": 0}


def test_watch_is_told_as_far_as_it_is_known(lab, metrics):
    Fabric.objects.create(name="never watched")
    dead = Fabric.objects.create(name="dead")
    watched(lab, events=7, written=5)
    watched(dead, events=9, lease_until=ago(300), heartbeat=ago(310))
    found = metrics()
    assert found["watch_live", "lab"] == 1
    assert found["watch_lag_seconds", "lab"] == 0.24
    assert (found["watch_events_total", "lab"], found["watch_written_total", "lab"]) == (7, 5)
    assert found["watch_heartbeat_age_seconds", "lab"] == pytest.approx(1, abs=2)
    assert (found["watch_live", "dead"], found["watch_events_total", "dead"]) == (0, 9)
    assert found["watch_heartbeat_age_seconds", "dead"] == pytest.approx(310, abs=5)
    assert ("watch_lag_seconds", "dead") not in found
    assert found["watch_live", "never watched"] == 0
    assert ("watch_heartbeat_age_seconds", "never watched") not in found


def test_objects_are_counted_by_kind_and_state(lab, metrics):
    for name in ("a", "b"):
        thing(VPC, lab, name)
    thing(VPC, lab, "c", missing_since=ago(5))
    thing(Switch, lab, "leaf-1")
    thing(OtherResource, lab, "o")
    found = metrics()
    vpc = ("objects", "lab", "vpc.githedgehog.com", "VPC")
    assert (found[*vpc, "present"], found[*vpc, "missing"]) == (2, 1)
    assert found["objects", "lab", "wiring.githedgehog.com", "Switch", "present"] == 1
    assert found["objects", "lab", "new.githedgehog.com", "Novelty", "present"] == 1


def test_queue_is_told_with_its_workers(metrics):
    found = metrics()
    assert (found["queue_jobs",], found["queue_workers",]) == (0, 0)
    assert found["collector_success",] == 1


def test_redis_away_leaves_out_what_it_knows_and_nothing_else(lab, metrics, monkeypatch):
    import django_rq

    away = django_rq.get_queue("default")
    away.connection = Redis(port=free_port())
    monkeypatch.setattr("django_rq.get_queue", lambda *_: away)
    found = metrics()
    assert ("queue_jobs",) not in found
    assert ("queue_workers",) not in found
    assert found["watch_live", "lab"] == 0
    assert found["collector_success",] == 1


def test_database_away_says_so_and_is_no_error_page(lab, metrics, monkeypatch, caplog):
    def away():
        raise DatabaseError("the connection is closed")

    monkeypatch.setattr(collector, "database_time", away)
    found = metrics()
    assert found == {("collector_success",): 0, ("queue_jobs",): 0, ("queue_workers",): 0}
    assert "the connection is closed" in caplog.text


def test_many_fabrics_cost_as_many_statements_as_one(lab, metrics):
    metrics()
    counts = []
    for names in ((), [f"fabric-{number}" for number in range(20)]):
        for name in names:
            made = Fabric.objects.create(name=name)
            ended(made, "succeeded")
            watched(made)
            thing(VPC, made)
        with CaptureQueriesContext(connection) as captured:
            metrics()
        counts.append(len(captured))
    assert counts == [9, 9]


def test_page_is_open_to_whoever_reaches_it_as_netboxs_own_is(lab, page, client):
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer["Content-Type"]) == (200, CONTENT_TYPE_LATEST)
    assert "netbox_hedgehog_collector_success 1.0" in answer.content.decode()
    assert client.post(ADDRESS).status_code == 405


def test_page_is_not_there_without_netboxs_setting(settings, client):
    settings.METRICS_ENABLED = False
    assert client.get(ADDRESS).status_code == 404


def test_netboxs_own_page_has_none_of_ours_so_that_nothing_is_scraped_twice(lab):
    own = ExportToDjangoView(RequestFactory().get("/metrics")).content.decode()
    assert "django_model" in own
    assert PREFIX not in own


def test_names_follow_prometheus_conventions(lab, page):
    ended(lab, "succeeded")
    watched(lab)
    families = text_string_to_metric_families(page())
    for family in some((family for family in families if family.name.startswith(PREFIX)), least=10):
        assert family.documentation.endswith(".")
        for sample in family.samples:
            assert sample.name.endswith("_total") == (family.type == "counter")


def test_docs_name_every_metric_and_every_event_and_their_rules_are_yaml(lab, page):
    ended(lab, "succeeded")
    watched(lab)
    served = {
        family.name + "_total" * (family.type == "counter")
        for family in text_string_to_metric_families(page())
        if family.name.startswith(PREFIX)
    }
    text = DOCS.read_text()
    assert set(re.findall(r"netbox_hedgehog_[a-z_]+", text)) == served
    assert set(re.findall(r"`(hedgehog_[a-z_]+)` \|", text)) == {*ALL, *OF_OBJECTS}
    example = textwrap.dedent("    groups:" + text.partition("    groups:")[2])
    (group,) = yaml.safe_load(example)["groups"]
    assert all({"alert", "expr", "for", "annotations"} == set(rule) for rule in group["rules"])
    types = re.findall(r"^\| `(\w+)` \| .* \| .* \|$", text.partition("## Event rules")[0], re.MULTILINE)
    assert types == ConditionChoices.values()


def test_fault_68_no_secret_is_in_the_metrics(page):
    fabric = with_secret("lab")
    ended(fabric, "failed", 50, "unauthorized", error_message="Unauthorized")
    evaluate([fabric])
    text = page()
    assert 'netbox_hedgehog_condition{fabric="lab",type="SyncFailed"} 1.0' in text
    for secret in (*encoded(SECRET), sealed_text(fabric.credential_data), fabric.api_url):
        assert secret not in text
