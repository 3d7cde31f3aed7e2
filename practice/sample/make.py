"""Objects of the sample fabric, as short calls."""

from __future__ import annotations

from typing import Any

Data = dict[str, Any]
AGENT, DHCP = "agent.githedgehog.com/v1beta1", "dhcp.githedgehog.com/v1beta1"
VPC, WIRING = "vpc.githedgehog.com/v1beta1", "wiring.githedgehog.com/v1beta1"
GATEWAY, GWINT = "gateway.githedgehog.com/v1alpha1", "gwint.githedgehog.com/v1alpha1"
FABRIC = "fabric.githedgehog.com"  # the prefix of the labels that the fabric's controller owns


def make(version: str, kind: str, name: str, spec: Data, labels: dict[str, str] | None = None, **more: Any) -> Data:
    """One object; MORE are parts beside metadata and spec, such as a status."""
    metadata: Data = {"name": name, "namespace": "default"}
    if labels:
        metadata["labels"] = dict(sorted(labels.items()))
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec, **more}


def label(name: str, value: str) -> dict[str, str]:
    return {f"{FABRIC}/{name}": value}


def listed(what: str, *names: str) -> dict[str, str]:
    """Labels that list names: {"switch.fabric.githedgehog.com/leaf-01": "true"}."""
    return {f"{what}.{FABRIC}/{name}": "true" for name in names}
