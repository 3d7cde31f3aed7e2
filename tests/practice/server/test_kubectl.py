"""kubectl works: it is what people will point at a practice fabric."""

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Timer
from typing import IO

import pytest

from practice.server import PracticeServer
from tests.practice.server.client import host
from tests.waiting import until

VPC = """
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata: {name: vpc-9}
spec: {mode: l3vni, subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009}}}
"""


@pytest.fixture(scope="module")
def sample() -> Iterator[PracticeServer]:
    with PracticeServer() as server:
        yield server


def kubectl(server: PracticeServer, *arguments: str, body: str | None = None, fails: bool = False) -> str:
    command = ["kubectl", "--kubeconfig", str(server.kubeconfig), *arguments]
    environment = {**os.environ, "HOME": str(server.directory)}
    found = subprocess.run(command, input=body, capture_output=True, text=True, timeout=60, env=environment)
    assert (found.returncode != 0) is fails, found.stdout + found.stderr
    return found.stdout + found.stderr if fails else found.stdout


def test_every_kind_is_discovered(sample: PracticeServer) -> None:
    lines = kubectl(sample, "api-resources", "--no-headers").splitlines()
    found = [line.split() for line in lines if "githedgehog.com" in line]
    assert len(found) == 22
    assert ["switches", "sw", "wiring.githedgehog.com/v1beta1", "true", "Switch"] in found


def test_tables_have_the_kinds_columns(sample: PracticeServer) -> None:
    head, *rows = kubectl(sample, "get", "sw").splitlines()
    assert head.split() == ["NAME", "PROFILE", "ROLE", "DESCR", "GROUPS", "AGE"]
    assert len(rows) == 6


def test_whole_objects_by_category_across_namespaces(sample: PracticeServer) -> None:
    items = json.loads(kubectl(sample, "get", "hedgehog", "-A", "-o", "json"))["items"]
    assert len(items) == 100


def test_an_objects_life(sample: PracticeServer) -> None:
    assert "created" in kubectl(sample, "apply", "-f", "-", body=VPC)
    assert "unchanged" in kubectl(sample, "apply", "-f", "-", body=VPC)
    assert "configured" in kubectl(sample, "apply", "-f", "-", body=VPC.replace("1009", "1010"))
    kubectl(sample, "label", "vpc", "vpc-9", "colour=red")
    kubectl(sample, "patch", "vpc", "vpc-9", "--type=json", "-p", '[{"op": "remove", "path": "/spec/mode"}]')
    found = json.loads(kubectl(sample, "get", "vpc", "vpc-9", "-o", "json"))
    assert found["metadata"]["generation"] == 3
    assert found["metadata"]["labels"] == {"colour": "red"}
    assert found["spec"] == {"subnets": {"default": {"subnet": "10.0.9.0/24", "vlan": 1010}}}
    assert "deleted" in kubectl(sample, "delete", "vpc", "vpc-9")
    assert "NotFound" in kubectl(sample, "get", "vpc", "vpc-9", fails=True)


def test_mistakes_are_named(sample: PracticeServer) -> None:
    assert 'unknown field "spec.color"' in kubectl(
        sample, "create", "-f", "-", body=VPC.replace("mode", "color"), fails=True
    )
    wrong = VPC.replace("1009", "many")
    assert "spec.subnets.default.vlan" in kubectl(sample, "create", "-f", "-", body=wrong, fails=True)


def test_schemas_are_explained(sample: PracticeServer) -> None:
    assert "VPC" in kubectl(sample, "explain", "vpc.spec.subnets")


def test_a_kind_of_ones_own_can_be_added(sample: PracticeServer) -> None:
    names = {"kind": "Widget", "plural": "widgets", "singular": "widget"}
    version = {"name": "v1", "served": True, "storage": True}
    sample.add_kind(
        {
            "metadata": {"name": "widgets.lab.githedgehog.com"},
            "spec": {"group": "lab.githedgehog.com", "names": names, "versions": [version]},
        }
    )
    sample.put(
        {
            "apiVersion": "lab.githedgehog.com/v1",
            "kind": "Widget",
            "metadata": {"name": "w-1"},
            "spec": {"any": ["thing", 1]},
        }
    )
    found = json.loads(kubectl(sample, "get", "widgets", "w-1", "-o", "json"))
    assert found["spec"] == {"any": ["thing", 1]}


@contextmanager
def followed(server: PracticeServer, *arguments: str) -> Iterator[IO[str]]:
    """What `kubectl get --watch` prints, as it prints it."""
    command = ["kubectl", "--kubeconfig", str(server.kubeconfig), "get", *arguments]
    environment = {**os.environ, "HOME": str(server.directory)}
    until(lambda: not server.watches)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        late = Timer(30, process.kill)
        late.start()
        try:
            assert process.stdout
            yield process.stdout
        finally:
            late.cancel()
            process.kill()


def test_rows_are_followed(sample: PracticeServer) -> None:
    with followed(sample, "servers", "--watch", "--output-watch-events", "--selector=followed=yes") as lines:
        until(lambda: sample.watches, 20)
        for label in ("yes", "no"):
            sample.put(host("followed", labels={"followed": label}))
        assert lines.readline().split()[:3] == ["EVENT", "NAME", "TYPE"]
        assert [lines.readline().split()[:2] for _ in range(2)] == [["ADDED", "followed"], ["DELETED", "followed"]]


def test_whole_objects_are_followed_from_the_first(sample: PracticeServer) -> None:
    with followed(sample, "vpc", "vpc-web", "--watch", "-o", "jsonpath={.metadata.labels.turn}{'\\n'}") as lines:
        assert lines.readline() == "\n"
        until(lambda: sample.watches, 20)
        kubectl(sample, "label", "vpc", "vpc-web", "turn=first")
        assert lines.readline() == "first\n"


def test_kubectl_waits_for_what_comes(sample: PracticeServer) -> None:
    waiting = ["wait", "--for=jsonpath={.metadata.labels.ready}=yes", "--timeout=20s", "vpc/vpc-lab"]
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(kubectl, sample, *waiting)
        until(lambda: sample.watches, 20)
        kubectl(sample, "label", "vpc", "vpc-lab", "ready=yes")
        assert "condition met" in found.result()
