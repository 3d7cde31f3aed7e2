"""Options that cannot be meant are refused, whichever subcommand they are of."""

import pytest
from django.db import OperationalError

from netbox_hedgehog.models import Fabric, SyncRun
from tests.builders import fabric, run

pytestmark = pytest.mark.django_db

NUMBERS = ("-5", "0", "x", "1.5", "1_0", "", "²", "٣", "9" * 30)
TEXTS = ("", " ", "a\0b", "a\nb", "\udcff")


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("asked", [("runs", "lab", "--limit"), ("override", "lab", "--run")], ids=" ".join)
def test_a_number_that_cannot_be_is_refused(hedgehog_sync, asked, number):
    run(fabric("lab"), state="succeeded")
    answer = hedgehog_sync(*asked[:-1], f"{asked[-1]}={number}")
    assert (answer.status, answer.out) == (2, "")
    assert "not a whole number from 1 to" in answer.err


@pytest.mark.parametrize("seconds", ["-1", "nan", "inf", "x", ""])
def test_a_time_that_cannot_be_is_refused(hedgehog_sync, seconds):
    fabric("lab")
    answer = hedgehog_sync("trigger", "lab", "--wait", f"--timeout={seconds}")
    assert answer.status == 2
    assert "is not a number of seconds" in answer.err
    assert not SyncRun.objects.exists()


@pytest.mark.parametrize("given", TEXTS, ids=ascii)
@pytest.mark.parametrize(
    "asked",
    [
        ("status", "{}"),
        ("trigger", "{}"),
        ("runs", "{}"),
        ("override", "{}"),
        ("test-connection", "{}"),
        ("test-sync", "{}"),
        ("suspend", "{}"),
        ("resume", "{}"),
        ("add", "{}", "--kubeconfig=x"),
        ("add", "new", "--kubeconfig={}"),
        ("add", "new", "--kubeconfig=x", "--context={}"),
        ("trigger", "lab", "--kind={}"),
        ("trigger", "lab", "--kind=VPC", "--name={}"),
        ("trigger", "lab", "--kind=VPC", "--name=a", "--namespace={}"),
    ],
    ids=" ".join,
)
def test_a_text_that_cannot_be_is_refused(hedgehog_sync, asked, given):
    fabric("lab")
    answer = hedgehog_sync(*(each.format(given) for each in asked))
    assert (answer.status, answer.out) == (2, "")
    assert "it is empty" in answer.err or "characters that are no text" in answer.err
    assert (SyncRun.objects.count(), Fabric.objects.count()) == (0, 1)


def test_a_reason_that_cannot_be_stored_is_refused(hedgehog_sync):
    fabric("lab")
    answer = hedgehog_sync("override", "lab", "--reason", "\udcff")
    assert (answer.status, "is not UTF-8" in answer.err) == (2, True)


def test_a_limit_shows_as_many_runs(hedgehog_sync):
    lab = fabric("lab")
    for _ in range(3):
        run(lab, state="succeeded")
    assert len(hedgehog_sync("runs", "lab", "--limit", "2", "--json").json) == 2


@pytest.mark.parametrize("subcommand", ["status", "schedule", "runs lab"])
def test_a_database_that_does_not_answer_is_told_without_a_traceback(hedgehog_sync, monkeypatch, subcommand):
    def away(*_):
        raise OperationalError("the database system is in recovery mode")

    monkeypatch.setattr("django.db.models.query.QuerySet._fetch_all", away)
    answer = hedgehog_sync(*subcommand.split(), "--json")
    assert (answer.status, answer.json["error"]["code"]) == (1, "database")
    assert "recovery mode" in answer.json["error"]["message"]


def test_a_fabric_that_breaks_a_rule_is_suspended_with_a_reason_or_not_at_all(hedgehog_sync):
    lab = fabric("lab")
    Fabric.objects.filter(pk=lab.pk).update(namespaces=["A b"])
    answer = hedgehog_sync("suspend", "lab", "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "invalid_namespace")
    Fabric.objects.filter(pk=lab.pk).update(namespaces=[], credential_data="of a lost key")
    assert hedgehog_sync("suspend", "lab").status == 0
