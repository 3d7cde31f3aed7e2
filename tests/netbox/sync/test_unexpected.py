"""Whatever is raised ends a connection test and a run, truthfully, and is called ours only where it is ours."""

import base64
import errno
import os
import sys
from pathlib import Path

import pytest
from core.exceptions import JobFailed
from core.models import Job
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from rq.timeouts import JobTimeoutException

from netbox_hedgehog.cluster import ClusterError, ErrorCode
from netbox_hedgehog.jobs import FabricConnectionTestJob
from netbox_hedgehog.models import ConnectionTest, Fabric, SyncRun
from netbox_hedgehog.sync import connection_test
from netbox_hedgehog.sync.connection_test import run_test
from netbox_hedgehog.sync.execute import fabric as fabric_sync
from netbox_hedgehog.sync.execute import run as run_module
from netbox_hedgehog.sync.health import facts_of
from netbox_hedgehog.sync.recovery.sweep import end_tests
from netbox_hedgehog.sync.runs.unexpected import failure_of
from tests.builders import fabric, fabric_on, user
from tests.netbox.api.given import BASE, admin
from tests.netbox.sync.given import sync
from tests.pure.cluster.proxies import proxy

STRANGE = [
    RecursionError("maximum recursion depth exceeded"),
    MemoryError(),
    UnicodeEncodeError("latin-1", "Ę", 0, 1, "ordinal not in range(256)"),
    ValueError("embedded null byte \0 and half \ud800 a pair"),
    KeyError("token"),
    AssertionError(),
    StopIteration(),
    OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    RuntimeError("can't start new thread"),
    JobTimeoutException("Task exceeded maximum timeout value (300 seconds)"),
    OperationalError("the connection is closed"),
    ImproperlyConfigured("encryption_key_file cannot be read"),
    ExceptionGroup("several", [ValueError("one")]),
]
CODES = {"OperationalError": "database", "JobTimeoutException": "deadline"}
NOT_OURS = (MemoryError, OSError, JobTimeoutException, OperationalError, ImproperlyConfigured)


def name(error: Exception) -> str:
    return type(error).__name__


def raising(error: Exception):
    def do(*_, **__):
        raise error

    return do


@pytest.mark.django_db
@pytest.mark.parametrize("error", STRANGE, ids=name)
def test_a_connection_test_ends_whatever_is_raised(monkeypatch, error):
    monkeypatch.setattr(sys.modules["netbox_hedgehog.cluster.connection_check"], "resolve", raising(error))
    lab = fabric("lab")
    before = facts_of(lab).connection.value
    test = run_test(ConnectionTest.objects.create(fabric=lab))
    test.refresh_from_db()
    assert (test.ok, test.error_code) == (False, CODES.get(name(error), "internal"))
    assert name(error) in test.error_message
    assert test.finished
    assert test.error_hint
    assert [(step["name"], step["ok"]) for step in test.steps] == [("resolve", False)]
    told = admin().get(f"{BASE}/fabrics/{lab.pk}/test-connection/").json()
    assert (told["ok"], told["error"]["code"], told["waiting"]) == (False, test.error_code, "")
    assert facts_of(lab).connection.value == before  # it says nothing of the cluster


@pytest.mark.parametrize("error", STRANGE, ids=name)
def test_only_what_can_be_nothing_else_is_called_a_defect_of_the_plugin(error):
    ours = not isinstance(error, NOT_OURS) and "thread" not in str(error)
    assert ("defect of the plugin" in failure_of(error).hint) is ours


@pytest.mark.django_db
def test_the_job_of_a_test_that_went_wrong_fails(monkeypatch):
    monkeypatch.setattr(connection_test, "check", raising(RecursionError("deep")))
    lab = fabric("lab")
    test = ConnectionTest.objects.create(fabric=lab)
    job = Job.objects.create(name="test", object=lab, job_id="9a6e4f0e-2f0c-4c1e-8a53-0d3c56d2a7b1")
    with pytest.raises(JobFailed):
        FabricConnectionTestJob(job).run(test_id=test.pk)
    test.refresh_from_db()
    assert (test.ok, test.error_code) == (False, "internal")


