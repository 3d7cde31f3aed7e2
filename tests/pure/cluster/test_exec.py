"""Programs that give credentials."""

import json
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from netbox_hedgehog.cluster import Cluster, ClusterError, ErrorCode, ExecPlugin, parse_kubeconfig
from tests.pure.cluster.api import Api
from tests.pure.cluster.kubeconfigs import document

V1 = "client.authentication.k8s.io/v1"


@pytest.fixture
def plugin(tmp_path):
    """A plugin whose program is Python text; what it was asked is in ``asked``, how often it ran in ``runs``."""

    def make(program: str, **options):
        path = tmp_path / "program.py"
        log = tmp_path / "log"
        path.write_text(
            "import json, os, sys, time\n"
            f"log = open({str(log)!r}, 'a+')\n"
            "log.write(os.environ['KUBERNETES_EXEC_INFO'] + '\\n'); log.seek(0); runs = len(log.readlines())\n"
            "def give(**status):\n"
            f"    print(json.dumps({{'apiVersion': {V1!r}, 'kind': 'ExecCredential', 'status': status}}))\n" + program
        )
        values = {"apiVersion": V1, "command": sys.executable, "args": [str(path)]} | options
        made = ExecPlugin.of(values, "user 'a'", "https://fabric", "PEM")
        return made, lambda: [json.loads(line) for line in log.read_text().splitlines()]

    return make


def refused(made) -> ClusterError:
    with pytest.raises(ClusterError) as caught:
        made.token()
    return caught.value


def test_a_program_gives_a_token(plugin):
    made, asked = plugin("give(token='s3cret-' + os.environ['WHO'])", env=[{"name": "WHO", "value": "me"}])
    assert (made.token(), made.token(), made.certificate()) == ("s3cret-me", "s3cret-me", None)
    assert asked() == [{"apiVersion": V1, "kind": "ExecCredential", "spec": {"interactive": False}}]
    assert "s3cret" not in repr(made)


def test_a_program_is_told_of_the_cluster_when_it_wants(plugin):
    made, asked = plugin("give(token='t')", provideClusterInfo=True)
    made.token()
    assert asked()[0]["spec"]["cluster"] == {"server": "https://fabric", "certificate-authority-data": "UEVN"}


def test_a_program_gives_a_certificate(plugin, https, target_of, authority):
    certificate, key = authority.issue("netbox")
    made, _ = plugin(f"give(clientCertificateData={certificate!r}, clientKeyData={key!r})")
    with Cluster(target_of(https(Api(), clients=authority), credential=made)) as cluster:
        assert cluster.version().minor == "36"


def test_a_credential_that_has_ended_is_asked_for_again(plugin):
    soon = (datetime.now(UTC) + timedelta(seconds=10)).isoformat()
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    made, asked = plugin(f"give(token=f't{{runs}}', expirationTimestamp={soon!r} if runs == 1 else {later!r})")
    assert [made.token(), made.token(), made.token()] == ["t1", "t2", "t2"]
    assert len(asked()) == 2


def test_fault_17_after_a_401_the_program_runs_once_more(plugin, https, target_of):
    made, asked = plugin("give(token=f't{runs}')")
    with Cluster(target_of(https(Api(token="t2")), credential=made)) as cluster:
        assert cluster.version().minor == "36"
    assert len(asked()) == 2
    with Cluster(target_of(https(Api(token="never")), credential=made)) as cluster, pytest.raises(ClusterError):
        cluster.version()
    assert len(asked()) == 3


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("sys.exit('log in first')", "failed with status 1: log in first"),
        ("print('hello s3cret')", "printed no ExecCredential"),
        ('print(\'{"apiVersion": "other/v1", "status": {}}\')', "answered in other/v1"),
        ("give(token='two words')", "odd characters"),
    ],
)
def test_programs_of_no_use(plugin, program, words):
    error = refused(plugin(program)[0])
    assert error.code == ErrorCode.CREDENTIAL_INVALID
    assert words in error.message
    assert "s3cret" not in error.message


def test_a_program_that_hangs_is_ended(plugin, monkeypatch):
    monkeypatch.setattr("netbox_hedgehog.cluster.auth.exec_plugin.TIMEOUT", 0.5)
    assert "did not end within 0.5 s" in refused(plugin("time.sleep(30)")[0]).message


def test_a_program_that_is_not_there(plugin):
    error = refused(plugin("", command="/no/such/program", installHint="Install it from example.com.")[0])
    assert (error.code, error.hint) == (ErrorCode.CREDENTIAL_INVALID, "Install it from example.com.")


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"command": "x"},
        {"command": "x", "apiVersion": "client.authentication.k8s.io/v1alpha1"},
        {"command": 5, "apiVersion": V1},
    ],
)
def test_descriptions_of_no_use(values):
    with pytest.raises(ClusterError) as caught:
        ExecPlugin.of(values, "user 'a'", "https://a", None)
    assert caught.value.code == ErrorCode.KUBECONFIG_INVALID


