"""Which objects an object names."""

import pytest
from hypothesis import given

from netbox_hedgehog import kinds
from netbox_hedgehog.kinds import Kind, Ref
from tests.pure.kinds.arbitrary import JSON, KIND, manifest
from tests.pure.kinds.snapshots import objects


def refs(kind: str, spec: object, name: str = "name") -> list[tuple[str, str, str]]:
    found = kinds.references(kinds.by_name(kind), {"metadata": {"name": name}, "spec": spec})
    return [(ref.path, ref.kind, ref.name) for ref in found]


def link(**ends: str) -> dict[str, dict[str, str]]:
    return {role: {"port": port} for role, port in ends.items()}


def test_attachment_names_the_vpc_before_the_slash():
    assert refs("VPCAttachment", {"subnet": "vpc-1/blue", "connection": "conn"}) == [
        ("spec.subnet", "VPC", "vpc-1"),
        ("spec.connection", "Connection", "conn"),
    ]
    assert refs("VPCAttachment", {"subnet": "vpc-1"}) == [("spec.subnet", "VPC", "vpc-1")]
    assert refs("VPCAttachment", {"subnet": "/blue"}) == []


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            {"unbundled": {"link": link(server="s-1/eth0", switch="leaf-1/E1/1")}},
            {
                ("spec.unbundled.link.server.port", "Server", "s-1"),
                ("spec.unbundled.link.switch.port", "Switch", "leaf-1"),
            },
        ),
        (
            {"eslag": {"links": [link(server="s-1/eth0", switch="leaf-1/E1/1"), link(switch="leaf-2/E1/1")]}},
            {
                ("spec.eslag.links[0].server.port", "Server", "s-1"),
                ("spec.eslag.links[0].switch.port", "Switch", "leaf-1"),
                ("spec.eslag.links[1].switch.port", "Switch", "leaf-2"),
            },
        ),
        (
            {"gateway": {"links": [link(switch="spine-1/E1/1", gateway="gw-1/enp2s1")]}},
            {
                ("spec.gateway.links[0].switch.port", "Switch", "spine-1"),
                ("spec.gateway.links[0].gateway.port", "Gateway", "gw-1"),
            },
        ),
        (
            {"mesh": {"links": [link(leaf1="leaf-1/E1/1", leaf2="leaf-2/E1/1")]}},
            {
                ("spec.mesh.links[0].leaf1.port", "Switch", "leaf-1"),
                ("spec.mesh.links[0].leaf2.port", "Switch", "leaf-2"),
            },
        ),
        (
            {"fabric": {"links": [link(spine="spine-1/E1/1", leaf="leaf-2/E1/1")]}},
            {
                ("spec.fabric.links[0].spine.port", "Switch", "spine-1"),
                ("spec.fabric.links[0].leaf.port", "Switch", "leaf-2"),
            },
        ),
        (
            {"mclagDomain": {"peerLinks": [link(switch1="a/E1/1")], "sessionLinks": [link(switch2="b/E1/2")]}},
            {
                ("spec.mclagDomain.peerLinks[0].switch1.port", "Switch", "a"),
                ("spec.mclagDomain.sessionLinks[0].switch2.port", "Switch", "b"),
            },
        ),
        (
            {"staticExternal": {"link": link(switch="leaf-3/E1/9"), "withinVPC": "vpc-1"}},
            {
                ("spec.staticExternal.link.switch.port", "Switch", "leaf-3"),
                ("spec.staticExternal.withinVPC", "VPC", "vpc-1"),
            },
        ),
        ({"external": {"link": link(switch="no-slash")}}, set()),
    ],
)
def test_connection_names_the_device_of_each_port(spec, expected):
    assert set(refs("Connection", spec)) == expected


def test_peerings_name_by_their_keys():
    assert refs("VPCPeering", {"permit": [{"a": {}, "b": None}, {"a": {}, "b": {}}]}) == [
        ("spec.permit[0].a", "VPC", "a"),
        ("spec.permit[0].b", "VPC", "b"),
        ("spec.permit[1].a", "VPC", "a"),
        ("spec.permit[1].b", "VPC", "b"),
    ]
    assert refs("GatewayPeering", {"gatewayGroup": "edge", "peering": {"vpc-1": {}, "ext.isp": {}}}) == [
        ("spec.gatewayGroup", "GatewayGroup", "edge"),
        ("spec.peering.vpc-1", "VPC", "vpc-1"),
        ('spec.peering["ext.isp"]', "External", "isp"),
    ]
    assert refs("ExternalPeering", {"permit": {"vpc": {"name": "a"}, "external": {"name": "isp"}}}) == [
        ("spec.permit.vpc.name", "VPC", "a"),
        ("spec.permit.external.name", "External", "isp"),
    ]


