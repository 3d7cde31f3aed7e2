"""Agents: what the controller tells a switch, and what the switch says of itself."""

from __future__ import annotations

import random
from datetime import datetime

from practice.sample.clock import stamp
from practice.sample.hardware import hardware
from practice.sample.ids import attached, irb_vlans, port_channels
from practice.sample.interfaces import interfaces
from practice.sample.make import AGENT, Data, make
from practice.sample.switches import BOXES, Box, fabric_links
from practice.sample.tenants import VPCS

GENERATION = 7
# Not anybody's: it is here because a real agent carries one, and nobody who reads agents may ever show it.
PASSWORD_HASH = "$5$practice$NotARealHashOnlyTheFormOfOneForThePracticeFab"  # noqa: S105


def agents(now: datetime, switches: list[Data], connections: list[Data]) -> list[Data]:
    """One agent a switch; SWITCHES and CONNECTIONS are the objects that the controller would compile them from."""
    objects = {switch["metadata"]["name"]: switch for switch in switches if switch["kind"] == "Switch"}
    found = []
    for box in BOXES:
        switch = objects[box.name]
        agent = make(AGENT, "Agent", box.name, _spec(box, switch, connections), switch["metadata"]["labels"])
        agent["metadata"]["generation"] = GENERATION
        found.append(agent | {"status": _status(box, now)})
    return found


def _spec(box: Box, switch: Data, connections: list[Data]) -> Data:
    here = [c for c in connections if f'"{box.name}/' in str(c["spec"]).replace("'", '"')]
    own = attached(box.name)
    spec: Data = {
        "role": box.role,
        "description": box.description,
        "switch": switch["spec"],
        "connections": {c["metadata"]["name"]: c["spec"] for c in here},
        "users": [{"name": "admin", "role": "admin", "password": PASSWORD_HASH}],
    }
    if not box.is_spine:
        peers = [other.name for other in BOXES if other.group == box.group and other.name != box.name]
        spec |= {
            "redundancyGroupPeers": peers,
            "attachedVPCs": dict.fromkeys(own, True),
            "vpcs": {name: VPCS[name] for name in own},
            "catalog": {"irbVLANs": irb_vlans(box.name), "portChannelIDs": port_channels(box.name)},
        }
    return spec


def _status(box: Box, now: datetime) -> Data:
    chance = random.Random(box.name)  # noqa: S311  the same on every start
    applied = stamp(now, hours=26, minutes=box.number)
    condition = {
        "type": "Applied",
        "status": "True",
        "reason": "ApplySucceeded",
        "message": f"Config applied, gen={GENERATION}",
        "observedGeneration": GENERATION,
        "lastTransitionTime": applied,
    }
    return {
        "version": "v0.111.0",
        "installID": f"install-{box.number:04}",
        "runID": f"run-{box.number:04}",
        "bootID": f"boot-{box.number:04}",
        "rebootRequired": False,
        "lastHeartbeat": stamp(now),
        "lastAttemptTime": applied,
        "lastAttemptGen": GENERATION,
        "lastAppliedTime": applied,
        "lastAppliedGen": GENERATION,
        "conditions": [condition],
        "state": {
            **hardware(box, chance),
            "interfaces": interfaces(box, now, chance),
            "bgpNeighbors": {"default": _neighbors(box, now, chance)},
        },
    }


def _neighbors(box: Box, now: datetime, chance: random.Random) -> Data:
    """The BGP sessions over the fabric's cables, all established."""
    by_name = {other.name: other for other in BOXES}
    found = {}
    for connection in fabric_links():
        for link in connection["spec"].get("fabric", {}).get("links", []):
            near, far = (link["spine"], link["leaf"]) if box.is_spine else (link["leaf"], link["spine"])
            if near["port"].startswith(f"{box.name}/"):
                other = by_name[far["port"].partition("/")[0]]
                found[far["ip"].partition("/")[0]] = _session(box, other, now, chance)
    return found


def _session(box: Box, other: Box, now: datetime, chance: random.Random) -> Data:
    routes = {"rec": chance.randrange(20, 90), "sent": chance.randrange(20, 90)}
    return {
        "enabled": True,
        "state": "established",
        "peerGroup": "fabric",
        "peerType": "external",
        "localAS": box.asn,
        "peerAS": other.asn,
        "peerPort": 179,
        "remoteRouterID": other.protocol_ip,
        "estabTrans": 1,
        "connDropped": 0,
        "lastEstab": stamp(now, days=20),
        "lastRead": stamp(now),
        "lastWrite": stamp(now),
        "prefixes": {"ipv4Unicast": {"rec": 12, "sent": 12}, "l2vpnEVPN": routes},
        "msgs": {"rec": {"update": chance.randrange(100)}, "sent": {"update": chance.randrange(100)}},
    }
