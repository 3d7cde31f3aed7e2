"""Connections as an API server of a large fabric would list them: as many as wanted, always the same ones."""

import itertools
import uuid
from collections.abc import Iterator
from typing import Any

__all__ = ("API_VERSION", "PATH", "connections")

API_VERSION = "wiring.githedgehog.com/v1beta1"
PATH = f"{API_VERSION}/connections"
CREATED = "2026-01-01T08:00:00Z"
# One in ten each: half of a fabric's cables are servers with two links, the rest is a little of everything.
TYPES = ("eslag", "eslag", "eslag", "eslag", "eslag", "unbundled", "unbundled", "bundled", "fabric", "vpcLoopback")


def connections(count: int) -> Iterator[dict[str, Any]]:
    """COUNT Connections, complete with what an API server sets (uid, times, field managers)."""
    for number, kind in zip(range(count), itertools.cycle(TYPES), strict=False):
        first, second = f"leaf-{number % 400:03}", f"leaf-{number % 400 + 1:03}"
        devices, content = _content(kind, number, first, second)
        name = f"{devices[0]}--{kind.lower()}--{number:06}"
        yield {
            "apiVersion": API_VERSION,
            "kind": "Connection",
            "metadata": _metadata(name, kind, devices, number),
            "spec": {kind: content},
        }


def _content(kind: str, number: int, first: str, second: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The devices that a connection of KIND joins, and what stands below its type's key."""
    server = f"server-{number:06}"
    port = number // 400 + 1
    if kind == "unbundled":
        return (server, first), {"link": _link("server", f"{server}/enp2s1", "switch", f"{first}/E1/{port}")}
    if kind in ("bundled", "eslag"):
        other = first if kind == "bundled" else second
        pairs = ((f"{server}/enp2s1", f"{first}/E1/{port}"), (f"{server}/enp2s2", f"{other}/E1/{port + 1}"))
        devices = (server, first) if kind == "bundled" else (server, first, second)
        return devices, {"links": [_link("server", near, "switch", far) for near, far in pairs]}
    if kind == "fabric":
        spine = f"spine-{number % 8:02}"
        links = []
        for lane in range(2):
            address = f"172.30.{number // 64 % 256}.{4 * number % 250 + 2 * lane}/31"
            link = _link("spine", f"{spine}/E1/{port + lane}", "leaf", f"{first}/E1/{port + lane}")
            links.append({end: {**value, "ip": address} for end, value in link.items()})
        return (spine, first), {"links": links}
    return (first,), {"links": [_link("switch1", f"{first}/E1/{port}", "switch2", f"{first}/E1/{port + 1}")]}


def _link(near: str, near_port: str, far: str, far_port: str) -> dict[str, Any]:
    return {near: {"port": near_port}, far: {"port": far_port}}


def _metadata(name: str, kind: str, devices: tuple[str, ...], number: int) -> dict[str, Any]:
    labels = {"fabric.githedgehog.com/connection-type": "vpc-loopback" if kind == "vpcLoopback" else kind}
    for device in devices:
        role = "server" if device.startswith("server") else "switch"
        labels[f"{role}.fabric.githedgehog.com/{device}"] = "true"
    manager = {
        "apiVersion": API_VERSION,
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:spec": {f"f:{kind}": {"f:links": {}}}},
        "manager": "kubectl",
        "operation": "Apply",
        "time": CREATED,
    }
    return {
        "creationTimestamp": CREATED,
        "generation": 1,
        "labels": labels,
        "managedFields": [manager],
        "name": name,
        "namespace": "default",
        "resourceVersion": str(1_000_000 + number),
        "uid": str(uuid.UUID(int=number + (1 << 96), version=4)),
    }
