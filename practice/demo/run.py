"""The demo's processes, from start to stop."""

import shutil
import time
from pathlib import Path
from typing import Any

from practice.demo import follow, report
from practice.demo.cluster import Cluster, start_practice
from practice.demo.rest import Rest
from practice.demo.state import Keys, State, write_private
from practice.services import processfile
from practice.services.account import service_account
from practice.services.netbox import CHECKOUT, QUEUES, NetBox
from practice.services.ports import free_port
from practice.services.postgresql import PostgreSQL
from practice.services.process import Process, stop_all
from practice.services.programs import find_postgresql, find_redis
from practice.services.redis import Redis
from practice.services.terminal import Terminal
from practice.services.virtualenv import Virtualenv

__all__ = ("Demo",)

USERNAME = "admin"
POLL = 0.3


class Demo:
    """Everything that ``make demo`` starts. Call ``start``, then ``watch``; ``stop`` in any case."""

    def __init__(self, state: State, cluster: Cluster, terminal: Terminal, venv: Path | None = None) -> None:
        self.state = state
        self.cluster = cluster
        self.terminal = terminal
        self.keys: Keys = state.keys()
        self.venv = Virtualenv(CHECKOUT, "demo", logs=state.logs, given=venv)
        self.netbox = NetBox(state.directory / "netbox", self.venv.directory)
        self.manage = state.directory / "manage"  # NetBox's command of this demo
        self.services: list[Process] = []  # PostgreSQL and Redis: stopped last
        self.users: list[Process] = []  # what uses them
        self.spare: dict[str, str] = {}  # those of them that may be killed once all is up, and how to start another
        self.steps: list[Process] = []  # what ends by itself

    def start(self) -> dict[str, Any]:
        """Bring everything up, sync once, and write the access file. Returns what is in it."""
        if left := processfile.end_leftovers(self.state.processes):
            self.terminal.say(f"Ended what a killed demo had left: {', '.join(left)}")
        installing = None if self.venv.ready() else self._step(self.venv.begin())
        if installing:
            self.terminal.say(f"Installing NetBox and what the demo needs into .venv (log: {self.venv.log})")
        postgresql = self._start_postgresql()
        if installing:
            self.venv.complete(installing, self.terminal.working)
            self.terminal.say("Installed")
        redis = self._start_redis()
        self._configure(postgresql, redis)
        rest = self._start_netbox()
        run = follow.sync(rest, self.cluster.name, self.terminal, self._alive)
        access = {
            "url": rest.url,
            "username": USERNAME,
            "password": self.keys.password,
            "api_token": self.keys.api_token,
            "kubeconfig": str(self.cluster.kubeconfig),
        }
        follow.live(rest, self.cluster.name, self.terminal, self._alive)
        report.show(self.terminal, run, access, self.state.access)
        pids = {process.name: process.pid for process in self.users}
        report.show_how_to_break_things(self.terminal, self.cluster, self.manage, pids)
        write_private(self.state.access, access)
        return access

    def watch(self) -> None:
        """Return never: raise Problem as soon as one of the processes ends that NetBox cannot be without.

        Killing the others is what a demo is for: it says how to start them again, and goes on.
        """
        while True:
            for process in [process for process in self.users if process.name in self.spare]:
                if not process.running():
                    self.users.remove(process)
                    self.terminal.say(f"{process.name} ended (exit code {process.popen.returncode}); the demo goes on.")
                    self.terminal.plain(f"    {self.spare[process.name]}")
            self._alive()
            time.sleep(POLL)

    def stop(self) -> None:
        """Stop everything that was started, users before services, within about 5 s."""
        self.state.access.unlink(missing_ok=True)
        stop_all([*self.steps, *self.users])
        stop_all(self.services, polite=1.5, firm=1)
        self.state.processes.unlink(missing_ok=True)
        shutil.rmtree(self.state.pids, ignore_errors=True)

    def _start_postgresql(self) -> PostgreSQL:
        account = service_account()
        directory = account.directory(self.state.directory / "postgresql")
        programs = find_postgresql(directory / "programs")
        server = PostgreSQL(programs, directory, account, self.keys.database)
        server.create(self.state.logs / "initdb.log")
        self._service(server.start(self.state.logs / "postgresql.log"))
        server.wait()
        self.terminal.say(f"PostgreSQL of {programs}, port {server.port}")
        return server

    def _start_redis(self) -> Redis:
        program = find_redis(self.venv.directory)
        server = Redis(program, self.state.directory / "redis" / self.cluster.identity, self.keys.redis, keep=True)
        self._service(server.start(self.state.logs / "redis.log"))
        server.wait()
        self.terminal.say(f"Redis ({program.name}), port {server.port}")
        return server

    def _configure(self, postgresql: PostgreSQL, redis: Redis) -> None:
        plugin: dict[str, Any] = {"rq_workarounds": True}  # whoever plays with the demo kills its worker
        if not self.cluster.practice:
            plugin["credential_directories"] = [str(self.cluster.kubeconfig.parent)]
        address = postgresql.address(f"netbox_{self.cluster.identity}")
        self.netbox.configure(
            database=address,
            redis=redis.address(),
            secret_key=self.keys.secret_key,
            pepper=self.keys.pepper,
            plugin=plugin,
            METRICS_ENABLED=True,
        )
        path = self.state.directory / "database.json"
        write_private(path, address)
        self.netbox.write_command(self.manage)
        self.spare = {
            "the worker": f"Another one: {self.manage} rqworker {' '.join(QUEUES)}",
            "the watcher": f"Another one: {self.manage} hedgehog_watch",
            "the practice fabric": "The fabric's page says so. make demo brings it back, after Ctrl-C.",
        }
        log = self.state.logs / "restore.log"
        self._step(self.netbox.run("the restore", "-m", "practice.demo.restore", path, log=log)).finish(120)

    def _start_netbox(self) -> Rest:
        """The practice fabric, web server, worker and the database's content: all at once, as far as can be."""
        logs = self.state.logs
        fabric = None
        if self.cluster.practice:
            fabric = self._user(start_practice(self.cluster, self.venv.python, logs / "practice.log"))
        port = free_port(self.state.port("netbox"))
        self.state.keep_port("netbox", port)
        rest = Rest(f"http://127.0.0.1:{port}", self.keys.api_token)
        server = self._user(self.netbox.server(port, logs / "netbox.log"))
        self._user(self.netbox.worker(logs / "worker.log"))
        if fabric:
            fabric.wait_until(self.cluster.kubeconfig.exists, 60)
            self.terminal.say("The practice fabric answers")
        arguments = ["--keys", self.state.directory / "keys.json", "--fabric", self.cluster.name]
        arguments += ["--kubeconfig", self.cluster.kubeconfig, *([] if self.cluster.practice else ["--by-file"])]
        setup = self._step(
            self.netbox.run("the set-up", "-m", "practice.demo.setup", *arguments, log=logs / "setup.log")
        )
        setup.finish(300, self.terminal.working)
        self.terminal.say("The database is filled")
        self._user(self.netbox.watcher(logs / "watcher.log"))
        server.wait_until(rest.answers, 120)
        self.terminal.say(f"NetBox answers at {rest.url}")
        return rest

    def _service(self, process: Process) -> Process:
        return self._started(self.services, process)

    def _user(self, process: Process) -> Process:
        return self._started(self.users, process)

    def _step(self, process: Process) -> Process:
        return self._started(self.steps, process)

    def _started(self, group: list[Process], process: Process) -> Process:
        group.append(process)
        processfile.note(self.state.processes, [*self.services, *self.users, *self.steps])
        processfile.number(self.state.pids, process)
        return process

    def _alive(self) -> None:
        for process in (*self.services, *self.users):
            process.check()
