"""The API server that is listed from: the practice server, or a real one where KUBEBUILDER_ASSETS is set."""

import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import urllib3

from benchmarks.objects import PATH, connections
from netbox_hedgehog.cluster import read_kubeconfig
from netbox_hedgehog.cluster.http.pools import pools_for
from practice.services.netbox import CHECKOUT
from practice.services.process import Process, stop_all

__all__ = ("PAGE", "Api", "cluster", "real")

PAGE = 500  # objects; what kubectl asks for
TESTBED = CHECKOUT.parent / "shared" / "testbed" / "testbed"
NAMESPACE = "default"
WRITERS = 8


class Api:
    """Plain HTTP to an API server: what the floor is made of, and how objects get there and change."""

    def __init__(self, kubeconfig: Path, gzip: bool = False) -> None:
        target = read_kubeconfig(kubeconfig)
        self._pools = pools_for(target, 5, 60)
        token = target.credential.token() if target.credential else None
        self._headers = {"Accept": "application/json", "Accept-Encoding": "gzip" if gzip else "identity"}
        self._headers |= {"Authorization": f"Bearer {token}"} if token else {}
        group, version, plural = PATH.split("/")
        self._server = target.server
        self._own = f"{target.server}/apis/{group}/{version}/namespaces/{NAMESPACE}/{plural}"

    def pages(self, path: str = PATH) -> Iterator[bytes]:
        """The bodies of all pages of the list at PATH (group, version and plural)."""
        token = ""
        while True:
            query = {"limit": str(PAGE)} | ({"continue": token} if token else {})
            body = self._send("GET", f"{self._server}/apis/{path}", fields=query)
            yield body
            token = msgspec.json.decode(body, type=_List).metadata.token
            if not token:
                return

    def create(self, objects: Iterator[dict[str, Any]]) -> None:
        self._each(lambda obj: self._send("POST", self._own, body=_without_server(obj)), objects)

    def touch(self, names: list[str], mark: str) -> None:
        """Change one field of the spec, and a label, of each Connection of NAMES."""

        def change(name: str) -> bytes:
            url = f"{self._own}/{name}"
            kind = next(iter(json.loads(self._send("GET", url))["spec"]))
            patch = {"metadata": {"labels": {"mark": mark}}, "spec": {kind: {"mtu": 1500 + int(mark)}}}
            return self._send("PATCH", url, body=patch, content="application/merge-patch+json")

        self._each(change, iter(names))

    @staticmethod
    def _each(work: Any, things: Iterator[Any]) -> None:
        with ThreadPoolExecutor(WRITERS) as pool:
            for batch in iter(lambda: list(itertools.islice(things, 1000)), []):
                list(pool.map(work, batch))

    def _send(self, method: str, url: str, body: Any = None, content: str = "application/json", **more: Any) -> bytes:
        headers = {**self._headers, "Content-Type": content} if body is not None else self._headers
        data = msgspec.json.encode(body) if body is not None else None
        answer = self._pools.request(method, url, body=data, headers=headers, retries=urllib3.Retry(2), **more)
        if answer.status >= 300:
            raise RuntimeError(f"{method} {url}: {answer.status} {answer.data[:300]!r}")
        return answer.data


class _Metadata(msgspec.Struct):
    token: str = msgspec.field(name="continue", default="")


class _List(msgspec.Struct):
    metadata: _Metadata


def _without_server(obj: dict[str, Any]) -> dict[str, Any]:
    """OBJ as a client creates it."""
    metadata = {name: obj["metadata"][name] for name in ("name", "namespace", "labels")}
    return {**obj, "metadata": metadata}


def real() -> bool:
    """Whether a real API server is measured."""
    return bool(os.environ.get("KUBEBUILDER_ASSETS")) and TESTBED.exists()


@contextmanager
def cluster(directory: Path, count: int) -> Iterator[Path]:
    """An API server with COUNT Connections, its files in DIRECTORY; gives the kubeconfig."""
    directory.mkdir(parents=True)
    start = _real if real() else _practice
    try:
        with start(directory, count) as kubeconfig:
            yield kubeconfig
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _practice(directory: Path, count: int) -> Iterator[Path]:
    snapshot, kubeconfig = directory / "objects.json", directory / "kubeconfig"
    snapshot.write_bytes(msgspec.json.encode({"objects": {PATH: list(connections(count))}}))
    command = [sys.executable, "-m", "practice", "--dir", directory, "--snapshot", snapshot, "--still"]
    server = Process("the practice server", command, log=directory / "log", directory=CHECKOUT)
    try:
        server.wait_until(kubeconfig.exists, 120)
        yield kubeconfig
    finally:
        stop_all([server])


@contextmanager
def _real(directory: Path, count: int) -> Iterator[Path]:
    up = subprocess.run([TESTBED, "up", directory / "testbed", "--bare"], check=True, stdout=subprocess.PIPE, text=True)
    try:
        kubeconfig = Path(up.stdout.strip())
        Api(kubeconfig).create(connections(count))
        yield kubeconfig
    finally:
        subprocess.run([TESTBED, "down", directory / "testbed"], check=True)