@pytest.mark.django_db
def test_the_page_tells_how_a_test_went_wrong(monkeypatch, client):
    monkeypatch.setattr(connection_test, "check", raising(RecursionError("deep")))
    lab = fabric("lab")
    run_test(ConnectionTest.objects.create(fabric=lab))
    client.force_login(user("root", superuser=True))
    page = client.get(lab.get_absolute_url()).content.decode()
    assert "RecursionError: deep" in page
    assert "under way" not in page


@pytest.mark.django_db
def test_a_test_that_was_given_up_is_not_ended_twice(monkeypatch):
    lab = fabric("lab")
    test = ConnectionTest.objects.create(fabric=lab)

    def late(*_, **__):
        ConnectionTest.objects.update(created="2020-01-01T00:00Z")
        assert end_tests() == 1
        raise ClusterError(ErrorCode.TIMED_OUT, "too late")

    monkeypatch.setattr(connection_test, "check", late)
    run_test(test)
    test.refresh_from_db()
    assert test.error_code == "worker_lost"


@pytest.mark.django_db
def test_a_test_that_went_with_its_fabric_does_not_come_back(monkeypatch):
    lab = fabric("lab")
    test = ConnectionTest.objects.create(fabric=lab)

    def gone(*_, **__):
        Fabric.objects.get(pk=lab.pk).delete()
        raise RecursionError

    monkeypatch.setattr(connection_test, "check", gone)
    run_test(test)
    assert not ConnectionTest.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("error", STRANGE, ids=name)
def test_a_run_ends_with_its_true_cause(monkeypatch, error):
    monkeypatch.setattr(fabric_sync.FabricReader, "_read", raising(error))
    with pytest.raises(type(error)):
        sync(fabric("lab"))
    run = SyncRun.objects.get()
    assert (run.state, run.error_code) == ("failed", CODES.get(name(error), "internal"))
    assert name(error) in run.error_message
    assert run.error_hint


@pytest.mark.django_db
def test_a_run_whose_findings_cannot_be_kept_still_ends(server, monkeypatch):
    monkeypatch.setattr(
        run_module, "save_observations", raising(UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"))
    )
    with pytest.raises(UnicodeEncodeError):
        sync(fabric_on(server.kubeconfig))
    run = SyncRun.objects.get()
    assert (run.state, run.error_code) == ("failed", "internal")
    assert "UnicodeEncodeError" in run.error_message


PROXY = (Path(__file__).parent / "proxy-login.yaml").read_text()
DENIED = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.django_db
def test_a_proxy_login_beyond_latin_1_ends_a_test_and_a_run_with_what_the_proxy_says():
    lab = fabric("lab")
    with proxy(answer=DENIED) as between:
        lab.set_credential(kubeconfig=PROXY.replace(':1"', f':{between.port}"'))
        lab.save()
        test = run_test(ConnectionTest.objects.create(fabric=lab))
        run = sync(lab)
    login = base64.b64encode("user:Ęword".encode()).decode()
    assert between.logins() == [f"Basic {login}"] * 2
    assert (test.ok, test.error_code, run.state, run.error_code) == (False, "proxy_failed", "failed", "proxy_failed")
    assert "407" in test.error_message
    assert facts_of(lab).connection.value == "unreachable"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("token", {"kubeconfig": "x"}),
        ("certificate", {"token": "x"}),
        ("certificate", {"certificate": "x"}),
        ("kubeconfig", {}),
    ],
)
def test_a_stored_credential_of_another_kind_is_told_and_no_defect(kind, parts):
    lab = fabric("lab")
    lab.credential_kind = kind
    lab.set_credential(**parts)
    with pytest.raises(ClusterError) as caught:
        lab.target()
    assert caught.value.code == ErrorCode.CREDENTIAL_INVALID
    assert "enter the credential again" in caught.value.hint


@pytest.mark.django_db
def test_keys_that_cannot_be_read_are_told_and_no_defect(plugin, tmp_path):
    lab = fabric("lab")
    plugin(encryption_key_file=str(tmp_path / "gone"))
    test = run_test(ConnectionTest.objects.create(fabric=lab))
    assert (test.error_code, "encryption_key_file" in test.error_hint) == ("credential_invalid", True)
