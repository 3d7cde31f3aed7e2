"""A run's states: the table in the code, the trigger in PostgreSQL and the diagram in the docs are one."""

import re
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest
from core.models import Job, ObjectType
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from users.models import User

from netbox_hedgehog.models import Fabric, RunStateChoices, SyncRun
from netbox_hedgehog.sync.runs import transitions

pytestmark = pytest.mark.django_db

STATES = [*RunStateChoices.ACTIVE, *RunStateChoices.TERMINAL]
LEGAL = {(before, after) for before, follow in RunStateChoices.NEXT.items() for after in follow}
DIAGRAM = Path(__file__).parents[3] / "docs" / "sync.md"


@pytest.fixture
def lab():
    return Fabric.objects.create(name="lab")


def run(fabric, state, **columns):
    times = {"finished": None if state in RunStateChoices.ACTIVE else timezone.now()}
    return SyncRun.objects.create(fabric=fabric, state=state, trigger="api", created=timezone.now(), **times, **columns)


def refused(made, **columns):
    """Whether PostgreSQL refuses COLUMNS; the words of the refusal."""
    try:
        with transaction.atomic():
            assert SyncRun.objects.filter(pk=made.pk).update(**columns) == 1
    except IntegrityError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("before", "after"), [pair for pair in product(STATES, STATES) if pair[0] != pair[1]])
def test_database_takes_the_transitions_of_the_table_and_no_other(lab, before, after):
    made = run(lab, before)
    finished = None if after in RunStateChoices.ACTIVE else timezone.now()
    words = refused(made, state=after, finished=finished)
    made.refresh_from_db()
    if (before, after) in LEGAL:
        assert (words, made.state) == ("", after)
    else:
        assert made.state == before
        assert "has ended" in words if before in RunStateChoices.TERMINAL else f"from {before} to {after}" in words


@pytest.mark.parametrize("state", RunStateChoices.TERMINAL)
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("finished", timezone.now()),
        ("started", timezone.now()),
        ("epoch", 7),
        ("error_code", "other"),
        ("error_message", "other"),
        ("error_hint", "other"),
    ],
)
def test_ended_run_stays_as_it_ended(lab, state, column, value):
    made = run(lab, state, error_code="timed_out")
    assert "has ended" in refused(made, **{column: value})
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(f"UPDATE {SyncRun._meta.db_table} SET {column} = %s WHERE id = %s", [value, made.pk])
    assert SyncRun.objects.values_list(column, flat=True).get(pk=made.pk) == getattr(made, column)


def test_active_run_may_be_written_as_often_as_it_likes(lab):
    for state in RunStateChoices.ACTIVE:
        made = run(lab, state)
        assert not refused(made, epoch=3, progress={"percent": 4}, error_code="x", requests=2)


def test_ended_run_loses_its_user_and_its_job_and_can_be_deleted(lab):
    user = User.objects.create(username="leaver")
    job = Job.objects.create(name="sync", job_id="00000000-0000-0000-0000-000000000001", object_type=_fabric_type())
    made = run(lab, "failed", requested_by=user, job=job, error_code="timed_out")
    user.delete()
    job.delete()
    made.refresh_from_db()
    assert (made.requested_by, made.job, made.state) == (None, None, "failed")
    made.delete()
    other = run(lab, "lost")
    lab.delete()
    assert not SyncRun.objects.filter(pk__in=[made.pk, other.pk]).exists()


def _fabric_type():
    return ObjectType.objects.get_for_model(Fabric)


def test_diagram_in_the_docs_is_the_table_and_names_functions_that_exist():
    (diagram,) = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", DIAGRAM.read_text(), re.DOTALL)
    arrows = re.findall(r"^\s*(\S+) --> (\S+?)(?:: (\w+))?$", diagram, re.MULTILINE)
    assert len(arrows) == len(diagram.strip().splitlines())
    assert {(a, b) for a, b, _ in arrows if "[*]" not in (a, b)} == LEGAL
    assert [b for a, b, _ in arrows if a == "[*]"] == [RunStateChoices.QUEUED]
    assert {a for a, b, _ in arrows if b == "[*]"} == set(RunStateChoices.TERMINAL)
    called = {name for a, _, name in arrows if a != "[*]" and name}
    assert all(callable(getattr(transitions, name)) for name in called)
    assert called == {"claim", "cancel_queued", "finish", "mark_lost"}


def test_every_state_has_a_row_in_the_table_of_the_docs():
    text = DIAGRAM.read_text()
    assert [state for state in STATES if f"\n| {state} |" not in text] == []
    assert set(RunStateChoices.NEXT) == set(STATES)


def test_migration_of_the_trigger_can_be_taken_back_and_done_again():
    migration = import_module("netbox_hedgehog.migrations.0001_squashed")
    with connection.cursor() as cursor:
        for sql, triggers in ((migration.REVERSE, 0), (migration.FORWARD, 1)):
            cursor.execute(sql)
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'netbox_hedgehog_syncrun_transition'")
            assert cursor.fetchone() == (triggers,)
