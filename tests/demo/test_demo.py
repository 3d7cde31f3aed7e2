"""The demo as a person meets it: start, stop, start again, die."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice.demo.rest import Rest
from practice.services import processtable
from practice.services.netbox import CHECKOUT
from tests.services import STATE, VENV
from tests.waiting import until

UP_SECONDS = 240  # a slow machine, a first start, and other tests beside it
STOP_SECONDS = 12  # 3 on a quiet machine


class Demo:
    """One demo with a state directory of its own; ``start`` and ``end`` as often as needed."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.output = state.with_suffix(".log")
        self.access = state / "access.json"

    def start(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "practice.demo", "--state", self.state, "--venv", VENV, *arguments]
        environment = {name: value for name, value in os.environ.items() if name != "KUBECONFIG"}
        where = {"cwd": CHECKOUT, "env": environment, "start_new_session": True}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, **where)

    def wait_up(self) -> dict[str, str]:
        deadline = time.monotonic() + UP_SECONDS
        while not self.access.exists():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)
        return json.loads(self.access.read_text())

    def noted(self) -> dict[str, int]:
        rows = json.loads((self.state / "processes.json").read_text())
        return {row["name"]: row["pid"] for row in rows if processtable.started(row["pid"])}

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    STATE.mkdir(exist_ok=True)
    made = Demo(STATE / f"demo-{os.getpid()}")
    yield made
    made.end()
    # PostgreSQL's files lie elsewhere where its account cannot reach the checkout.
    location = made.state / "postgresql.location"
    if location.exists():
        shutil.rmtree(location.read_text().strip())
    shutil.rmtree(made.state)
    for log in STATE.glob(f"{made.state.name}.*"):
        log.unlink()


