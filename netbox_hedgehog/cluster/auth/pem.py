"""Reads PEM as Go does: blocks between BEGIN and END, whatever text surrounds them."""

import base64
import binascii
import re
import ssl
from typing import NamedTuple

__all__ = ("authorities", "chain", "private_key")

_BLOCK = re.compile(r"(?:\A|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n(.*?)-----END \1-----", re.DOTALL)
_HEADER = re.compile(r"[^\s:]+:[^\n]*")


class _Block(NamedTuple):
    label: str
    headers: tuple[str, ...]
    data: str

    def __str__(self) -> str:
        head = "".join(f"{each}\n" for each in self.headers) + ("\n" if self.headers else "")
        lines = "\n".join(self.data[start : start + 64] for start in range(0, len(self.data), 64))
        return f"-----BEGIN {self.label}-----\n{head}{lines}\n-----END {self.label}-----\n"


def authorities(text: str) -> str:
    """The CA certificates in a text, other blocks left out; empty if there are none."""
    return "".join(str(each) for each in _blocks(text) if each.label == "CERTIFICATE" and _loads(each))


def chain(text: str) -> str:
    """The client certificate in a text with those that follow it; empty if there is none."""
    return "".join(str(each) for each in _blocks(text) if each.label == "CERTIFICATE")


def private_key(text: str) -> str:
    """The first private key in a text, still encrypted if it is; empty if there is none."""
    found = (each for each in _blocks(text) if each.label == "PRIVATE KEY" or each.label.endswith(" PRIVATE KEY"))
    return str(next(found, ""))


def _blocks(text: str) -> list[_Block]:
    found = []
    for label, body in _BLOCK.findall(text):
        lines = [line.strip() for line in body.splitlines()]
        headers = tuple(line for line in lines if _HEADER.fullmatch(line))
        data = "".join("".join(line.split()) for line in lines if line not in headers)
        try:
            base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            continue
        if data:
            found.append(_Block(label, headers, data))
    return found


def _loads(block: _Block) -> bool:
    if block.headers:
        return False
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=str(block))
    except (ssl.SSLError, ValueError):
        return False
    return True
