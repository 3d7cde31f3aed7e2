"""What users of the fabric made: VPCs, attachments, peerings, externals."""

from __future__ import annotations

from practice.sample.make import VPC, WIRING, Data, label, listed, make
from practice.sample.servers import BY_NUMBER

DHCP_OPTIONS: Data = {
    "dnsServers": ["10.0.20.10", "10.0.20.11"],
    "timeServers": ["10.0.20.10"],
    "interfaceMTU": 9036,
    "leaseTimeSeconds": 3600,
    "advertisedRoutes": [],
}


def _subnet(third: int, vlan: int, dhcp: bool = True, **more: object) -> Data:
    """A /24 below 10.0.0.0/16, with the gateway at its first address and, with DHCP, leases from .10 to .199."""
    found: Data = {"subnet": f"10.0.{third}.0/24", "gateway": f"10.0.{third}.1", "vlan": vlan, **more}
    if dhcp:
        addresses = {"start": f"10.0.{third}.10", "end": f"10.0.{third}.199"}
        found["dhcp"] = {"enable": True, "range": addresses, "options": dict(DHCP_OPTIONS)}
    return found


VPCS: dict[str, Data] = {
    "vpc-web": {
        "subnets": {"frontend": _subnet(10, 1010), "backend": _subnet(11, 1011, dhcp=False, isolated=True)},
        "permit": [["backend", "frontend"]],
    },
    "vpc-data": {"subnets": {"default": _subnet(20, 1020)}},
    "vpc-storage": {"mode": "l3vni", "subnets": {"default": _subnet(30, 1030, dhcp=False)}},
    "vpc-gpu": {"mode": "l3vni", "subnets": {"rail-1": _subnet(40, 1040), "rail-2": _subnet(41, 1041, dhcp=False)}},
    "vpc-lab": {"defaultRestricted": True, "subnets": {"default": _subnet(50, 1050)}},
}
ATTACHED = (  # subnet, server's number, native VLAN
    ("vpc-web/frontend", 1, False),
    ("vpc-web/frontend", 2, False),
    ("vpc-web/backend", 2, False),
    ("vpc-data/default", 9, False),
    ("vpc-storage/default", 3, False),
    ("vpc-gpu/rail-1", 4, False),
    ("vpc-gpu/rail-2", 8, False),
    ("vpc-lab/default", 7, True),
)


def namespaces() -> list[Data]:
    return [
        make(VPC, "IPv4Namespace", "default", {"subnets": ["10.0.0.0/16"]}),
        make(WIRING, "VLANNamespace", "default", {"ranges": [{"from": 1000, "to": 2999}]}),
    ]


def vpcs() -> list[Data]:
    labels = label("ipv4ns", "default") | label("vlanns", "default")
    common = {"ipv4Namespace": "default", "vlanNamespace": "default"}
    return [make(VPC, "VPC", name, common | spec, labels) for name, spec in VPCS.items()]


def attachments() -> list[Data]:
    return [_attachment(*given) for given in ATTACHED]


def _attachment(subnet: str, server: int, native: bool) -> Data:
    vpc, _, part = subnet.partition("/")
    connection = BY_NUMBER[server].connection
    spec: Data = {"subnet": subnet, "connection": connection}
    labels = label("vpc", vpc) | label("subnet", part) | label("connection", connection)
    if native:
        spec["nativeVLAN"] = True
        labels |= label("nativevlan", "true")
    return make(VPC, "VPCAttachment", f"{vpc}--{part}--{connection}", spec, labels)


def peerings() -> list[Data]:
    permit = [{"vpc-web": {"subnets": ["backend"]}, "vpc-data": {"subnets": ["default"]}}]
    labels = label("vpc1", "vpc-data") | label("vpc2", "vpc-web") | listed("vpc", "vpc-data", "vpc-web")
    outside = {
        "permit": {
            "vpc": {"name": "vpc-web", "subnets": ["frontend"]},
            "external": {"name": "internet", "prefixes": [{"prefix": "0.0.0.0/0"}]},
        }
    }
    outside_labels = label("vpc", "vpc-web") | label("external", "internet")
    return [
        make(VPC, "VPCPeering", "vpc-web--vpc-data", {"permit": permit}, labels),
        make(VPC, "ExternalPeering", "vpc-web--internet", outside, outside_labels),
    ]


def external_connections() -> list[Data]:
    static = {
        "port": "leaf-03/E1/20",
        "ip": "172.31.20.1/24",
        "nextHop": "172.31.20.254",
        "subnets": ["192.168.77.0/24"],
        "vlan": 77,
    }
    labels = label("connection-type", "static-external") | label("vpc", "vpc-lab") | listed("switch", "leaf-03")
    spec = {"staticExternal": {"withinVPC": "vpc-lab", "link": {"switch": static}}}
    return [
        _to_outside("leaf-04--external", "leaf-04", 40),
        _to_outside("leaf-04--external-2", "leaf-04", 41),
        make(WIRING, "Connection", "leaf-03--static-external", spec, labels),
    ]


def _to_outside(name: str, leaf: str, port: int) -> Data:
    labels = label("connection-type", "external") | listed("switch", leaf)
    return make(WIRING, "Connection", name, {"external": {"link": {"switch": {"port": f"{leaf}/E1/{port}"}}}}, labels)


def externals() -> list[Data]:
    """One external that speaks BGP and one with static routes, each with its attachment."""
    bgp = {"ipv4Namespace": "default", "inboundCommunity": "65102:5000", "outboundCommunity": "50000:50001"}
    static = {"ipv4Namespace": "default", "static": {"prefixes": ["192.168.100.0/24"]}}
    labels = label("ipv4ns", "default")
    speaks = {"switch": {"ip": "100.64.10.1/24", "vlan": 10}, "neighbor": {"asn": 64102, "ip": "100.64.10.254"}}
    fixed = {"switch": {}, "neighbor": {}, "static": {"ip": "100.64.11.1/24", "remoteIP": "100.64.11.254", "vlan": 11}}
    return [
        make(VPC, "External", "internet", bgp, labels),
        make(VPC, "External", "office", static, labels),
        _reached("internet", "leaf-04--external", speaks),
        _reached("office", "leaf-04--external-2", fixed),
    ]


def _reached(external: str, connection: str, how: Data) -> Data:
    labels = label("connection", connection) | label("external", external)
    spec = {"connection": connection, "external": external, **how}
    return make(VPC, "ExternalAttachment", f"leaf-04--{external}", spec, labels)
