"""Must show: no secret of an agent's spec is anywhere in the database, nor in anything that NetBox tells (fault 68)."""

import json
import lzma

import django_rq
import pytest
from core.models import Job, ObjectChange
from django.db import connection

from netbox_hedgehog.jobs import FabricSyncJob
from netbox_hedgehog.models import Agent, Fabric, GatewayAgent, RunIssue, SyncRun
from netbox_hedgehog.models.sealed import sealed_text
from netbox_hedgehog.sync.request.request import request_sync
from practice.server import PracticeServer
from tests.builders import fabric_on
from tests.netbox.sync import snapshots
from tests.netbox.sync.everything import everything_told
from tests.netbox.sync.given import sync
from tests.netbox.sync.receiver import ALL, receiving, rule

pytestmark = pytest.mark.django_db

LOGIN = "registry-login-7f3a"


def test_fault_68_no_secret_of_a_recorded_agent_is_in_the_database_or_the_log(tmp_path, caplog):
    secrets = set()
    for name in snapshots.NAMES:
        found = snapshots.secrets(name)
        assert len(found) >= 3, f"{name}: the hash, the login and the certificate were looked for in vain"
        secrets |= {_telling(each) for each in found}
        with PracticeServer(snapshot=_with_telling_logins(name, tmp_path)) as server:
            server.put(_malformed_agent())
            fabric = fabric_on(server.kubeconfig, name)
            secrets |= _credential_of(server.kubeconfig.read_text())
            _execute_as_job(fabric)
    assert Agent.objects.count() > 90
    assert RunIssue.objects.filter(code="malformed_object").count() == len(snapshots.NAMES)
    assert Job.objects.exclude(log_entries=[]).count() == len(snapshots.NAMES)
    assert ObjectChange.objects.exists()
    assert LOGIN in secrets
    text = _database()
    assert [secret for secret in secrets if secret in text] == []
    assert [secret for secret in secrets if secret in caplog.text] == []
    assert "leaf-01" in text  # the search itself works


def test_fault_68_no_secret_is_in_any_answer_export_event_metric_or_output(tmp_path, monkeypatch):
    monkeypatch.setattr("django_rq.queues.get_commit_mode", lambda: "auto")
    django_rq.get_queue("default").empty()
    secrets = {_telling(each) for each in snapshots.secrets("gateway")}
    with PracticeServer(snapshot=_with_telling_logins("gateway", tmp_path)) as server, receiving() as receiver:
        rule(receiver, [*ALL, "object_created"], of=(Fabric, Agent, GatewayAgent))
        secrets |= _credential_of(server.kubeconfig.read_text())
        fabric = fabric_on(server.kubeconfig, "gateway")
        secrets.add(sealed_text(fabric.credential_data))
        server.put(_malformed_agent())
        _execute_as_job(fabric)
        server.faults.add("unauthorized")
        assert sync(fabric).state == "failed"
        told = {
            "events": str([job.kwargs for job in django_rq.get_queue("default").jobs]),
            "webhooks": json.dumps(receiver.heard()),
            **everything_told(fabric),
        }
    for name, text in told.items():
        assert len(text) > 50, name
        assert [secret for secret in secrets if secret in text] == [], name
    agent = Agent.objects.first().name
    for name in ("events", "webhooks", "REST agents", "GraphQL Agent", "export agent table", "REST object-changes"):
        assert agent in told[name], f"{name}: the search itself works"
    assert "hedgehog_sync_failed" in told["webhooks"]
    assert "unauthorized" in told["command status --json"]
    assert 'type="SyncFailed"} 1.0' in told["metrics"]


def _execute_as_job(fabric):
    run = request_sync(fabric, "command").run
    FabricSyncJob.enqueue(instance=fabric, immediate=True, run_id=run.pk)
    assert SyncRun.objects.get(pk=run.pk).state == "partial"


def _telling(secret):
    """The part of a secret that can be looked for in a text dump: one line of it. The login is a common word."""
    lines = [line for line in secret.split("\n") if line and not line.startswith("-----")]
    return LOGIN if lines == ["testbed"] else max(lines, key=len)


def _with_telling_logins(name, tmp_path):
    """The snapshot with a registry login that no other text happens to hold."""
    text = lzma.decompress(snapshots.path(name).read_bytes()).decode()
    path = tmp_path / f"{name}.json"
    path.write_text(text.replace(json.dumps("testbed\n"), json.dumps(f"{LOGIN}\n")))
    assert path.read_text().count(LOGIN) >= 2
    return path


def _malformed_agent():
    hashed = "$5$8nAYPGcl4l6G7Av1$Qi4/gnM0yPtGv9kjpMh78NuNSfQWy7vR1rulHpur"
    return {
        "apiVersion": "agent.githedgehog.com/v1beta1",
        "kind": "Agent",
        "metadata": {"name": "malformed", "labels": {"secret": LOGIN}},
        "spec": [{"users": [{"name": "admin", "password": hashed}], "password": LOGIN}],
    }


def _credential_of(kubeconfig):
    return {line.split(": ")[1].strip() for line in kubeconfig.splitlines() if "client-key-data" in line}


def _database():
    """Every row of every table as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows)
