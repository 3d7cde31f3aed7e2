"""What moves in the sample fabric by itself: heartbeats and counters of agents, and DHCP leases."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from typing import Protocol

from practice.sample.clock import FORM, stamp
from practice.sample.leases import LEASE_SECONDS, lease, mac
from practice.sample.make import Data

HEARTBEAT, LEASES = 15.0, 60.0  # seconds between two of them
GUESTS = {"vpc-lab--default": (5, 6, 10), "vpc-data--default": (5, 6)}  # servers that come and go, by DHCPSubnet


class Objects(Protocol):
    """What is moved: a server's objects."""

    def list(self, plural: str) -> list[Data]: ...
    def put(self, data: Data) -> Data: ...


class Motion:
    """Call `move` about once a second; it does what is due."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._chance = random.Random("practice")  # noqa: S311  for looks
        self._heartbeat = self._leases = time.monotonic()

    def move(self) -> None:
        moment, now = time.monotonic(), datetime.now(UTC)
        if moment >= self._heartbeat:
            self._heartbeat = moment + HEARTBEAT
            self._beat(now)
        if moment >= self._leases:
            self._leases = moment + LEASES
            self._lease(now)

    def _beat(self, now: datetime) -> None:
        for agent in self._objects.list("agents"):
            if agent.get("status"):
                agent["status"]["lastHeartbeat"] = stamp(now)
                self._count(agent["status"].get("state", {}), now)
                self._objects.put(agent)
        for agent in self._objects.list("gatewayagents"):
            if agent.get("status"):
                agent["status"]["lastHeartbeat"] = stamp(now)
                self._objects.put(agent)

    def _count(self, state: Data, now: datetime) -> None:
        """Traffic goes on, sessions are alive."""
        for interface in state.get("interfaces", {}).values():
            counters = interface.get("counters", {})
            for way in ("in", "out"):
                if f"{way}b" in counters:
                    counters[f"{way}bps"] = round(counters[f"{way}bps"] * self._chance.uniform(0.9, 1.1), 2)
                    counters[f"{way}b"] += int(counters[f"{way}bps"] * HEARTBEAT)
        for session in state.get("bgpNeighbors", {}).get("default", {}).values():
            session |= {"lastRead": stamp(now), "lastWrite": stamp(now)}

    def _lease(self, now: datetime) -> None:
        """Leases near their end are renewed; now and then a guest comes or goes."""
        for subnet in self._objects.list("dhcpsubnets"):
            was = subnet.get("status", {}).get("allocated", {})
            leases = {address: self._renewed(given, now) for address, given in was.items()}
            self._guest(subnet, leases, now)
            if leases != was:
                subnet["status"] = {"allocated": leases}
                self._objects.put(subnet)

    def _renewed(self, given: Data, now: datetime) -> Data:
        left = datetime.strptime(given["expiry"], FORM).replace(tzinfo=UTC) - now
        if left.total_seconds() > LEASE_SECONDS / 2:
            return given
        return given | {"expiry": stamp(now, seconds=-LEASE_SECONDS)}

    def _guest(self, subnet: Data, leases: dict[str, Data], now: datetime) -> None:
        guests = GUESTS.get(subnet["metadata"]["name"])
        if not guests or self._chance.random() > 0.4:
            return
        server = self._chance.choice(guests)
        if leases.pop(mac(server), None) is None:
            leases[mac(server)] = lease(subnet["spec"]["subnet"], server, now)
