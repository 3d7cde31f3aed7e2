"""One plain sentence an object."""

from typing import Any

import pytest
from hypothesis import given

from netbox_hedgehog import kinds
from netbox_hedgehog.kinds import Kind, Writer
from tests.pure.kinds.arbitrary import JSON, KIND, manifest
from tests.pure.kinds.snapshots import objects
from tests.some import some


def link(**ends: str) -> dict[str, dict[str, str]]:
    return {role: {"port": port} for role, port in ends.items()}


CONNECTION = {
    "metadata": {"name": "conn"},
    "spec": {"eslag": {"links": [link(server="server-03/a", switch="leaf-01/E1/1"), link(switch="leaf-02/E1/1")]}},
}
VPC = {"spec": {"subnets": {"default": {"subnet": "10.0.1.0/24", "vlan": 1001, "dhcp": {"enable": True}}}}}


def related(kind: str, name: str) -> dict[str, Any] | None:
    return {("Connection", "conn"): CONNECTION, ("VPC", "vpc-1"): VPC}.get((kind, name))


@pytest.mark.parametrize(
    ("kind", "spec", "sentence"),
    [
        (
            "VPCAttachment",
            {"subnet": "vpc-1", "connection": "conn"},
            "Attaches VPC vpc-1, subnet default, over connection conn",
        ),
        ("VPC", VPC["spec"], "VPC (bridged) with 1 subnet: default (10.0.1.0/24 VLAN 1001 DHCP)"),
        ("VPC", {"subnets": {"a": None, "b": {"vlan": 0}}, "mode": "l3vni"}, "VPC (routed) with 2 subnets: a and b"),
        (
            "VPCPeering",
            {"permit": [{"a": {"subnets": ["x", "y"]}, "b": {}}]},
            "Lets VPCs a (subnets x and y) and b (all subnets) reach each other",
        ),
        ("External", {"static": {"prefixes": ["0.0.0.0/0"]}}, "Outside network with static routes to 0.0.0.0/0"),
        (
            "ExternalAttachment",
            {
                "external": "isp",
                "connection": "c",
                "switch": {"vlan": 10},
                "neighbor": {"asn": 64512, "ip": "192.0.2.1"},
            },
            "Connects external isp to connection c, VLAN 10, by BGP with AS 64512 at 192.0.2.1",
        ),
        (
            "ExternalPeering",
            {"permit": {"vpc": {"name": "v"}, "external": {"name": "e", "prefixes": [{"prefix": "0.0.0.0/0"}]}}},
            "Lets VPC v reach external e, prefixes 0.0.0.0/0",
        ),
        ("Connection", CONNECTION["spec"], "Connects server-03 to leaf-01 and leaf-02 by 2 links (ESLAG)"),
        (
            "Connection",
            {"gateway": {"links": [link(switch="spine-1/E1/1", gateway="gw/e1")]}},
            "Connects spine-1 to gw by 1 link (gateway)",
        ),
        (
            "Connection",
            {"mclagDomain": {"peerLinks": [link(switch1="a/1", switch2="b/1")], "sessionLinks": [link(switch1="a/2")]}},
            "Joins a and b as an MCLAG pair by 2 links",
        ),
        (
            "GatewayPeering",
            {"gatewayGroup": "edge", "peering": {"a": {"expose": [{"nat": {"static": {}}}]}, "ext.isp": {}}},
            "Lets VPC a (static NAT) and external isp reach each other through gateway group edge",
        ),
        ("VLANNamespace", {"ranges": [{"from": 100, "to": 199}, {"from": 500}]}, "VLANs 100 to 199 and 500 for VPCs"),
        ("SwitchGroup", {}, kinds.by_name("SwitchGroup").summary.rstrip(".")),
    ],
)
def test_says_what_the_object_is(kind, spec, sentence):
    assert kinds.describe(kinds.by_name(kind), {"metadata": {"name": "n"}, "spec": spec}) == sentence


def test_says_more_when_the_related_objects_are_at_hand():
    kind = kinds.by_name("VPCAttachment")
    spec = {"subnet": "vpc-1/default", "connection": "conn"}
    said = "Attaches VPC vpc-1, subnet default, to server-03 through leaf-01 and leaf-02"
    assert kinds.describe(kind, {"spec": spec}, related) == f"{said}, tagged 1001"
    assert kinds.describe(kind, {"spec": spec | {"nativeVLAN": True}}, related) == f"{said}, untagged"


def test_says_whether_a_switch_runs_what_it_is_told_to():
    def said(**status: Any) -> str:
        obj = {"metadata": {"name": "leaf-1", "generation": 5}, "status": status}
        return kinds.describe(kinds.by_name("Agent"), obj)

    assert said() == "Switch leaf-1 has not reported yet"
    assert said(lastAppliedGen=5) == "Switch leaf-1 runs its newest configuration (generation 5)"
    assert said(lastAppliedGen=4, version="v1") == (
        "Switch leaf-1 runs generation 4 of its configuration, not yet 5, agent v1"
    )


def test_what_is_of_the_wrong_type_is_left_out():
    spec = {"subnets": {"a": {"subnet": {"x": 1}, "vlan": True, "dhcp": {"enable": "yes"}}}}
    assert kinds.describe(kinds.by_name("VPC"), {"spec": spec}) == "VPC (bridged) with 1 subnet: a"
    spec = {"role": ["spine"], "profile": None, "asn": 65100, "ip": "172.30.0.7\n/21"}
    assert (
        kinds.describe(kinds.by_name("Switch"), {"spec": spec}) == "Switch, AS 65100, management address 172.30.0.7 /21"
    )


def test_of_many_the_first_are_told():
    subnets = {f"s{number}": {} for number in range(20)}
    said = kinds.describe(kinds.by_name("VPC"), {"spec": {"subnets": subnets}})
    assert said == "VPC (bridged) with 20 subnets: s0, s1, s2 and 17 more"


def test_every_real_object_that_a_user_wrote_gets_more_than_its_kinds_summary():
    real = ((kinds.by_name(obj["kind"]), obj) for obj in objects())
    for kind, obj in some((kind, obj) for kind, obj in real if kind.writer is Writer.USER and kind.spec.fields):
        assert kinds.describe(kind, obj) != kind.summary.rstrip("."), obj["metadata"]["name"]


@given(kind=KIND, value=JSON)
def test_arbitrary_json_never_raises(kind: Kind, value):
    assert kinds.describe(kind, value)
    assert kinds.describe(kind, {"metadata": value, "spec": value, "status": value}, lambda *_: value)


@given(manifest())
def test_it_is_one_line(kind_and_object):
    kind, obj = kind_and_object
    said = kinds.describe(kind, obj)
    assert said
    assert len(said.splitlines()) == 1