class Readme:
    """The README's commands, as they stand there, in a DIRECTORY where they find a demo."""

    def __init__(self, demo: Demo, directory: Path) -> None:
        self.directory = directory
        self.exported: list[str] = []
        (directory / ".demo").symlink_to(demo.state)
        (directory / "netbox").symlink_to(demo.state / "manage")
        programs = f"{directory}:{VENV / 'bin'}:{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": programs, "PWD": str(directory)}

    def blocks(self, heading: str) -> list[str]:
        """The blocks of commands below HEADING, in their order."""
        part = (CHECKOUT / "README.md").read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        fenced = re.findall(r"^```(\w*)\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
        return [block for language, block in fenced if not language]

    def run(self, block: str) -> subprocess.CompletedProcess[str]:
        """As a person would type it into one terminal; the status is that of its last command."""
        self.exported += re.findall(r"^export .+$", block, re.MULTILINE)
        block = "\n".join([*self.exported, block])
        where = {"cwd": self.directory, "env": self.environment, "stdin": subprocess.DEVNULL}
        return subprocess.run(["sh", "-c", block], check=False, capture_output=True, text=True, timeout=240, **where)


@pytest.fixture
def readme(demo, tmp_path) -> Readme:
    return Readme(demo, tmp_path)


def gone(pids: list[int], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(processtable.started, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(processtable.started, pids))


def test_interrupt_stops_everything_it_started(demo):
    demo.start()
    access = demo.wait_up()
    assert demo.access.stat().st_mode & 0o777 == 0o600
    assert set(access) == {"url", "username", "password", "api_token", "kubeconfig"}
    rest = Rest(access["url"], access["api_token"])
    assert rest.get("/api/plugins/hedgehog/fabrics/")["count"] == 1
    assert rest.get("/api/plugins/hedgehog/vpcs/")["count"] > 0
    noted = demo.noted()
    assert {"PostgreSQL", "Redis", "NetBox", "the worker", "the practice fabric"} <= set(noted)
    pids = [pid for leader in noted.values() for pid in processtable.session(leader)]

    os.killpg(demo.process.pid, signal.SIGINT)
    assert demo.process.wait(STOP_SECONDS) == 0
    assert gone(pids, 0)
    assert not demo.access.exists()


def test_start_after_a_kill_finds_its_data_and_clears_what_was_left(demo):
    demo.start()
    before = demo.wait_up()
    left = list(demo.noted().values())
    demo.process.kill()
    demo.process.wait()

    demo.start()
    while demo.access.exists() and demo.process.poll() is None:  # the dead one's file goes first
        time.sleep(0.01)
    after = demo.wait_up()
    assert gone(left)
    assert after["password"] == before["password"]
    assert after["url"] == before["url"]
    assert Rest(after["url"], after["api_token"]).get("/api/plugins/hedgehog/runs/")["count"] >= 3


def test_second_demo_in_the_same_place_is_refused(demo):
    other = Demo(demo.state)
    other.output = demo.output.with_suffix(".second")
    other.start()
    assert other.process.wait(30) == 1
    assert f"process {demo.process.pid}" in other.output.read_text()
    assert demo.access.exists()


def test_commands_of_the_readme_do_what_it_says(demo, readme):
    """All but those that install NetBox, whose names alone are looked up, and the kill, which the next test does."""
    look, delete_all, kill = readme.blocks("Try it")[1:]
    assert "kill -9" in kill
    access = demo.wait_up()
    rest = Rest(access["url"], access["api_token"])
    missing = "/api/plugins/hedgehog/vpcattachments/?state=missing"

    assert readme.run(look).returncode == 0
    until(lambda: rest.get(missing)["count"] == 1, 30, "the watcher's mark that it is missing")
    assert rest.get(missing)["results"][0]["missing_by"] == "watcher"

    ran = readme.run(delete_all)
    until(lambda: rest.get(missing)["count"] > 5, 30, "the watcher's mark that all are missing")
    assert "blocked" in ran.stdout
    assert "missing already, since the watcher saw them deleted" in ran.stdout
    told = re.search(r"^Next: (netbox hedgehog_sync override practice --reason .+)$", ran.stdout, re.MULTILINE)
    ran = readme.run(f"{told[1]} --wait")
    assert ran.returncode == 0, ran.stdout + ran.stderr

    shutil.copy(demo.state / "fabric" / "kubeconfig", readme.directory / "dc1.kubeconfig")
    *install, add = readme.blocks("Install")
    ran = readme.run(add)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "dc1: Read" in ran.stdout
    commands = re.findall(r"^netbox (\w+)", "\n".join(install), re.MULTILINE)
    assert len(commands) == 3
    known = readme.run("netbox help").stdout
    assert [name for name in commands if not re.search(rf"^\s+{name}$", known, re.MULTILINE)] == []


def test_killed_worker_is_told_and_another_one_can_be_started(demo, readme):
    killed = readme.run(readme.blocks("Try it")[-1])
    assert killed.returncode == 3
    assert "No worker is serving" in killed.stdout
    another = re.compile(r"Another one: (\S+) (rqworker .+)")
    found = until(lambda: another.search(demo.output.read_text()), STOP_SECONDS, "how to start another one")
    assert "the worker ended (exit code -9); the demo goes on" in demo.output.read_text()
    manage, arguments = found[1], found[2].split()
    status = [manage, "hedgehog_sync", "status", "--json"]
    assert "No worker is serving" in subprocess.run(status, check=False, capture_output=True, text=True).stdout
    other = subprocess.Popen([manage, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        trigger = [manage, "hedgehog_sync", "trigger", "practice", "--wait", "--timeout", "110"]
        assert subprocess.run(trigger, check=False, capture_output=True, timeout=120).returncode == 0
    finally:
        other.terminate()
        other.wait(30)


def test_death_of_a_process_that_netbox_needs_ends_the_demo_and_is_told(demo):
    os.kill(demo.noted()["NetBox"], signal.SIGKILL)
    assert demo.process.wait(STOP_SECONDS + 5) == 1
    assert re.search(r"NetBox ended by itself \(exit code -9\)", demo.output.read_text())
