"""The gateway, what peers through it, and what the controller makes of both."""

from __future__ import annotations

from datetime import datetime

from practice.sample.clock import stamp
from practice.sample.ids import internal_id, vpc_vni
from practice.sample.make import GATEWAY, GWINT, Data, make
from practice.sample.switches import FIRST_LINK, LEAVES, SPINES
from practice.sample.tenants import VPCS

VTEP_MAC = "CA:FE:BA:BE:01:01"
EXTERNALS = ("internet", "office")


def _gateway() -> Data:
    """Its two cables come after those to the leaves of the same spine: a /31 each, the odd address is the gateway's."""
    interfaces, neighbors = {}, []
    for spine in SPINES:
        number = (spine.number + 1) * (2 * len(LEAVES) + 1) - 1
        first, port = FIRST_LINK + 2 * number, f"enp2s{spine.number + 1}"
        interfaces[port] = {"ips": [f"{first + 1}/31"], "mtu": 9100}
        neighbors.append({"asn": spine.asn, "ip": str(first), "source": port})
    return {
        "asn": 65534,
        "protocolIP": "172.30.8.200/32",
        "vtepIP": "172.30.12.200/32",
        "vtepMAC": VTEP_MAC,
        "vtepMTU": 9036,
        "groups": [{"name": "default", "priority": 0}],
        "interfaces": interfaces,
        "neighbors": neighbors,
        "logs": {"default": "info", "tags": {"all": "info"}},
        "workers": 4,
    }


def gateways() -> list[Data]:
    return [make(GATEWAY, "GatewayGroup", "default", {}), make(GATEWAY, "Gateway", "gateway-1", _gateway())]


PEERING: Data = {
    "gatewayGroup": "default",
    "peering": {
        "vpc-gpu": {
            "expose": [
                {
                    "ips": [{"vpcSubnet": "rail-1"}],
                    "as": [{"cidr": "192.168.140.0/30"}],
                    "nat": {"masquerade": {"idleTimeout": "2m0s"}},
                }
            ]
        },
        "vpc-data": {"expose": [{"ips": [{"cidr": "10.0.20.0/25"}]}]},
    },
    "acl": {
        "default": "deny-unless-exposed",
        "rules": [
            {
                "name": "datasets",
                "action": "allow",
                "from": "vpc-gpu",
                "scope": "flow",
                "match": {"proto": "tcp", "dst": [{"cidr": "10.0.20.0/25", "ports": ["443", "9000-9100"]}]},
            }
        ],
    },
}


def gateway_peerings() -> list[Data]:
    labels = {f"vpc.gateway.githedgehog.com/{vpc}": "true" for vpc in PEERING["peering"]}
    return [make(GATEWAY, "GatewayPeering", "vpc-gpu--vpc-data", PEERING, labels)]


def vpc_infos() -> list[Data]:
    found = []
    for name, spec in VPCS.items():
        subnets = {subnet: {"cidr": part["subnet"]} for subnet, part in spec["subnets"].items()}
        found.append(_info(name, subnets))
    return found + [_info(f"ext.{name}", {"external": {"cidr": "0.0.0.0/0"}}) for name in EXTERNALS]


def _info(name: str, subnets: Data) -> Data:
    spec = {"vni": vpc_vni(name), "subnets": subnets}
    return make(GATEWAY, "VPCInfo", name, spec, status={"internalID": internal_id(name)})


def gateway_agents(now: datetime) -> list[Data]:
    infos = {info["metadata"]["name"]: info["spec"] | info["status"] for info in vpc_infos()}
    members = [{"name": "gateway-1", "priority": 0, "vtepIP": "172.30.12.200/32"}]
    spec = {
        "gateway": _gateway(),
        "groups": {"default": {"members": members}},
        "communities": {str(number): f"50001:{number}" for number in range(10)},
        "config": {"fabricBFD": True},
        "vpcs": infos,
        "peerings": {"vpc-gpu--vpc-data": PEERING},
    }
    status = {
        "agentVersion": "v0.111.0",
        "lastAppliedGen": 4,
        "lastAppliedTime": stamp(now, hours=30),
        "lastHeartbeat": stamp(now),
        "state": {
            "lastCollectedTime": stamp(now),
            "dataplane": {"version": "v0.12.0"},
            "frr": {"lastAppliedGen": 4},
        },
    }
    agent = make(GWINT, "GatewayAgent", "gateway-1", spec, status=status)
    agent["metadata"]["generation"] = 4
    return [agent]