def test_switch_names_profile_groups_and_namespaces():
    spec = {"profile": "vs", "groups": ["g"], "redundancy": {"group": "g"}, "vlanNamespaces": ["default"]}
    assert refs("Switch", spec) == [
        ("spec.profile", "SwitchProfile", "vs"),
        ("spec.groups[0]", "SwitchGroup", "g"),
        ("spec.redundancy.group", "SwitchGroup", "g"),
        ("spec.vlanNamespaces[0]", "VLANNamespace", "default"),
    ]


def test_a_vpc_names_namespaces_and_the_relays_vpc():
    spec = {"ipv4Namespace": "i", "vlanNamespace": "v", "subnets": {"blue": {"dhcp": {"relayVPC": "other"}}}}
    assert refs("VPC", spec) == [
        ("spec.ipv4Namespace", "IPv4Namespace", "i"),
        ("spec.vlanNamespace", "VLANNamespace", "v"),
        ("spec.subnets.blue.dhcp.relayVPC", "VPC", "other"),
    ]


def test_run_time_objects_name_what_they_are_about():
    assert refs("Agent", {"switch": {"profile": "vs"}}, "leaf-1") == [("metadata.name", "Switch", "leaf-1")]
    assert refs("GatewayAgent", {"gateway": {"groups": [{"name": "g"}]}}, "gw") == [("metadata.name", "Gateway", "gw")]
    assert refs("VPCInfo", {}, "vpc-1") == [("metadata.name", "VPC", "vpc-1")]
    assert refs("VPCInfo", {}, "ext.isp") == [("metadata.name", "External", "isp")]
    assert refs("DHCPSubnet", {"subnet": "vpc-1/blue"}) == [("spec.subnet", "VPC", "vpc-1")]
    assert refs("DHCPSubnet", {"subnet": "management"}) == []
    assert refs("Catalog", {"vpcVNIs": {"vpc-1": 100}}) == []


def test_what_is_of_the_wrong_type_names_nothing():
    assert refs("VPCAttachment", {"subnet": 5, "connection": {"name": "conn"}}) == []
    assert refs("Switch", {"profile": 7, "groups": "g", "vlanNamespaces": [["default"], 1, "ok"]}) == [
        ("spec.vlanNamespaces[2]", "VLANNamespace", "ok"),
    ]
    assert refs("Connection", {"eslag": {"links": {"server": "s/1"}}, "bundled": []}) == []
    assert refs("VPCPeering", {"permit": {"a": {}}}) == []
    assert refs("Agent", {}, name="") == []


def test_keys_with_other_characters_stand_in_brackets():
    (path, *_), *_ = refs("VPCPeering", {"permit": [{'a"b': {}}]})
    assert path == 'spec.permit[0]["a\\"b"]'


def test_every_reference_of_real_fabrics_has_its_target():
    everything = objects()
    known = {(obj["kind"], obj["metadata"]["name"]) for obj in everything}
    broken = [
        (obj["kind"], obj["metadata"]["name"], ref)
        for obj in everything
        for ref in kinds.references(kinds.by_name(obj["kind"]), obj)
        if (ref.kind, ref.name) not in known
    ]
    assert broken == []


def test_no_object_of_a_real_fabric_goes_without_the_references_of_its_kind():
    for kind in kinds.KINDS:
        seen = {
            ref.path.split("[")[0].split(".")[1]
            for obj in objects()
            if obj["kind"] == kind.kind
            for ref in kinds.references(kind, obj)
        }
        assert seen or not kind.references or kind.kind == "Server", kind


@given(kind=KIND, value=JSON)
def test_arbitrary_json_never_raises(kind: Kind, value):
    assert kinds.references(kind, value) is not None
    assert kinds.references(kind, {"metadata": value, "spec": value}) is not None


@given(manifest())
def test_references_are_texts_and_none_comes_twice(kind_and_object):
    kind, obj = kind_and_object
    found = kinds.references(kind, obj)
    assert len(found) == len(set(found))
    targets = {target for rule in kind.references for target in rule.to.kinds}
    for ref in found:
        assert isinstance(ref, Ref)
        assert ref.name
        assert ref.kind in targets
