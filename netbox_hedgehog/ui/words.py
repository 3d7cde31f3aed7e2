"""Field names as people read them: ``ipv4Namespace`` is an IPv4 namespace."""

import re
from functools import cache

__all__ = ("words",)

PARTS = re.compile(r"IPv[46]|[A-Z]{2,}(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")
OWN = "API AS ASIC ASN ASNs BFD BGP CA CIDR CPU DHCP DNS ECMP ESLAG EVPN ID IDs IP IPs IPv4 IPv6 L2VNI L3VNI LACP LLDP"
# Words with capitals of their own, in two lines.
MORE = "MAC MCLAG MTU NAT NOS NTP PXE QSFP RoCE SFP SLA SSH TLS UID URL VLAN VLANs VNI VPC VPCs VRF VTEP VXLAN ZTP"
SPELLED = {word.lower(): word for word in f"{OWN} {MORE}".split()}


@cache
def words(name: str) -> str:
    """NAME in words, its first letter capital; a name that is no camelCase identifier stays as it is."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name):
        return name
    parts = [SPELLED.get(part.lower(), part if part.isupper() else part.lower()) for part in PARTS.findall(name)]
    text = " ".join(parts)
    return text if parts[0] in SPELLED.values() else text[:1].upper() + text[1:]