def test_programs_that_need_a_person_are_refused(plugin):
    with pytest.raises(ClusterError, match="interactiveMode"):
        plugin("", interactiveMode="Always")


def test_a_relative_program_is_looked_for_beside_its_kubeconfig(plugin, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "give"
    program.write_text(f"#!/bin/sh\necho '{json.dumps({'apiVersion': V1, 'status': {'token': 'beside'}})}'\n")
    program.chmod(0o755)
    values = {"apiVersion": V1, "command": "bin/give"}
    monkeypatch.chdir("/")
    assert ExecPlugin.of(values, "user 'a'", "https://fabric", None, base_dir=tmp_path).token() == "beside"
    with pytest.raises(ClusterError) as caught:
        ExecPlugin.of(values, "user 'a'", "https://fabric", None)
    assert (caught.value.code, caught.value.hint) == (ErrorCode.KUBECONFIG_INVALID, "Give the program's whole path.")


def test_a_program_is_looked_for_on_the_workers_path_and_not_on_its_own(plugin, tmp_path, monkeypatch):
    program = tmp_path / "give"
    program.write_text(f"#!/bin/sh\necho '{json.dumps({'apiVersion': V1, 'status': {'token': 'there'}})}'\n")
    program.chmod(0o755)
    own = {"name": "PATH", "value": str(tmp_path)}
    values = {"apiVersion": V1, "command": "give", "env": [own]}
    with pytest.raises(ClusterError, match="No such file"):
        ExecPlugin.of(values, "user 'a'", "https://a", None).token()
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert ExecPlugin.of(values | {"env": []}, "user 'a'", "https://a", None).token() == "there"


def test_a_program_that_leaves_something_running_is_not_waited_for(plugin):
    begun = time.monotonic()
    made, _ = plugin("import subprocess\nsubprocess.Popen(['sleep', '20'])\ngive(token='t')")
    assert made.token() == "t"
    assert time.monotonic() - begun < 10


def test_what_a_program_has_started_ends_with_it(plugin, monkeypatch, tmp_path):
    monkeypatch.setattr("netbox_hedgehog.cluster.auth.exec_plugin.TIMEOUT", 1.0)
    begun, mark = time.monotonic(), tmp_path / "alive"
    child = f"import time; time.sleep(3); open({str(mark)!r}, 'w')"
    made, _ = plugin(f"import subprocess\nsubprocess.run([sys.executable, '-c', {child!r}])")
    assert "did not end within 1 s" in refused(made).message
    assert time.monotonic() - begun < 3
    time.sleep(3 - (time.monotonic() - begun) + 0.5)
    assert not mark.exists()


@pytest.mark.parametrize(
    "options",
    [{"args": ["a\0b"]}, {"env": [{"name": "A=B", "value": "x"}]}, {"env": [{"name": "A", "value": "\0"}]}],
)
def test_what_no_program_can_be_given_is_told(plugin, options):
    error = refused(plugin("", **options)[0])
    assert error.code == ErrorCode.CREDENTIAL_INVALID


@pytest.mark.parametrize("status", ["clientCertificateData='C'", "clientKeyData='K'", "", "token=''"])
def test_a_program_that_gives_half_a_credential(plugin, status):
    error = refused(plugin(f"give({status})")[0])
    assert error.code == ErrorCode.CREDENTIAL_INVALID
    assert "gave" in error.message


def test_a_program_is_told_all_of_the_cluster(tmp_path):
    (tmp_path / "log").write_text("")
    program = tmp_path / "give"
    given = json.dumps({"apiVersion": V1, "status": {"token": "t"}})
    program.write_text(f"#!/bin/sh\necho \"$KUBERNETES_EXEC_INFO\" > {tmp_path}/log\necho '{given}'\n")
    program.chmod(0o755)
    cluster = {
        "server": "https://a",
        "tls-server-name": "b",
        "insecure-skip-tls-verify": True,
        "proxy-url": "http://p:1",
    }
    extension = {"name": "client.authentication.k8s.io/exec", "extension": {"audience": 7}}
    user = {"exec": {"apiVersion": V1, "command": str(program), "provideClusterInfo": True}}
    text = document(cluster | {"extensions": [{"name": "x", "extension": 1}, extension]}, user)
    assert parse_kubeconfig(text, allow_exec=True).credential.token() == "t"
    assert json.loads((tmp_path / "log").read_text())["spec"]["cluster"] == cluster | {"config": {"audience": 7}}
