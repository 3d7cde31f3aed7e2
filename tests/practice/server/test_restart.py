"""The server as a program: how it starts, what it keeps, how it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from practice.server import PracticeServer
from tests.practice.server.client import SERVERS, Client, host

SERVER = """
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata: {name: s-1}
"""
ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def program(directory: Path, *arguments: str, **how: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "practice", "--dir", str(directory), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **how)
    try:
        until = time.monotonic() + 30
        while not (directory / "kubeconfig").exists():
            assert process.poll() is None, process.stdout and process.stdout.read()
            assert time.monotonic() < until, "the practice server did not start"
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str], signal_number: int) -> tuple[int, float]:
    begin = time.monotonic()
    process.send_signal(signal_number)
    return process.wait(timeout=10), time.monotonic() - begin


def kubectl(directory: Path, *arguments: str, body: str | None = None) -> str:
    command = ["kubectl", "--kubeconfig", str(directory / "kubeconfig"), *arguments]
    environment = {**os.environ, "HOME": str(directory)}
    found = subprocess.run(command, input=body, capture_output=True, text=True, timeout=60, env=environment)
    assert found.returncode == 0, found.stderr
    return found.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_cleanly_and_soon(tmp_path: Path, number: int) -> None:
    with program(tmp_path / "d", "--empty") as process:
        status, seconds = ended(process, number)
        assert (status, seconds < 5) == (0, True)
        assert not (tmp_path / "d" / "kubeconfig").exists()


def test_term_ends_it_where_int_is_ignored(tmp_path: Path) -> None:
    with program(tmp_path / "d", "--empty", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) as process:
        assert ended(process, signal.SIGTERM)[0] == 0


def test_objects_credentials_and_address_survive_a_restart(tmp_path: Path) -> None:
    directory = tmp_path / "d"
    with program(directory, "--still") as process:
        kubectl(directory, "label", "vpc", "vpc-web", "kept=yes")
        before = kubectl(directory, "get", "hedgehog", "-A", "-o", "json")
        config = (directory / "kubeconfig").read_text()
        ended(process, signal.SIGTERM)
    with program(directory, "--still"):
        assert (directory / "kubeconfig").read_text() == config
        assert kubectl(directory, "get", "hedgehog", "-A", "-o", "json") == before
        assert "kept" in before


def test_a_killed_server_loses_seconds_at_most(tmp_path: Path) -> None:
    directory = tmp_path / "d"
    with program(directory, "--empty") as process:
        version = (directory / "store.json").stat().st_mtime_ns
        kubectl(directory, "create", "-f", "-", body=SERVER)
        until = time.monotonic() + 10
        while (directory / "store.json").stat().st_mtime_ns == version and time.monotonic() < until:
            time.sleep(0.1)
        process.kill()
        process.wait()
        (directory / "kubeconfig").unlink()  # what a killed server could not do itself
    with program(directory):
        assert kubectl(directory, "get", "servers", "-o", "name").split() == ["server.wiring.githedgehog.com/s-1"]


def test_an_explicit_beginning_wins_over_what_was_kept(tmp_path: Path) -> None:
    with PracticeServer(tmp_path / "d") as server:
        assert server.list("vpcs")
        token = server.admin_token
    with PracticeServer(tmp_path / "d", empty=True) as server:
        assert not server.list("vpcs")
        assert server.admin_token == token


def test_versions_go_on_after_a_restart_and_old_tokens_are_expired(tmp_path: Path) -> None:
    with PracticeServer(tmp_path / "d", empty=True) as server:
        server.put_all(host(f"s-{number}") for number in range(3))
        page = Client(server).get(SERVERS, limit=1).data["metadata"]
        server.put(host("s-9"))
    with PracticeServer(tmp_path / "d") as server:
        client = Client(server)
        assert client.get(SERVERS, limit=1, **{"continue": page["continue"]}).status == 410
        assert int(client.get(SERVERS).data["metadata"]["resourceVersion"]) > int(page["resourceVersion"])


def test_a_port_that_is_taken_is_said_so(tmp_path: Path) -> None:
    with PracticeServer(empty=True) as server:
        port = server.url.rpartition(":")[2]
        command = [sys.executable, "-m", "practice", "--dir", str(tmp_path), "--empty", "--port", port]
        found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert found.returncode == 1
    assert "cannot run the practice fabric" in found.stderr
    assert "Traceback" not in found.stderr
