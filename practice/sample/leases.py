"""DHCP: a DHCPSubnet for each subnet that has it on, with the leases of the servers that are attached."""

from __future__ import annotations

from datetime import datetime

from practice.sample.clock import stamp
from practice.sample.make import DHCP, Data, label, make
from practice.sample.servers import BY_NUMBER
from practice.sample.tenants import ATTACHED, VPCS

LEASE_SECONDS = 3600


def mac(server: int, port: int = 1) -> str:
    return f"0c:20:12:aa:{server:02x}:{port:02x}"


def lease(subnet: str, server: int, now: datetime, left: float = LEASE_SECONDS) -> Data:
    """The lease of a server's first port; LEFT: seconds until it ends."""
    vpc, _, part = subnet.partition("/")
    network = VPCS[vpc]["subnets"][part]["subnet"].rpartition(".")[0]
    host = BY_NUMBER[server].name
    return {"ip": f"{network}.{10 + server}", "expiry": stamp(now, seconds=-left), "hostname": host, "discover": False}


def dhcp_subnets(now: datetime) -> list[Data]:
    found = []
    for vpc, spec in VPCS.items():
        for name, subnet in spec["subnets"].items():
            if "dhcp" in subnet:
                found.append(_dhcp_subnet(vpc, name, subnet, now))
    return found


def _dhcp_subnet(vpc: str, name: str, subnet: Data, now: datetime) -> Data:
    key, dhcp = f"{vpc}/{name}", subnet["dhcp"]
    options = dhcp["options"]
    spec = {
        "subnet": key,
        "cidrBlock": subnet["subnet"],
        "gateway": subnet["gateway"],
        "startIP": dhcp["range"]["start"],
        "endIP": dhcp["range"]["end"],
        "leaseTimeSeconds": options["leaseTimeSeconds"],
        "vrf": vpc,
        "circuitID": f"vlan{subnet['vlan']}",
        "defaultURL": "",
        "pxeURL": "",
        "dnsServers": options["dnsServers"],
        "timeServers": options["timeServers"],
        "interfaceMTU": options["interfaceMTU"],
    }
    here = [server for subnet_key, server, _ in ATTACHED if subnet_key == key]
    leases = {mac(server): lease(key, server, now, LEASE_SECONDS - 300 * server) for server in here}
    status = {"allocated": leases} if leases else {}
    labels = label("vpc", vpc) | label("subnet", name)
    return make(DHCP, "DHCPSubnet", f"{vpc}--{name}", spec, labels, status=status)
