"""The sample fabric, object by object."""

from __future__ import annotations

from practice.sample.make import VPC, WIRING, Data, make


def sample() -> list[Data]:
    """Every object of the sample fabric, in the order in which a fabric would take them."""
    return namespaces()


def namespaces() -> list[Data]:
    return [
        make(VPC, "IPv4Namespace", "default", {"subnets": ["10.0.0.0/16"]}),
        make(WIRING, "VLANNamespace", "default", {"ranges": [{"from": 1000, "to": 2999}]}),
    ]
