"""An API server as a process of its own that tests stop, kill, start, put back: the practice server, or a real one."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from urllib3.exceptions import HTTPError

from netbox_hedgehog.cluster import read_kubeconfig
from netbox_hedgehog.cluster.http.pools import pools_for
from practice.services.netbox import CHECKOUT
from practice.services.process import Process
from tests.shared import shared
from tests.waiting import until

__all__ = ("Practice", "Program", "Real")

GROUP = "/apis/wiring.githedgehog.com/v1beta1/namespaces/default/servers"
READY = 60.0  # seconds


class Program(ABC):
    """An API server with its data in DIRECTORY and the same address after every start."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def kubeconfig(self) -> Path:
        return self.directory / "kubeconfig"

    @abstractmethod
    def start(self) -> None:
        """Start it, and return when it answers."""

    @abstractmethod
    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it by signal NUMBER, and return when it has ended."""

    @abstractmethod
    def backup(self) -> Any:
        """All that it holds now, for ``restore``."""

    @abstractmethod
    def restore(self, backup: Any) -> None:
        """Put it back to BACKUP, versions too; None: as it was when it held nothing. It serves afterwards."""

    def send(self, method: str, path: str, body: Any = None) -> Any:
        target = read_kubeconfig(self.kubeconfig)
        pools = pools_for(target, 5, 10)
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        data = None if body is None else json.dumps(body).encode()
        answer = pools.request(method, target.server + path, body=data, headers={"Content-Type": kind})
        pools.clear()
        assert answer.status < 300, answer.data
        return json.loads(answer.data)

    def create(self, *names: str) -> None:
        """Make Servers, which refer to nothing."""
        for name in names:
            metadata = {"name": name, "namespace": "default"}
            body = {"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server", "metadata": metadata, "spec": {}}
            self.send("POST", GROUP, body)

    def describe(self, name: str, text: str) -> None:
        """Change a Server."""
        self.send("PATCH", f"{GROUP}/{name}", {"spec": {"description": text}})

    def delete(self, *names: str) -> None:
        for name in names:
            self.send("DELETE", f"{GROUP}/{name}")

    def held(self) -> dict[str, str]:
        """The description of each Server that it holds."""
        items = self.send("GET", GROUP)["items"]
        return {item["metadata"]["name"]: item["spec"].get("description", "") for item in items}

    @abstractmethod
    def settle(self, name: str) -> None:
        """Wait until the Server NAME would survive a kill."""

    def wait(self) -> None:
        deadline = time.monotonic() + READY
        while True:
            try:
                self.send("GET", GROUP)
            except (HTTPError, AssertionError):  # it starts
                assert time.monotonic() < deadline, "the API server did not come up"
                time.sleep(0.1)
            else:
                return


class Practice(Program):
    """The practice server."""

    process: Process | None = None

    def start(self) -> None:
        self.kubeconfig.unlink(missing_ok=True)  # what a killed one has left
        words = ["-m", "practice", "--dir", self.directory, *([] if self.directory.exists() else ["--empty"])]
        log = self.directory.with_suffix(".log")
        self.process = Process("the practice server", [sys.executable, *words], log=log, directory=CHECKOUT)
        self.process.wait_until(self.kubeconfig.exists, READY)
        self.wait()

    def settle(self, name: str) -> None:
        until(lambda: name in (self.directory / "store.json").read_text(), READY, "what the practice server saves")

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.signal(signal.Signals(number))
            self.process.popen.wait(20)

    def backup(self) -> Any:
        return self.send("GET", "/practice/backup")

    def restore(self, backup: Any) -> None:
        self.send("POST", "/practice/restore", backup or {})


class Real(Program):
    """kube-apiserver and etcd, where KUBEBUILDER_ASSETS names a folder that has them."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._testbed = shared("testbed", "testbed")
        self._up = False

    def start(self) -> None:
        if not self._up:
            self._run("up", self.directory, "--bare")
            self._up = True
            self._empty = self.backup()
        else:
            self._run("start", self.directory, "apiserver")
        self.wait()

    def stop(self, number: int = signal.SIGTERM) -> None:
        self._end("apiserver", number)

    def backup(self) -> Any:
        """A copy of etcd's data, taken while nothing writes it."""
        copy = self.directory / f"backup-{time.monotonic_ns()}"
        self._end("apiserver")
        self._end("etcd")
        shutil.copytree(self.directory / "etcd", copy)
        self._both()
        return copy

    def restore(self, backup: Any) -> None:
        self._end("apiserver", signal.SIGKILL)
        self._end("etcd")
        shutil.rmtree(self.directory / "etcd")
        shutil.copytree(backup or self._empty, self.directory / "etcd")
        self._both()

    def settle(self, name: str) -> None:
        """Nothing to wait for: etcd has it before the answer."""

    def down(self) -> None:
        self._run("down", self.directory)

    def _both(self) -> None:
        self._run("start", self.directory, "etcd")
        self._run("start", self.directory, "apiserver")
        self.wait()

    def _end(self, name: str, number: int = signal.SIGTERM) -> None:
        file = self.directory / f"{name}.pid"
        process = Path(f"/proc/{int(file.read_text())}")
        os.kill(int(process.name), number)
        until(lambda: not process.exists() or " Z " in (process / "stat").read_text(), READY, f"the end of {name}")

    def _run(self, *words: str | Path) -> None:
        subprocess.run([self._testbed, *words], check=True, timeout=120, stdout=subprocess.DEVNULL)
