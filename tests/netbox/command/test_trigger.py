"""``hedgehog_sync trigger``: exit statuses, what is told meanwhile, and a real worker."""

import subprocess
import time
from threading import Thread

import pytest
from django.db import connections

from netbox_hedgehog.management.hedgehog_sync import follow_run, trigger
from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync.execute.run import execute
from netbox_hedgehog.sync.queue.workers import QueueState
from tests.builders import fabric, run

NO_WORKER = "No worker is serving queue netbox_hedgehog.hedgehog_sync; start one with: netbox rqworker"


@pytest.fixture
def served(monkeypatch):
    monkeypatch.setattr(follow_run, "queue_state", lambda: QueueState(("worker-1",), True, ""))
    monkeypatch.setattr(follow_run, "POLL", 0.05)


@pytest.fixture
def unserved(monkeypatch):
    monkeypatch.setattr(follow_run, "POLL", 0.05)
    monkeypatch.setattr(follow_run, "REPEAT", 0.2)


@pytest.mark.django_db
def test_a_run_is_queued_by_the_user_of_the_terminal(hedgehog_sync, served, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "ops")
    fabric("lab")
    answer = hedgehog_sync("trigger", "lab", "--json")
    made = SyncRun.objects.get()
    assert answer.status == 0
    assert (made.trigger, made.requester, made.requested_by) == ("command", "ops", None)
    assert {name: answer.json[name] for name in ("id", "state", "joined", "requested_by", "error")} == {
        "id": made.pk,
        "state": "queued",
        "joined": False,
        "requested_by": "ops",
        "error": None,
    }
    assert hedgehog_sync("trigger", "lab", "--json").json["joined"] is True
    assert "was queued already" in hedgehog_sync("trigger", "lab").out


@pytest.mark.django_db
def test_without_a_worker_it_says_so_at_once_and_the_run_stays(hedgehog_sync):
    fabric("lab")
    began = time.monotonic()
    answer = hedgehog_sync("trigger", "lab")
    assert time.monotonic() - began < 5
    assert answer.status == 3
    assert NO_WORKER in answer.out
    assert "stays queued" in answer.out
    assert SyncRun.objects.get().state == "queued"


@pytest.mark.django_db
def test_waiting_without_a_worker_keeps_saying_so_and_gives_up(hedgehog_sync, unserved):
    fabric("lab")
    answer = hedgehog_sync("trigger", "lab", "--wait", "--timeout", "0.7")
    assert answer.status == 3
    assert 2 <= answer.err.count(NO_WORKER) <= 5
    assert "stays queued" in answer.out
    assert hedgehog_sync("trigger", "lab", "--wait", "--timeout", "0", "--json").json["waiting"].startswith(NO_WORKER)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "status"),
    [("succeeded", 0), ("partial", 1), ("failed", 1), ("blocked", 1), ("cancelled", 1), ("lost", 1)],
)
def test_the_exit_status_tells_how_the_run_ended(hedgehog_sync, served, monkeypatch, state, status):
    lab = fabric("lab")
    columns = {} if state == "succeeded" else {"error_code": "code", "error_message": "words", "error_hint": "do this"}
    ended = run(lab, state=state, counts={"VPC": {"listed": 2, "unchanged": 2}}, **columns)
    monkeypatch.setattr(trigger, "request_sync", lambda *_a, **_k: type("R", (), {"run": ended, "created": True}))
    answer = hedgehog_sync("trigger", "lab", "--wait")
    assert answer.status == status
    assert f"Run #{ended.pk} {state}. 2 listed: 2 unchanged" in answer.out
    assert ("code: words\nNext: do this\n" in answer.out) is (state != "succeeded")
    assert hedgehog_sync("trigger", "lab", "--wait", "--json").json["state"] == state


@pytest.mark.django_db
def test_a_run_that_takes_too_long_goes_on(hedgehog_sync, served):
    lab = fabric("lab")
    run(lab, state="running")
    answer = hedgehog_sync("trigger", "lab", "--wait", "--timeout", "0.2")
    assert answer.status == 1
    assert "has not ended in 0.2 s" in answer.out
    assert "Waits for run #" in answer.err


@pytest.mark.django_db(transaction=True)
def test_progress_is_told_on_a_terminal_only(hedgehog_sync, served, server):
    lab = on(server)

    def work():
        for _ in range(100):
            if queued := SyncRun.objects.filter(state="queued").first():
                time.sleep(0.3)
                SyncRun.objects.filter(pk=queued.pk).update(progress={"percent": 42, "listed": 7, "kind": "VPC"})
                time.sleep(0.3)
                execute(queued.pk, "worker-1")
                break
            time.sleep(0.05)
        connections.close_all()

    for terminal in (True, False):
        thread = Thread(target=work)
        thread.start()
        answer = hedgehog_sync("trigger", lab.name, "--wait", "--timeout", "30", terminal=terminal)
        thread.join()
        assert answer.status == 0, answer
        assert ("42 %  7 read  VPC" in answer.err) is terminal


def on(server):
    """A fabric on SERVER."""
    from netbox_hedgehog.models import CredentialChoices, Fabric

    made = Fabric(name="lab", credential_kind=CredentialChoices.KUBECONFIG)
    made.set_credential(kubeconfig=server.kubeconfig.read_text())
    made.full_clean()
    made.save()
    return made


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_program_with_a_real_worker_from_add_to_a_second_sync(worker, server):
    """Without a worker: 3, quickly. With one: the run that waited proceeds, and a new one succeeds."""
    server.put_all(vpc(number) for number in range(1, 4))

    def netbox(*arguments):
        command = [worker.netbox.python, "-m", "netbox", "hedgehog_sync", *map(str, arguments)]
        return subprocess.run(
            command, env=worker.netbox.environment(), capture_output=True, text=True, timeout=120, check=False
        )

    added = netbox("add", "lab", "--kubeconfig", server.kubeconfig)
    assert added.returncode == 0, added.stderr
    assert netbox("test-connection", "lab").returncode == 0
    waiting = netbox("trigger", "lab")
    assert waiting.returncode == 3
    assert NO_WORKER in waiting.stdout
    worker.start()
    joined_or_new = netbox("trigger", "lab", "--wait", "--timeout", "60")
    assert joined_or_new.returncode == 0, joined_or_new
    assert "succeeded" in joined_or_new.stdout
    assert netbox("status", "lab").returncode == 0
    again = netbox("trigger", "lab", "--wait", "--json")
    assert again.returncode == 0
    assert '"unchanged": 3' in again.stdout


def vpc(number):
    subnet = {"subnet": f"10.0.{number}.0/24", "vlan": 1000 + number}
    return {
        "apiVersion": "vpc.githedgehog.com/v1beta1",
        "kind": "VPC",
        "metadata": {"name": f"vpc-{number}"},
        "spec": {"ipv4Namespace": "default", "vlanNamespace": "default", "subnets": {"default": subnet}},
    }
