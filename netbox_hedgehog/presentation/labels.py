"""Field names as people read them: ``ipv4Namespace`` is an IPv4 namespace."""

import re
from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import gettext as _

__all__ = ("label", "path_label", "plain_words", "shortened")

LONGEST_NAME = 100  # characters; whatever is longer is no field's name

PARTS = re.compile(r"IPv[46]|RoCE|[A-Z]{2,}s(?![a-z])|[A-Z]{2,}(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")
# Words with capitals of their own.
OWN = """
    ACK ACL ACLs API AS ASIC ASN ASNs BFD BGP CA CIDR CMIS CPU DB DHCP DNAT DNS ECMP ESLAG EVPN FDB FEC
    FECs FIN FRR ICMP ID IDs IP IPs IPv4 IPv6 IRB L2VNI L3VNI LACP LAG LLDP MAC MCLAG MTU NAT NICs NOS
    NTP ONIE PCI PEM PSH PSUs PXE QSFP RoCE RST SFP SLA SNAT SSH SYN TCP TLS UID URG URL VLAN VLANs VNI
    VPC VPCs VRF VRFs VTEP VXLAN ZTP
"""
SPELLED = {word.lower(): word for word in OWN.split()}
# What the API shortens or runs together.
SPELLED |= {"gen": "generation", "descr": "description", "hwsku": "hardware SKU"}


@lru_cache(maxsize=4096)  # servers choose the names of unknown fields
def label(name: str) -> str:
    """Write a field name in words with a capital; a name that is no camelCase identifier stays as it is."""
    return _capital(plain_words(name)) if _is_key(name) else shortened(name, LONGEST_NAME)


def path_label(path: Iterable[str]) -> str:
    """Write the heading of a column for a path of keys: ``("server", "portIP")`` is ``Server port IP``."""
    first, *rest = path
    return " ".join([label(first), *map(plain_words, rest)])


def _is_key(name: str) -> bool:
    return len(name) <= LONGEST_NAME and bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name))


def plain_words(name: str) -> str:
    """Write a field name in words, as in the middle of a sentence."""
    if not _is_key(name):
        return shortened(name, LONGEST_NAME)
    return " ".join(map(_spelled, PARTS.findall(name)))


def _spelled(part: str) -> str:
    """Write one part of a name: ``VPCs``, ``MAC``, ``port``; a numbered one as ``switch 1``."""
    if known := SPELLED.get(part.lower()):
        return known
    if counted := re.fullmatch(r"([a-z]{3,})([0-9]+)", part):
        return f"{_spelled(counted[1])} {counted[2]}"
    return part if part[:2].isupper() else part.lower()


def _capital(text: str) -> str:
    """Capitalise a text, unless its first word has capitals of its own: ``IPv4``."""
    first = text.partition(" ")[0]
    return text if first != first.lower() else text[:1].upper() + text[1:]


def shortened(text: str, most: int) -> str:
    """Cut a text to a number of characters, and append how many it has."""
    return (
        text
        if len(text) <= most
        else _("{text}… ({number} characters)").format(text=text[:most], number=f"{len(text):,}")
    )
