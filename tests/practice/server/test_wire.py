"""The practice server is held to recordings of a real API server, request for request."""

import json
import lzma
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from practice.server import PracticeServer
from tests.practice.server.client import Client
from tests.shared import shared
from tests.some import some

LATER = ("apply", "apply_merging")  # scenarios of server-side apply, which the server does not have yet
STEPS = 196
# The kinds without webhooks: what was recorded of them is the API server's word alone.
NO_WEBHOOK = {"switchgroups", "serverprofiles", "agents", "catalogs", "dhcpsubnets", "gatewayagents"}
CHANGING = ("managedFields", "uid", "creationTimestamp", "resourceVersion")


def test_every_recorded_step_of_the_wire_agrees(server: PracticeServer) -> None:
    skipped = [part for name in LATER for part in ("--skip", name)]
    recorded = shared("recordings", "wire.json")
    command = [sys.executable, shared("acceptance", "wire.py"), server.kubeconfig, "--against", recorded, *skipped]
    environment = {**os.environ, "HOME": str(server.directory)}
    found = subprocess.run([*command, "--all"], capture_output=True, text=True, timeout=120, env=environment)
    assert f"{STEPS} of {STEPS} steps agree" in found.stdout, found.stdout + found.stderr
    assert found.returncode == 0


def _verdicts(state: str) -> Iterator[dict[str, Any]]:
    with lzma.open(shared("recordings", "verdicts", f"{state}.jsonl.xz"), "rt") as lines:
        for line in lines:
            verdict = json.loads(line)
            plural = re.sub(r".*/namespaces/[^/]*/([a-z0-9]+).*", r"\1", verdict["path"])
            if plural in NO_WEBHOOK and "apply" not in (verdict["content_type"] or ""):
                yield verdict


@pytest.mark.parametrize(("state", "at_least"), [("medium", 50), ("gateway", 45)])
def test_recorded_verdicts_on_kinds_without_webhooks_agree(state: str, at_least: int) -> None:
    seen, wrong = 0, []
    with PracticeServer(snapshot=shared("recordings", "snapshots", f"{state}.json.xz")) as server:
        client = Client(server)
        for verdict in _verdicts(state):
            seen += 1
            headers = {"Content_Type": verdict["content_type"]} if verdict["content_type"] else {}
            answer = client.send(verdict["method"], verdict["path"], verdict["body"], **headers)
            if _told(answer.status, answer.data, answer.headers.get_all("Warning")) != _recorded(verdict):
                wrong.append((verdict["method"], verdict["path"], answer.data, _recorded(verdict)))
    assert not wrong
    assert seen >= at_least


def _told(status: int, data: dict[str, Any], warnings: list[str] | None) -> tuple[Any, ...]:
    told = ", ".join(warnings or [])
    if status >= 400:
        return status, data.get("reason"), data["message"], _sorted((data.get("details") or {}).get("causes")), told
    if data["kind"] == "Status":
        return status, None, told
    for name in CHANGING:
        data["metadata"].pop(name, None)
    return status, data, told


def _recorded(verdict: dict[str, Any]) -> tuple[Any, ...]:
    told = verdict.get("warnings") or ""
    if verdict["status"] >= 400:
        return verdict["status"], verdict["reason"], verdict["message"], _sorted(verdict["causes"]), told
    return verdict["status"], verdict["object"], told


def _sorted(causes: list[dict[str, str]] | None) -> list[str]:
    return sorted(json.dumps(cause, sort_keys=True) for cause in causes or [])


@pytest.mark.parametrize("state", ["small", "medium", "gateway", "large"])
def test_a_snapshot_is_served_as_it_was_recorded(state: str) -> None:
    path = shared("recordings", "snapshots", f"{state}.json.xz")
    recorded = json.loads(lzma.decompress(path.read_bytes()))["objects"]
    with PracticeServer(snapshot=path) as server:
        client = Client(server)
        for collection, objects in some(recorded.items()):
            assert _by_name(client.get(f"/apis/{collection}").data["items"]) == _by_name(objects)


def _by_name(objects: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(item["metadata"]["namespace"], item["metadata"]["name"]): item for item in objects}
