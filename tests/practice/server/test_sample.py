"""The sample fabric: valid, whole, the same on every start, and alive."""

from datetime import UTC, datetime
from typing import Any

import pytest

from netbox_hedgehog import kinds
from practice.sample import sample
from practice.server import PracticeServer, schema
from practice.server.metadata import check
from practice.server.registry import Registry, hedgehog
from practice.server.validation import validate
from tests.waiting import until

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)

CONNECTIONS = {  # all but mesh, which is a fabric without spines
    "unbundled",
    "bundled",
    "eslag",
    "mclag",
    "mclagDomain",
    "fabric",
    "gateway",
    "vpcLoopback",
    "external",
    "staticExternal",
}


def key(data: dict[str, Any]) -> tuple[str, str]:
    return data["kind"], data["metadata"]["name"]


def test_it_shows_every_kind_and_every_type_of_connection() -> None:
    objects = sample(NOW)
    assert {data["kind"] for data in objects} == {kind.kind for kind in kinds.KINDS}
    types = {name for data in objects if data["kind"] == "Connection" for name in data["spec"]}
    assert types == CONNECTIONS
    assert len({key(data) for data in objects}) == len(objects)


def test_it_is_the_same_for_the_same_moment() -> None:
    assert sample(NOW) == sample(NOW)


@pytest.mark.parametrize("data", sample(NOW), ids=lambda data: "/".join(key(data)))
def test_every_object_is_valid(data: dict[str, Any]) -> None:
    kind = Registry(hedgehog()).of_kind(data["apiVersion"], data["kind"])
    assert kind is not None
    assert schema.prune(data, kind.whole_schema) == []
    assert [cause.text() for cause in validate(data, kind.whole_schema)] == []
    assert check(data["metadata"]) == []


def test_every_reference_has_its_target() -> None:
    objects = sample(NOW)
    there = {key(data) for data in objects}
    missing = []
    for data in objects:
        kind = kinds.by_name(data["kind"])
        missing += [(key(data), ref) for ref in kinds.references(kind, data) if (ref.kind, ref.name) not in there]
    assert missing == []


def test_no_address_and_no_port_is_given_twice() -> None:
    ports, addresses = [], []
    for data in sample(NOW):
        if data["kind"] == "Connection":
            _collect(data["spec"], "port", ports)
            if "fabric" in data["spec"] or "gateway" in data["spec"]:
                _collect(data["spec"], "ip", addresses)
        if data["kind"] == "Switch":
            addresses += [data["spec"][name] for name in ("ip", "protocolIP", "vtepIP") if name in data["spec"]]
    assert len(ports) == len(set(ports))
    assert len(addresses) == len(set(addresses))


def _collect(value: Any, name: str, found: list[str]) -> None:
    if isinstance(value, list):
        for item in value:
            _collect(item, name, found)
    if isinstance(value, dict):
        for field, item in value.items():
            if field == name and isinstance(item, str):
                found.append(item)
            else:
                _collect(item, name, found)


def test_it_moves_unless_it_is_told_to_be_still() -> None:
    with PracticeServer(still=False) as moving, PracticeServer() as still:
        before = {server.url: server.list("agents")[0]["metadata"]["resourceVersion"] for server in (moving, still)}
        until(lambda: moving.list("agents")[0]["metadata"]["resourceVersion"] != before[moving.url])
        after = {server.url: server.list("agents")[0]["metadata"]["resourceVersion"] for server in (moving, still)}
        assert before[moving.url] != after[moving.url]
        assert before[still.url] == after[still.url]
        agent = moving.list("agents")[0]
        assert agent["metadata"]["generation"] == agent["status"]["lastAppliedGen"]
        kind = Registry(hedgehog()).of_kind(agent["apiVersion"], "Agent")
        assert kind is not None
        assert schema.prune(agent, kind.whole_schema) == []
