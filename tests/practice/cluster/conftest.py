"""The API servers that the client is tried on: the practice server and, where its programs are at hand, a real one."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from netbox_hedgehog.cluster import ApiResource, Cluster, ClusterError, ErrorCode, Target, read_kubeconfig
from netbox_hedgehog.cluster.http.transport import Transport
from practice.server import PracticeServer
from tests.shared import shared

SERVERS = ApiResource("wiring.githedgehog.com", "v1beta1", "Server", "servers")
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
ROCKETS = ApiResource("future.githedgehog.com", "v9", "Rocket", "rockets")


@dataclass
class ApiServer:
    """A server with the Hedgehog kinds and nothing in them."""

    admin: Target
    reader_token: str
    add_kind: Callable[[dict[str, Any]], None]

    def post(self, path: str, body: dict[str, Any]) -> None:
        """Create what is not there yet."""
        with Transport(self.admin, 5, 30) as transport, suppress_conflict():
            transport.post(path, msgspec.json.encode(body))

    def create_servers(self, namespace: str, names: list[str]) -> None:
        self.post("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        for name in names:
            metadata = {"name": name, "namespace": namespace}
            body = {"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server", "metadata": metadata, "spec": {}}
            self.post(SERVERS.path(namespace), body)


class suppress_conflict(suppress):  # noqa: N801  reads as what it is
    """Ignore that something is there already."""

    def __init__(self) -> None:
        super().__init__(ClusterError)

    def __exit__(self, kind, error, trace):
        return isinstance(error, ClusterError) and error.code == ErrorCode.CONFLICT


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    """An empty practice server of this test alone."""
    with PracticeServer(empty=True) as server:
        yield server


@pytest.fixture(scope="session")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The directory of a real API server with the Hedgehog CRDs."""
    if not os.environ.get("KUBEBUILDER_ASSETS"):
        pytest.skip("KUBEBUILDER_ASSETS is not set: not tried on a real API server")
    testbed = str(shared("testbed", "testbed"))
    directory = tmp_path_factory.mktemp("real")
    subprocess.run([testbed, "up", str(directory), "--bare"], check=True, timeout=120)
    try:
        yield directory
    finally:
        subprocess.run([testbed, "down", str(directory)], check=False, timeout=60)


@pytest.fixture(params=["practice", "real"])
def api(request: pytest.FixtureRequest) -> ApiServer:
    """The practice server, then a real one."""
    if request.param == "practice":
        server = request.getfixturevalue("practice")
        return ApiServer(read_kubeconfig(server.kubeconfig), server.reader_token, server.add_kind)
    directory = request.getfixturevalue("real_server")
    real = ApiServer(
        read_kubeconfig(directory / "kubeconfig"), (directory / "token-reader.txt").read_text(), lambda _: None
    )
    real.add_kind = lambda crd: real.post(CRDS, crd)
    return real


@pytest.fixture
def cluster(api: ApiServer) -> Iterator[Cluster]:
    with Cluster(api.admin, connect_timeout=5, read_timeout=10) as opened:
        yield opened
