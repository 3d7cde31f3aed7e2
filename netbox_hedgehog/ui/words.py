"""Field names as people read them: ``ipv4Namespace`` is an IPv4 namespace."""

import re
from collections.abc import Iterable
from functools import cache

__all__ = ("heading", "plain_words", "words")

PARTS = re.compile(r"IPv[46]|[A-Z]{2,}(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")
OWN = "API AS ASIC ASN ASNs BFD BGP CA CIDR CPU DHCP DNS ECMP ESLAG EVPN ID IDs IP IPs IPv4 IPv6 L2VNI L3VNI LACP LLDP"
# Words with capitals of their own, in two lines.
MORE = "MAC MCLAG MTU NAT NICs NOS NTP PXE QSFP RoCE SFP SLA SSH TLS UID URL VLAN VLANs VNI VPC VPCs VRF VTEP VXLAN ZTP"
SPELLED = {word.lower(): word for word in f"{OWN} {MORE}".split()}
# What the API shortens or runs together.
SPELLED |= {"gen": "generation", "descr": "description", "hwsku": "hardware SKU"}


@cache
def words(name: str) -> str:
    """NAME in words, its first letter capital; a name that is no camelCase identifier stays as it is."""
    return _capital(plain_words(name)) if _is_key(name) else name


def heading(path: Iterable[str]) -> str:
    """The heading of a column of what is at a path of keys: ``("server", "portIP")`` is the server port IP."""
    first, *rest = path
    return " ".join([words(first), *map(plain_words, rest)])


def _is_key(name: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name))


def plain_words(name: str) -> str:
    """NAME in words as in the middle of a sentence."""
    if not _is_key(name):
        return name
    return " ".join(SPELLED.get(part.lower(), part if part.isupper() else part.lower()) for part in PARTS.findall(name))


def _capital(text: str) -> str:
    """TEXT with a capital, unless its first word has one of its own: ``IPv4``."""
    first = text.partition(" ")[0]
    return text if first != first.lower() else text[:1].upper() + text[1:]
