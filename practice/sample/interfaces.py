"""What a switch says of its ports: state, counters, and who is at the other end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

from practice.sample.clock import stamp
from practice.sample.leases import mac
from practice.sample.make import Data
from practice.sample.servers import HOSTS
from practice.sample.switches import BOXES, Box, fabric_links


def _cables(box: Box) -> Iterator[tuple[str, Data]]:
    """The local ports that something is plugged into, with what LLDP says of the far end."""
    for host in HOSTS:
        for side, port in enumerate(host.switch_ports, 1):
            if port.startswith(f"{box.name}/"):
                far = _neighbor(host.name, mac(host.number, side), f"enp2s{side}", "Ubuntu 24.04")
                yield port.partition("/")[2], far
    macs = {other.name: other.mac for other in BOXES}
    for connection in fabric_links():
        for link in connection["spec"].get("fabric", {}).get("links", []):
            ends = [end["port"].partition("/") for end in (link["spine"], link["leaf"])]
            for (name, _, port), (far, _, far_port) in (ends, ends[::-1]):
                if name == box.name:
                    yield port, _neighbor(far, macs[far], far_port, "Hedgehog Fabric practice")


def _neighbor(name: str, chassis: str, port: str, system: str) -> Data:
    return {
        "name": name,
        "sysName": name,
        "sysDescr": system,
        "chassis": chassis,
        "portID": port,
        "portDescr": port,
    }


def interfaces(box: Box, now: datetime, chance: random.Random) -> Data:
    """Each port of a switch; one that can be broken out goes by its first lane: E1/49/1, though cables say E1/49."""
    count, cabled = (32 if box.is_spine else 56), dict(_cables(box))
    found: Data = {}
    for number in range(1, count + 1):
        name = f"E1/{number}"
        lane = f"{name}/1" if box.is_spine or number > 48 else name
        found[lane] = _interface(box, number, cabled.get(name), now, chance)
    if box.name == "leaf-04":  # the spare server's end is not plugged in
        found["E1/6"] |= {"oper": "down"}
        del found["E1/6"]["lldpNeighbors"]
    found["M1"] = {"enabled": True, "admin": "up", "oper": "up", "mac": box.mac, "speed": "1G", "auto": True}
    return found


def _interface(box: Box, number: int, neighbor: Data | None, now: datetime, chance: random.Random) -> Data:
    up = neighbor is not None
    found: Data = {
        "enabled": up,
        "admin": "up" if up else "down",
        "oper": "up" if up else "down",
        "mac": f"0c:20:12:fd:{box.number:02x}:{number:02x}",
        "speed": "100G" if box.is_spine or number > 48 else "25G",
        "auto": False,
        "fec": "rs",
        "linkFlapCount": chance.choice((0, 0, 0, 1)) if up else 0,
        "change": stamp(now, days=20, minutes=chance.randrange(600)),
    }
    if neighbor:
        found |= {"lldpNeighbors": [neighbor], "counters": _counters(now, chance)}
    return found


def _counters(now: datetime, chance: random.Random) -> Data:
    """Bytes, bytes a second, packets a second, per cent of the line, discards, errors, each way."""
    return {
        "clear": stamp(now, days=20),
        "inb": chance.randrange(10**9, 10**12),
        "inbps": round(chance.uniform(1e5, 1e7), 2),
        "inpbs": round(chance.uniform(100, 9000), 2),
        "inu": chance.randrange(1, 60),
        "ind": chance.randrange(3),
        "ine": 0,
        "outb": chance.randrange(10**9, 10**12),
        "outbps": round(chance.uniform(1e5, 1e7), 2),
        "outpps": round(chance.uniform(100, 9000), 2),
        "outu": chance.randrange(1, 60),
        "outd": 0,
        "oute": 0,
    }
