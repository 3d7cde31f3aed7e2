"""The numbers that the fabric's controller hands out, by a rule of our own: the same ones on every start."""

from __future__ import annotations

from practice.sample.servers import HOSTS
from practice.sample.tenants import ATTACHED, VPCS

EXTERNALS = ("ext.internet", "ext.office")
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


def vpc_vni(name: str) -> int:
    """A multiple of 100; the VNIs of a VPC's subnets follow it."""
    return 100 * (1 + [*EXTERNALS, *VPCS].index(name))


def subnet_vnis(vpc: str) -> dict[str, int]:
    return {subnet: vpc_vni(vpc) + number for number, subnet in enumerate(VPCS[vpc]["subnets"], 1)}


def internal_id(name: str) -> str:
    return f"0000{LETTERS[[*EXTERNALS, *VPCS].index(name)]}"


def irb_vlans(leaf: str) -> dict[str, int]:
    """The VLANs in which a leaf routes for the VPCs that are attached to it."""
    return {vpc: 3000 + list(VPCS).index(vpc) for vpc in attached(leaf)}


def attached(leaf: str) -> list[str]:
    """The VPCs with an attachment at a leaf."""
    here = {host.number for host in HOSTS if leaf in host.leaves}
    return sorted({subnet.partition("/")[0] for subnet, number, _ in ATTACHED if number in here})


def port_channels(leaf: str) -> dict[str, int]:
    """The port channels of a leaf, by connection; both leaves of a pair know one by the same number."""
    bundles = [host for host in HOSTS if host.type != "unbundled"]
    return {host.connection: number for number, host in enumerate(bundles, 1) if leaf in host.leaves}
